package io.nexus.server.mock;

import static io.nexus.server.mock.Wording.event;
import static io.nexus.server.mock.Wording.quoted;

import io.nexus.server.mock.UpstreamReply.Chunk;
import java.util.List;

/** Anthropic's messages. */
record MessagesWording(Speech speech, UpstreamRequest request) implements Wording {

  @Override
  public String whole() {
    return message(block(speech.text()), quoted(end()), usage(speech.reported().completion()));
  }

  @Override
  public List<Chunk> opening() {
    return List.of(
        event("message_start", "\"message\":" + message("", "null", usage(1))),
        event("content_block_start", "\"index\":0,\"content_block\":" + block("")));
  }

  @Override
  public String delta(String piece, boolean isFirst) {
    String part =
        speech.isCall()
            ? "{\"type\":\"input_json_delta\",\"partial_json\":" + quoted(piece) + "}"
            : "{\"type\":\"text_delta\",\"text\":" + quoted(piece) + "}";
    return event("content_block_delta", "\"index\":0,\"delta\":" + part).data();
  }

  @Override
  public List<Chunk> closing() {
    return List.of(
        event("content_block_stop", "\"index\":0"),
        event(
            "message_delta",
            "\"delta\":{\"stop_reason\":\"%s\",\"stop_sequence\":null},\"usage\":%s"
                .formatted(end(), usage(speech.reported().completion()))),
        event("message_stop", "\"index\":0"));
  }

  @Override
  public boolean endsInDone() {
    return false;
  }

  private String end() {
    return speech.isCall() ? "tool_use" : speech.isCut() ? "max_tokens" : "end_turn";
  }

  private String block(String text) {
    return speech.isCall()
        ? "{\"type\":\"tool_use\",\"id\":\"toolu_%d\",\"name\":%s,\"input\":%s}"
            .formatted(request.number(), quoted(speech.tool()), text.isEmpty() ? "{}" : text)
        : "{\"type\":\"text\",\"text\":" + quoted(text) + "}";
  }

  private String message(String content, String end, String usage) {
    return """
    {"id":"msg_%d","type":"message","role":"assistant","model":%s,"content":[%s],\
    "stop_reason":%s,"stop_sequence":null,"usage":%s}"""
        .formatted(request.number(), quoted(request.model()), content, end, usage);
  }

  private String usage(long output) {
    UpstreamUsage said = speech.reported();
    return """
    {"input_tokens":%d,"cache_creation_input_tokens":0,"cache_read_input_tokens":%d,\
    "output_tokens":%d}"""
        .formatted(said.prompt() - said.cached(), said.cached(), output);
  }
}
