package io.nexus.server.dialect.translate;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** Translates an earlier turn of the model in Anthropic's API to a message of a chat. */
final class MessagesTurn {

  private final Wording wording;
  private final StringBuilder text = new StringBuilder();
  private final Thoughts thoughts = new Thoughts();
  private final ArrayNode calls = Tree.array();

  MessagesTurn(Wording wording) {
    this.wording = wording;
  }

  ObjectNode say(JsonNode content, String at) {
    if (content.isTextual()) {
      text.append(content.textValue());
    } else if (content instanceof ArrayNode blocks) {
      for (int i = 0; i < blocks.size(); i++) {
        block(Fields.of(wording, blocks.get(i), at + "[" + i + "]"));
      }
    } else {
      throw Wording.wrong(at, "a string or a list");
    }
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

  private void block(Fields block) {
    var type = block.text("type");
    switch (type) {
      case "text" -> text.append(block.text("text"));
      case "thinking" -> thoughts.thought(block.text("thinking", ""), block.text("signature", ""));
      case "redacted_thinking" -> thoughts.hidden(block.text("data"));
      case "tool_use" -> calls.add(call(block));
      default -> throw block.refusal("type");
    }
    block.hints("cache_control", "citations", "caller");
    block.end();
  }

  private static ObjectNode call(Fields block) {
    var input = block.take("input");
    var function =
        Tree.object("name", block.text("name"))
            .put("arguments", input == null ? "{}" : Tree.text(input));
    return Tree.object("id", block.text("id")).put("type", "function").set("function", function);
  }
}
