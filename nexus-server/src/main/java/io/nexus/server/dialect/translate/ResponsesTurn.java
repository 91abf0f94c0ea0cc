package io.nexus.server.dialect.translate;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.jspecify.annotations.Nullable;

/** Translates the reasoning, messages and calls of one turn of the Responses API to one message. */
final class ResponsesTurn {

  private final Wording wording;
  private final StringBuilder text = new StringBuilder();
  private final Thoughts thoughts = new Thoughts();
  private final ArrayNode calls = Tree.array();

  ResponsesTurn(Wording wording) {
    this.wording = wording;
  }

  ObjectNode message() {
    var message = Tree.object("role", "assistant");
    if (text.isEmpty() && !calls.isEmpty()) {
      message.putNull("content");
    } else {
      message.put("content", text.toString());
    }
    thoughts.writeTo(message);
    if (!calls.isEmpty()) {
      message.set("tool_calls", calls);
    }
    return message;
  }

  void say(@Nullable JsonNode content, String at) {
    if (content != null && content.isTextual()) {
      text.append(content.textValue());
      return;
    }
    for (int i = 0; content != null && i < content.size(); i++) {
      var part = Fields.of(wording, content.get(i), at + "[" + i + "]");
      switch (part.text("type")) {
        case "output_text", "input_text", "text" -> text.append(part.text("text"));
        case "refusal" -> text.append(part.text("refusal"));
        default -> throw part.refusal("type");
      }
      part.hints("annotations", "logprobs");
      part.end();
    }
  }

  /** Adds reasoning. The sealed form is complete, so it takes precedence over the visible one. */
  void think(Fields item) {
    var shown = texts(item.list("content"));
    var summary = texts(item.list("summary"));
    thoughts.thought(shown.isEmpty() ? summary : shown, item.text("encrypted_content", ""));
  }

  void call(Fields item) {
    add(
        item.text("call_id"),
        ResponsesTools.function(item.text("namespace", ""), item.text("name")),
        item.text("arguments", "{}"));
  }

  void customCall(Fields item) {
    add(
        item.text("call_id"),
        ResponsesTools.function(item.text("namespace", ""), item.text("name")),
        Tree.text(Tree.object("input", item.text("input", ""))));
  }

  void shellCall(Fields item) {
    var action = item.take("action");
    var arguments = action instanceof ObjectNode object ? object.deepCopy() : Tree.object();
    arguments.remove("type");
    add(item.text("call_id", item.text("id", "")), ResponsesTools.SHELL, Tree.text(arguments));
  }

  private void add(String id, String name, String arguments) {
    var function = Tree.object("name", name).put("arguments", arguments);
    calls.add(Tree.object("id", id).put("type", "function").set("function", function));
  }

  private static String texts(ArrayNode parts) {
    var all = new StringBuilder();
    for (var part : parts) {
      all.append(all.isEmpty() ? "" : "\n").append(Tree.textAt(part, "text"));
    }
    return all.toString();
  }
}
