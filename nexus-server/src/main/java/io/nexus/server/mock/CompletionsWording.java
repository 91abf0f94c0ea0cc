package io.nexus.server.mock;

import static io.nexus.server.mock.Wording.quoted;

import io.nexus.server.mock.UpstreamReply.Chunk;
import java.util.List;

/** OpenAI's older completions of a prompt. */
record CompletionsWording(Speech speech, UpstreamRequest request) implements Wording {

  @Override
  public String whole() {
    return object(choice(speech.text(), quoted(speech.openAiEnd())), usage());
  }

  @Override
  public String delta(String piece, boolean isFirst) {
    return object(choice(piece, "null"), "");
  }

  @Override
  public List<Chunk> closing() {
    Chunk end = new Chunk(object(choice("", quoted(speech.openAiEnd())), ""), 0);
    return request.wantsUsage() ? List.of(end, new Chunk(object("", usage()), 0)) : List.of(end);
  }

  @Override
  public boolean endsInDone() {
    return true;
  }

  private String usage() {
    return ",\"usage\":" + speech.reported().json();
  }

  private static String choice(String text, String end) {
    return "{\"index\":0,\"text\":%s,\"logprobs\":null,\"finish_reason\":%s}"
        .formatted(quoted(text), end);
  }

  private String object(String choice, String usage) {
    return """
    {"id":"cmpl-%d","object":"text_completion","created":1700000000,"model":%s,\
    "choices":[%s]%s}"""
        .formatted(request.number(), quoted(request.model()), choice, usage);
  }
}
