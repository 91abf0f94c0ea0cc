package io.nexus.server.mock;

import static io.nexus.server.mock.Wording.quoted;

import io.nexus.server.mock.UpstreamReply.Chunk;
import java.util.List;

/** OpenAI's chat completions. */
record ChatWording(Speech speech, UpstreamRequest request) implements Wording {

  @Override
  public String whole() {
    String said =
        speech.isCall()
            ? "null,\"tool_calls\":[{" + call(speech.text()) + "}]"
            : quoted(speech.text());
    return """
    {"id":"chatcmpl-%d","object":"chat.completion","created":1700000000,"model":%s,\
    "choices":[{"index":0,"message":{"role":"assistant","refusal":null,"content":%s},\
    "logprobs":null,"finish_reason":"%s"}],"usage":%s}"""
        .formatted(
            request.number(), quoted(request.model()), said, end(), speech.reported().json());
  }

  @Override
  public String delta(String piece, boolean isFirst) {
    String role = isFirst ? "\"role\":\"assistant\"," : "";
    if (!speech.isCall()) {
      return chunk("{" + role + "\"content\":" + quoted(piece) + "}", "null");
    }
    String part = isFirst ? call(piece) : "\"function\":{\"arguments\":" + quoted(piece) + "}";
    return chunk("{" + role + "\"tool_calls\":[{\"index\":0," + part + "}]}", "null");
  }

  @Override
  public List<Chunk> closing() {
    Chunk end = new Chunk(chunk("{}", quoted(end())), 0);
    return request.wantsUsage()
        ? List.of(end, new Chunk(UpstreamReply.usageChunk(request, speech.reported()), 0))
        : List.of(end);
  }

  @Override
  public boolean endsInDone() {
    return true;
  }

  private String end() {
    return speech.isCall() ? "tool_calls" : speech.openAiEnd();
  }

  private String call(String arguments) {
    return "\"id\":\"call_%d\",\"type\":\"function\",\"function\":{\"name\":%s,\"arguments\":%s}"
        .formatted(request.number(), quoted(speech.tool()), quoted(arguments));
  }

  private String chunk(String delta, String end) {
    return """
    {"id":"chatcmpl-%d","object":"chat.completion.chunk","created":1700000000,"model":%s,\
    "choices":[{"index":0,"delta":%s,"logprobs":null,"finish_reason":%s}]}"""
        .formatted(request.number(), quoted(request.model()), delta, end);
  }
}
