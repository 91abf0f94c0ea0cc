package io.nexus.server;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.nexus.server.RawHttp.Answer;
import io.nexus.server.mock.UpstreamReply;
import io.nexus.server.mock.UpstreamReply.Chunk;
import io.nexus.server.mock.UpstreamReply.UsageChunk;
import io.nexus.server.mock.UpstreamUsage;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Requests to the Responses API, and what an upstream answers. */
final class Responses {

  static final String PATH = "/v1/responses";

  private Responses() {}

  /** A request for a model with more fields. */
  static String body(String model, String... fields) {
    StringBuilder body = new StringBuilder("{\"model\":\"").append(model).append('"');
    for (String field : fields) {
      body.append(',').append(field);
    }
    return body.append(",\"input\":\"Hi\"}").toString();
  }

  /** Sends one on a connection of its own. */
  static Answer send(GatewayBox box, String body, String... headerLines) throws IOException {
    return post(box, PATH, body, headerLines);
  }

  /** Posts to a path on a connection of its own. */
  static Answer post(GatewayBox box, String path, String body, String... headerLines)
      throws IOException {
    try (RawHttp client = RawHttp.connect(box.port())) {
      return client.post(path, body, headerLines);
    }
  }

  /** The usage as the API reports it. */
  static String usage(UpstreamUsage usage) {
    return """
        {"input_tokens":%d,"input_tokens_details":{"cached_tokens":%d},"output_tokens":%d,\
        "output_tokens_details":{"reasoning_tokens":%d},"total_tokens":%d}"""
        .formatted(
            usage.prompt(),
            usage.cached(),
            usage.completion(),
            usage.reasoning(),
            usage.prompt() + usage.completion());
  }

  /** A response object. */
  static String object(String id, String status, String output, String usage, String... fields) {
    StringBuilder more = new StringBuilder();
    for (String field : fields) {
      more.append(',').append(field);
    }
    String details = status.equals("incomplete") ? "{\"reason\":\"max_output_tokens\"}" : "null";
    return """
        {"id":"%s","object":"response","created_at":1700000000,"status":"%s","error":null,\
        "incomplete_details":%s,"instructions":null,"max_output_tokens":null,"model":"m",\
        "output":[%s],"parallel_tool_calls":true,"previous_response_id":null,\
        "reasoning":{"effort":null,"summary":null},"store":true,"temperature":1.0,\
        "text":{"format":{"type":"text"}},"tool_choice":"auto","tools":[],"top_p":1.0,\
        "truncation":"disabled","usage":%s,"user":null,"metadata":{}%s}"""
        .formatted(id, status, details, output, usage, more);
  }

  /** A message of the assistant. */
  static String message(String text) {
    return """
        {"id":"msg_1","type":"message","status":"completed","role":"assistant",\
        "content":[{"type":"output_text","annotations":[],"logprobs":[],"text":%s}]}"""
        .formatted(quoted(text));
  }

  /** An answer in one piece. */
  static UpstreamReply.Whole whole(String output, UpstreamUsage usage, String... fields) {
    return UpstreamReply.json(
        200, object("resp_1", "completed", output, usage(usage), fields), usage);
  }

  /** A stream of one message, a token a delta. */
  static UpstreamReply.Events stream(List<String> deltas, UpstreamUsage usage) {
    List<Chunk> chunks = begin(true);
    StringBuilder text = new StringBuilder();
    for (String delta : deltas) {
      text.append(delta);
      chunks.add(
          new Chunk(
              event(
                  chunks.size(),
                  "response.output_text.delta",
                  "\"item_id\":\"msg_1\",\"output_index\":0,\"content_index\":0,\"logprobs\":[],"
                      + "\"obfuscation\":\"qqqqqqqqqqqq\",\"delta\":"
                      + quoted(delta)),
              1));
    }
    String part =
        "{\"type\":\"output_text\",\"annotations\":[],\"text\":" + quoted(text.toString()) + "}";
    String at = "\"item_id\":\"msg_1\",\"output_index\":0,\"content_index\":0";
    add(chunks, "response.output_text.done", at + ",\"text\":" + quoted(text.toString()));
    add(chunks, "response.content_part.done", at + ",\"part\":" + part);
    return end(chunks, message(text.toString()), "completed", usage);
  }

  /** How each stream begins, with a message or without. */
  static List<Chunk> begin(boolean message) {
    List<Chunk> chunks = new ArrayList<>();
    String response = "\"response\":" + object("resp_1", "in_progress", "", "null");
    add(chunks, "response.created", response);
    add(chunks, "response.in_progress", response);
    if (message) {
      add(
          chunks,
          "response.output_item.added",
          "\"output_index\":0,\"item\":{\"id\":\"msg_1\",\"type\":\"message\","
              + "\"status\":\"in_progress\",\"role\":\"assistant\",\"content\":[]}");
      add(
          chunks,
          "response.content_part.added",
          "\"item_id\":\"msg_1\",\"output_index\":0,\"content_index\":0,"
              + "\"part\":{\"type\":\"output_text\",\"annotations\":[],\"text\":\"\"}");
    }
    return chunks;
  }

  /** Ends one with its only item. */
  static UpstreamReply.Events end(
      List<Chunk> chunks, String item, String status, UpstreamUsage usage) {
    add(chunks, "response.output_item.done", "\"output_index\":0,\"item\":" + item);
    add(
        chunks,
        "response." + status,
        "\"response\":" + object("resp_1", status, item, usage(usage)));
    return UpstreamReply.events(chunks, usage).usageChunk(UsageChunk.NEVER);
  }

  /** Adds an event without tokens. */
  static void add(List<Chunk> chunks, String type, String fields) {
    chunks.add(new Chunk(event(chunks.size(), type, fields), 0));
  }

  /** An event's data. */
  static String event(int sequence, String type, String fields) {
    return "{\"type\":\"" + type + "\",\"sequence_number\":" + sequence + "," + fields + "}";
  }

  static String quoted(String text) {
    return JsonNodeFactory.instance.textNode(text).toString();
  }
}
