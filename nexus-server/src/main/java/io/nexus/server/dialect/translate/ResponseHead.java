package io.nexus.server.dialect.translate;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.InstantSource;

/**
 * The fields of a response other than its output: the settings of the request, with all required
 * keys even if they are empty.
 */
final class ResponseHead {

  private final ObjectNode request;
  private final InstantSource clock;

  ResponseHead(ObjectNode request, InstantSource clock) {
    // Large fields are not repeated.
    this.request = request.deepCopy();
    this.request.remove("input");
    this.clock = clock;
  }

  /** The id of a response, from which the ids of its items are made. */
  static String id(ObjectNode completion) {
    var id = Tree.textAt(completion, "id");
    return (id.startsWith("chatcmpl-") ? id.substring(9) : id).replaceAll("[^A-Za-z0-9_-]", "_");
  }

  /**
   * A response without output.
   *
   * @param status such as {@code in_progress}
   */
  ObjectNode response(ObjectNode completion, String status) {
    long created = Tree.countAt(completion, "created");
    long nowSeconds = clock.instant().getEpochSecond();
    var response =
        Tree.object("id", "resp_" + id(completion))
            .put("object", "response")
            .put("created_at", created > 0 ? created : nowSeconds)
            .put("status", status)
            .put("background", false);
    if (status.equals("completed")) {
      response.put("completed_at", nowSeconds);
    } else {
      response.putNull("completed_at");
    }
    response.putNull("error").putNull("incomplete_details");
    echo(response, "instructions", "max_output_tokens", "max_tool_calls");
    response.put("model", Tree.textAt(completion, "model"));
    response.putArray("output");
    response.put("parallel_tool_calls", request.path("parallel_tool_calls").asBoolean(true));
    response.put("frequency_penalty", 0).put("presence_penalty", 0);
    echo(response, "previous_response_id", "prompt_cache_key", "prompt_cache_retention");
    response.set("reasoning", reasoning());
    echo(response, "safety_identifier");
    response.put("service_tier", "default").put("store", false);
    response.set(
        "temperature", request.path("temperature").isNumber() ? request.get("temperature") : one());
    response.set("text", text());
    response.set(
        "tool_choice",
        request.has("tool_choice")
            ? request.get("tool_choice")
            : Tree.object("-", "auto").get("-"));
    response.set("tools", tools());
    response.put("top_logprobs", 0);
    response.set("top_p", request.path("top_p").isNumber() ? request.get("top_p") : one());
    response.put("truncation", "disabled");
    response.putNull("usage");
    echo(response, "user");
    response.set(
        "metadata", request.path("metadata").isObject() ? request.get("metadata") : Tree.object());
    return response;
  }

  private static JsonNode one() {
    return Tree.object().put("-", 1).get("-");
  }

  private void echo(ObjectNode response, String... names) {
    for (var name : names) {
      var value = request.get(name);
      if (value == null) {
        response.putNull(name);
      } else {
        response.set(name, value);
      }
    }
  }

  private ObjectNode reasoning() {
    var asked = request.path("reasoning");
    var reasoning = Tree.object();
    for (var name : new String[] {"effort", "summary"}) {
      reasoning.put(name, asked.path(name).isTextual() ? asked.path(name).textValue() : null);
    }
    return reasoning;
  }

  private ObjectNode text() {
    var asked = request.path("text");
    var text = asked instanceof ObjectNode object ? object.deepCopy() : Tree.object();
    if (!text.path("format").isObject()) {
      text.set("format", Tree.object("type", "text"));
    }
    if (!text.has("verbosity")) {
      text.put("verbosity", "medium");
    }
    return text;
  }

  /** The offered tools, with the required fields of a function. */
  private ArrayNode tools() {
    var tools = Tree.array();
    for (var tool : request.path("tools")) {
      if (tool instanceof ObjectNode object && Tree.textAt(object, "type").equals("function")) {
        for (var name : new String[] {"description", "parameters"}) {
          if (!object.has(name)) {
            object.putNull(name);
          }
        }
        if (!object.path("strict").isBoolean()) {
          object.put("strict", false);
        }
      }
      tools.add(tool);
    }
    return tools;
  }

  /** The usage. */
  static ObjectNode usage(JsonNode used) {
    long prompt = Tree.countAt(used, "prompt_tokens");
    long output = Tree.countAt(used, "completion_tokens");
    long cached = Tree.countAt(used.path("prompt_tokens_details"), "cached_tokens");
    long thought = Tree.countAt(used.path("completion_tokens_details"), "reasoning_tokens");
    var usage = Tree.object().put("input_tokens", prompt);
    usage.set("input_tokens_details", Tree.object().put("cached_tokens", cached));
    usage.put("output_tokens", output);
    usage.set("output_tokens_details", Tree.object().put("reasoning_tokens", thought));
    usage.put("total_tokens", prompt + output);
    if (used.has("cost")) {
      usage.set("cost", used.get("cost"));
    }
    return usage;
  }

  /**
   * Ends a response with a completion's finish reason.
   *
   * @return its status
   */
  static String status(String finish) {
    return finish.equals("length") || finish.equals("content_filter") ? "incomplete" : "completed";
  }

  /** Writes why a response is incomplete, if it is. */
  static void incomplete(String finish, ObjectNode response) {
    if (status(finish).equals("incomplete")) {
      var reason = finish.equals("length") ? "max_output_tokens" : finish;
      response.set("incomplete_details", Tree.object("reason", reason));
    }
  }
}
