package io.nexus.server;

import com.fasterxml.jackson.databind.JsonNode;
import io.nexus.server.mock.UpstreamReply;
import io.nexus.server.mock.UpstreamReply.Chunk;
import io.nexus.server.mock.UpstreamReply.Pace;
import io.nexus.server.mock.UpstreamReply.UsageChunk;
import io.nexus.server.mock.UpstreamRequest;
import io.nexus.server.mock.UpstreamUsage;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * What real clients of the Responses API talk to: it keeps what it answers and the conversations
 * that are begun, makes answers in the background by the second time it is asked after them, and
 * bills an answer when it is made.
 */
final class ResponsesModel {

  static final UpstreamUsage USAGE = new UpstreamUsage(11, 4, 7, 2);

  private static final UpstreamUsage NONE = UpstreamUsage.of(0, 0);
  private static final String TEXT = "Hello from upstream";
  private static final int EVENTS_BEFORE_TEXT = 4;

  private final String name;
  private final AtomicInteger made = new AtomicInteger();
  private final Map<String, String> kept = new ConcurrentHashMap<>();

  /** The number of polls of each background answer. */
  private final Map<String, AtomicInteger> asked = new ConcurrentHashMap<>();

  /**
   * Nothing is kept yet.
   *
   * @param name a part of the ids of its answers
   */
  ResponsesModel(String name) {
    this.name = name;
  }

  /** Whether a request is one of this API. */
  static boolean isAsked(UpstreamRequest request) {
    return request.path().startsWith("/v1/responses")
        || request.path().startsWith("/v1/conversations");
  }

  /** Its answer. */
  UpstreamReply reply(UpstreamRequest request) {
    var path = request.path().split("\\?", 2)[0].split("/", -1);
    var id = path.length > 3 ? path[3] : "";
    if (path[2].equals("conversations")) {
      return conversation(request, id, path.length > 4 ? path[path.length - 1] : "");
    }
    if (id.isEmpty()) {
      return make(request);
    }
    if (id.equals("input_tokens")) {
      return free("{\"object\":\"response.input_tokens\",\"input_tokens\":11}");
    }
    if (id.equals("compact")) {
      return UpstreamReply.json(
          200,
          "{\"id\":\"resp_c\",\"object\":\"response.compaction\",\"created_at\":1,\"output\":[],\"usage\":"
              + Responses.usage(USAGE)
              + "}",
          USAGE);
    }
    if (!kept.containsKey(id)) {
      return UpstreamReply.refuse(
          404, "{\"error\":{\"message\":\"No response " + id + "\",\"type\":\"invalid_request\"}}");
    }
    if (request.method().equals("DELETE")) {
      kept.remove(id);
      return free("{\"id\":\"" + id + "\",\"object\":\"response\",\"deleted\":true}");
    }
    if (path.length > 4 && path[4].equals("input_items")) {
      return list(
          "{\"id\":\"msg_in\",\"type\":\"message\",\"role\":\"user\",\"status\":\"completed\","
              + "\"content\":[{\"type\":\"input_text\",\"text\":\"Hello\"}]}");
    }
    return path.length > 4 ? cancel(id) : retrieve(id);
  }

  private UpstreamReply make(UpstreamRequest request) {
    var json = request.json();
    var id = "resp_" + name + made.incrementAndGet();
    var item = item(json);
    var object = object(json, id, "completed", item, Responses.usage(USAGE));
    if (json.path("background").asBoolean()) {
      asked.put(id, new AtomicInteger());
      kept.put(id, object(json, id, "queued", "", "null"));
      return free(kept.getOrDefault(id, ""));
    }
    kept.put(id, object);
    if (!request.streaming()) {
      return UpstreamReply.json(200, object, USAGE);
    }
    var chunks = new ArrayList<Chunk>();
    var begun = "\"response\":" + object(json, id, "in_progress", "", "null");
    Responses.add(chunks, "response.created", begun);
    Responses.add(chunks, "response.in_progress", begun);
    if (item.contains("function_call")) {
      call(chunks, item);
    } else {
      var text = request.text().contains("slowly") ? "one two three" : text(json);
      message(chunks, text);
    }
    Responses.add(chunks, "response.output_item.done", "\"output_index\":0,\"item\":" + item);
    Responses.add(chunks, "response.completed", "\"response\":" + object);
    var events = UpstreamReply.events(chunks, USAGE).usageChunk(UsageChunk.NEVER);
    return request.text().contains("slowly")
        ? events.paced(part -> Thread.sleep(part > EVENTS_BEFORE_TEXT ? 200 : 0))
        : events.paced(Pace.atOnce());
  }

