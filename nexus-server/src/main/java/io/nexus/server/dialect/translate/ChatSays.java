package io.nexus.server.dialect.translate;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * Reads the content of a completion or a chunk, in any of the fields that servers use: reasoning as
 * {@code reasoning_content}, {@code reasoning} or {@code reasoning_details}, and texts as strings
 * or as lists of parts.
 */
final class ChatSays {

  private ChatSays() {}

  /** The first choice; translated requests ask for one only. Missing if there is none. */
  static JsonNode choice(ObjectNode completion) {
    return completion.path("choices").path(0);
  }

  /** The visible text. */
  static String text(JsonNode message) {
    var content = message.path("content");
    return content.isTextual() ? content.textValue() : parts(content, "text");
  }

  /** The refusal. */
  static String refusal(JsonNode message) {
    return Tree.textAt(message, "refusal");
  }

  /** The reasoning text, in any field. */
  static String thought(JsonNode message) {
    var named = namedThought(message);
    if (!named.isEmpty()) {
      return named;
    }
    var all = new StringBuilder();
    for (var detail : message.path("reasoning_details")) {
      all.append(Tree.textAt(detail, "text")).append(Tree.textAt(detail, "summary"));
    }
    return all.toString();
  }

  /** The reasoning text in a field of its own, not in the details. */
  static String namedThought(JsonNode message) {
    var named = Tree.textAt(message, "reasoning_content");
    if (named.isEmpty()) {
      named = Tree.textAt(message, "reasoning");
    }
    return named.isEmpty() ? parts(message.path("content"), "thinking") : named;
  }

  /** The sealed reasoning that only the provider can read; not a list if there is none. */
  static JsonNode details(JsonNode message) {
    return message.path("reasoning_details");
  }

  /** The tool calls; in a chunk they may be parts of calls. */
  static Iterable<JsonNode> calls(JsonNode message) {
    var old = message.path("function_call");
    return old.isObject()
        ? Tree.array().add(Tree.object("type", "function").set("function", old))
        : message.path("tool_calls");
  }

  /** The arguments of a call as text; some servers send an object. */
  static String arguments(JsonNode call) {
    var arguments = call.path("function").path("arguments");
    return arguments.isObject() ? Tree.text(arguments) : arguments.asText("");
  }

  private static String parts(JsonNode content, String type) {
    if (!(content instanceof ArrayNode list)) {
      return "";
    }
    var text = new StringBuilder();
    for (var part : list) {
      var value = Tree.textAt(part, "type").equals(type) ? part.path(type) : part.path("-");
      text.append(value.isTextual() ? value.textValue() : parts(value, "text"));
    }
    return text.toString();
  }
}
