package io.nexus.server.dialect.translate;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** Makes the items in the output of a response. */
final class ResponseItems {

  private static final String TEXT = "text";

  private ResponseItems() {}

  /** A message of one part. */
  static ObjectNode message(String id, String status, ObjectNode part) {
    var message =
        Tree.object("id", id).put("type", "message").put("status", status).put("role", "assistant");
    message.set("content", Tree.array().add(part));
    return message;
  }

  /** A visible text. */
  static ObjectNode outputText(String text) {
    var part = Tree.object("type", "output_text").put(TEXT, text);
    part.putArray("annotations");
    part.putArray("logprobs");
    return part;
  }

  /** A refusal. */
  static ObjectNode refusal(String text) {
    return Tree.object("type", "refusal").put("refusal", text);
  }

  /**
   * The reasoning. The client sends back the sealed form, so it holds everything.
   *
   * @param summary whether the client asked for a summary, as which it is then shown
   */
  static ObjectNode reasoning(String id, String thought, ArrayNode details, boolean summary) {
    var item = Tree.object("id", id).put("type", "reasoning").put("status", "completed");
    var shown = Tree.array();
    if (!thought.isEmpty()) {
      shown.add(thought(thought, summary));
    }
    item.set("summary", summary ? shown : Tree.array());
    item.set("content", summary ? Tree.array() : shown);
    var all = details.isEmpty() ? Tree.array().add(plain(thought)) : details;
    item.put("encrypted_content", Sealed.seal(all, "\0"));
    return item;
  }

  /** A visible thought. */
  static ObjectNode thought(String text, boolean summary) {
    return Tree.object("type", summary ? "summary_text" : "reasoning_text").put(TEXT, text);
  }

  private static ObjectNode plain(String thought) {
    return Tree.object("type", "reasoning.text").put(TEXT, thought);
  }

  /** A tool call, in the form of the tool that the client offered. */
  static ObjectNode call(
      ResponsesTools.Tool tool, String id, String callId, String arguments, String status) {
    var item = Tree.object("id", id);
    switch (tool.kind()) {
      case "custom" -> item.put("type", "custom_tool_call");
      case ResponsesTools.SHELL -> item.put("type", "local_shell_call");
      default -> item.put("type", "function_call");
    }
    item.put("status", status).put("call_id", callId);
    if (tool.kind().equals(ResponsesTools.SHELL)) {
      return item.set("action", action(arguments));
    }
    item.put("name", tool.name());
    if (!tool.namespace().isEmpty()) {
      item.put("namespace", tool.namespace());
    }
    return tool.kind().equals("custom")
        ? item.put("input", input(arguments))
        : item.put("arguments", arguments);
  }

  /** The text of a custom tool. Models that omit the field write only the text. */
  static String input(String arguments) {
    var object = Tree.parsed(arguments);
    return object != null && object.path("input").isTextual()
        ? object.path("input").textValue()
        : arguments;
  }

  private static ObjectNode action(String arguments) {
    var given = Tree.parsed(arguments);
    JsonNode asked = given == null ? Tree.object() : given;
    var action = Tree.object("type", "exec");
    action.set("command", asked.path("command").isArray() ? asked.get("command") : Tree.array());
    action.set("env", asked.path("env").isObject() ? asked.get("env") : Tree.object());
    for (var name : new String[] {"timeout_ms", "user", "working_directory"}) {
      if (asked.has(name)) {
        action.set(name, asked.get(name));
      } else {
        action.putNull(name);
      }
    }
    return action;
  }

  /** The prefix of the ids of a tool's calls. */
  static String prefix(ResponsesTools.Tool tool) {
    return switch (tool.kind()) {
      case "custom" -> "ctc_";
      case ResponsesTools.SHELL -> "lsh_";
      default -> "fc_";
    };
  }
}