  private static void message(List<Chunk> chunks, String text) {
    var at = "\"item_id\":\"msg_1\",\"output_index\":0,\"content_index\":0";
    Responses.add(
        chunks,
        "response.output_item.added",
        "\"output_index\":0,\"item\":{\"id\":\"msg_1\",\"type\":\"message\","
            + "\"status\":\"in_progress\",\"role\":\"assistant\",\"content\":[]}");
    Responses.add(chunks, "response.content_part.added", at + ",\"part\":" + part(""));
    for (var word : text.split("(?<= )", -1)) {
      chunks.add(
          new Chunk(
              Responses.event(
                  chunks.size(),
                  "response.output_text.delta",
                  at + ",\"logprobs\":[],\"delta\":" + Responses.quoted(word)),
              1));
    }
    Responses.add(
        chunks,
        "response.output_text.done",
        at + ",\"logprobs\":[],\"text\":" + Responses.quoted(text));
    Responses.add(chunks, "response.content_part.done", at + ",\"part\":" + part(text));
  }

  private static String part(String text) {
    return "{\"type\":\"output_text\",\"annotations\":[],\"logprobs\":[],\"text\":"
        + Responses.quoted(text)
        + "}";
  }

  private static void call(List<Chunk> chunks, String item) {
    var where = Responses.quoted(SdkUpstream.WHERE);
    var at = "\"item_id\":\"fc_1\",\"output_index\":0";
    Responses.add(
        chunks,
        "response.output_item.added",
        "\"output_index\":0,\"item\":"
            + item.replace(where, "\"\"").replace("completed", "in_progress"));
    chunks.add(
        new Chunk(
            Responses.event(
                chunks.size(),
                "response.function_call_arguments.delta",
                at + ",\"delta\":" + where),
            7));
    Responses.add(
        chunks,
        "response.function_call_arguments.done",
        at + ",\"name\":\"weather\",\"arguments\":" + where);
  }

  /** A call of the tool that it is given, once; else a text. */
  private static String item(JsonNode json) {
    var tool = json.at("/tools/0/name").asText();
    boolean answered = json.path("input").toString().contains("function_call_output");
    return tool.isEmpty() || answered
        ? Responses.message(text(json))
        : "{\"id\":\"fc_1\",\"type\":\"function_call\",\"status\":\"completed\",\"call_id\":\"call_1\","
            + "\"name\":\""
            + tool
            + "\",\"arguments\":"
            + Responses.quoted(SdkUpstream.WHERE)
            + "}";
  }

  private static String text(JsonNode json) {
    return json.at("/text/format/type").asText().equals("json_schema") ? SdkUpstream.WHERE : TEXT;
  }

  private static String object(JsonNode json, String id, String status, String item, String usage) {
    var previous = json.path("previous_response_id");
    var object = Responses.object(id, status, item, usage);
    return object
        .replace(
            "\"previous_response_id\":null",
            "\"previous_response_id\":" + (previous.isMissingNode() ? "null" : previous))
        .replace(
            "\"object\":\"response\",",
            "\"object\":\"response\",\"background\":" + json.path("background").asBoolean() + ",");
  }

  /** A background answer is in progress at the first poll, and complete at the second. */
  private UpstreamReply retrieve(String id) {
    var object = kept.getOrDefault(id, "");
    var times = asked.get(id);
    if (times == null || !object.contains("\"status\":\"queued\"")) {
      return free(object);
    }
    if (times.incrementAndGet() < 2) {
      return free(object);
    }
    kept.put(id, ended(object, "completed", Responses.message(TEXT)));
    return UpstreamReply.json(200, kept.getOrDefault(id, ""), USAGE);
  }

  private UpstreamReply cancel(String id) {
    kept.put(id, ended(kept.getOrDefault(id, ""), "cancelled", ""));
    return UpstreamReply.json(200, kept.getOrDefault(id, ""), USAGE);
  }

  private static String ended(String object, String status, String item) {
    return object
        .replace("\"status\":\"queued\"", "\"status\":\"" + status + "\"")
        .replace("\"output\":[]", "\"output\":[" + item + "]")
        .replace("\"usage\":null", "\"usage\":" + Responses.usage(USAGE));
  }

  private UpstreamReply conversation(UpstreamRequest request, String id, String item) {
    var message =
        "{\"id\":\"msg_1\",\"type\":\"message\",\"role\":\"user\",\"status\":\"completed\",\"content\":[]}";
    if (item.equals("items")) {
      return list(message);
    }
    if (!item.isEmpty() && request.method().equals("GET")) {
      return free(message);
    }
    var called = id.isEmpty() ? "conv_" + name + made.incrementAndGet() : id;
    return free(
        request.method().equals("DELETE") && item.isEmpty()
            ? "{\"id\":\"" + called + "\",\"object\":\"conversation.deleted\",\"deleted\":true}"
            : "{\"id\":\""
                + called
                + "\",\"object\":\"conversation\",\"created_at\":1,\"metadata\":{}}");
  }

  private static UpstreamReply list(String item) {
    return free(
        "{\"object\":\"list\",\"data\":["
            + item
            + "],\"first_id\":\"msg_in\",\"last_id\":\"msg_in\",\"has_more\":false}");
  }

  private static UpstreamReply free(String body) {
    return UpstreamReply.json(200, body, NONE);
  }
}
