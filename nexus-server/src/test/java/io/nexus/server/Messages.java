package io.nexus.server;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.nexus.server.mock.UpstreamReply;
import io.nexus.server.mock.UpstreamReply.Chunk;
import io.nexus.server.mock.UpstreamReply.UsageChunk;
import io.nexus.server.mock.UpstreamRequest;
import io.nexus.server.mock.UpstreamUsage;
import java.util.ArrayList;
import java.util.List;

/** Requests to Anthropic's Messages API, and what a backend that speaks it answers. */
final class Messages {

  static final String PATH = "/v1/messages";

  /** One such backend with the model {@code m}, for money, and a budget. */
  static final String CONFIG =
      """
      [budget]
      monthly_limit = 1
      hard_limit_action = "reject"
      soft_limit_percent = 100
      [[backends]]
      name = "cloud"
      type = "anthropic"
      url = "{0}"
      models = ["m"]
      max_concurrent = 1000
      [[pricing]]
      model = "m"
      input = 2.5
      cached_input = 0.25
      cache_write = 3
      cache_write_1h = 5
      output = 10
      """;

  private Messages() {}

  /** A prompt of a few words, an answer of up to 500 tokens, and further fields if any. */
  static String ask(String... fields) {
    return asking(500, fields);
  }

  static String asking(long maxTokens, String... fields) {
    var body = new StringBuilder("{\"model\":\"m\",\"max_tokens\":" + maxTokens);
    for (var field : fields) {
      body.append(',').append(field);
    }
    return body.append(",\"messages\":[{\"role\":\"user\",\"content\":\"Say something nice\"}]}")
        .toString();
  }

  static String streaming(String... fields) {
    var ask = ask(fields);
    return ask.substring(0, ask.length() - 1) + ",\"stream\":true}";
  }

  /** The usage of an answer; cached tokens are beside the input. */
  static String usage(UpstreamUsage usage, long output) {
    return "{\"input_tokens\":%d,\"cache_creation_input_tokens\":0,\"cache_read_input_tokens\":%d,"
            .formatted(usage.prompt() - usage.cached(), usage.cached())
        + "\"output_tokens\":%d,\"service_tier\":\"standard\"}".formatted(output);
  }

  static String message(String content, String stopReason, String usage) {
    return "{\"id\":\"msg_1\",\"type\":\"message\",\"role\":\"assistant\",\"model\":\"m\","
        + "\"content\":%s,\"stop_reason\":%s,\"stop_sequence\":null,\"usage\":%s}"
            .formatted(content, stopReason, usage);
  }

  static String quoted(String text) {
    return JsonNodeFactory.instance.textNode(text).toString();
  }

  static UpstreamReply.Whole whole(String text, UpstreamUsage usage) {
    var content = "[{\"type\":\"text\",\"text\":" + quoted(text) + "}]";
    return UpstreamReply.json(
        200, message(content, "\"end_turn\"", usage(usage, usage.completion())), usage);
  }

  /** The answer that a request asks for. */
  static UpstreamReply reply(UpstreamRequest request, String text, UpstreamUsage usage) {
    if (request.method().equals("GET")) {
      return models("m");
    }
    if (!request.json().path("stream").asBoolean()) {
      return whole(text, usage);
    }
    return stream(List.of(text.split("(?<= )")), usage);
  }

  /** A stream of a token a delta. */
  static UpstreamReply.Events stream(List<String> deltas, UpstreamUsage usage) {
    var chunks = new ArrayList<Chunk>();
    chunks.add(start(usage));
    chunks.add(
        event(
            "content_block_start",
            "\"index\":0,\"content_block\":{\"type\":\"text\",\"text\":\"\"}",
            0));
    for (var delta : deltas) {
      chunks.add(delta("{\"type\":\"text_delta\",\"text\":" + quoted(delta) + "}"));
    }
    chunks.add(event("content_block_stop", "\"index\":0", 0));
    chunks.add(end("end_turn", "{\"output_tokens\":" + usage.completion() + "}"));
    chunks.add(event("message_stop", "", 0));
    return events(chunks, usage);
  }

  static Chunk start(UpstreamUsage usage) {
    return event("message_start", "\"message\":" + message("[]", "null", usage(usage, 1)), 0);
  }

  static Chunk delta(String delta) {
    return event("content_block_delta", "\"index\":0,\"delta\":" + delta, 1);
  }

  static Chunk end(String stopReason, String usage) {
    return event(
        "message_delta",
        "\"delta\":{\"stop_reason\":\"%s\",\"stop_sequence\":null},\"usage\":%s"
            .formatted(stopReason, usage),
        0);
  }

  static Chunk event(String name, String fields, long tokens) {
    return new Chunk(
        "event: %s\ndata: {\"type\":\"%s\"%s%s}"
            .formatted(name, name, fields.isEmpty() ? "" : ",", fields),
        tokens);
  }

  /** A stream that ends with its connection. */
  static UpstreamReply.Events events(List<Chunk> chunks, UpstreamUsage usage) {
    return UpstreamReply.events(chunks, usage).usageChunk(UsageChunk.BARE);
  }

  static UpstreamReply models(String... names) {
    return UpstreamReply.models(List.of(names));
  }
}
