package io.nexus.server.dialect.translate;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.jspecify.annotations.Nullable;

/**
 * The messages of a chat as those of Anthropic's API: what the system says stands apart, and the
 * results of tools are said by the user, all of a turn in one message.
 */
final class ChatInMessages {

  private static final String TEXT = "text";

  private final Wording wording;
  private final ArrayNode system = Tree.array();
  private final ArrayNode messages = Tree.array();

  ChatInMessages(Wording wording) {
    this.wording = wording;
  }

  /** What the system says. */
  ArrayNode system() {
    return system;
  }

  ArrayNode all(ArrayNode given) {
    for (int i = 0; i < given.size(); i++) {
      message(Fields.of(wording, given.get(i), "messages[" + i + "]"));
    }
    return messages;
  }

  private void message(Fields message) {
    var role = message.text("role");
    var content = message.take("content");
    var at = message.at("content");
    switch (role) {
      case "system", "developer" -> parts(content, at, system);
      case "user" -> parts(content, at, turn("user"));
      case "assistant" -> assistant(message, content, at);
      case "tool" -> result(message, content, at);
      default -> throw message.refusal("role");
    }
    message.hints("name", "cache_control");
    message.end();
  }

  /** The blocks of the turn of that role: the last one if it is this role's. */
  private ArrayNode turn(String role) {
    var last = messages.isEmpty() ? null : messages.get(messages.size() - 1);
    if (last != null
        && Tree.textAt(last, "role").equals(role)
        && last.get("content") instanceof ArrayNode blocks) {
      return blocks;
    }
    var message = Tree.object("role", role);
    var blocks = message.putArray("content");
    messages.add(message);
    return blocks;
  }

  private void assistant(Fields message, @Nullable JsonNode content, String at) {
    var blocks = turn("assistant");
    var details = message.take("reasoning_details");
    if (details != null) {
      details.forEach(detail -> thought(detail, blocks));
    }
    message.hints("reasoning_content", "reasoning", "annotations");
    parts(content, at, blocks);
    var refusal = message.text("refusal", "");
    if (!refusal.isEmpty()) {
      blocks.add(Tree.object("type", TEXT).put(TEXT, refusal));
    }
    var calls = message.list("tool_calls");
    for (int i = 0; i < calls.size(); i++) {
      blocks.add(call(Fields.of(wording, calls.get(i), message.at("tool_calls[" + i + "]"))));
    }
    if (blocks.isEmpty()) {
      messages.remove(messages.size() - 1);
    }
  }

  /** A thought that its provider signed; what is not signed is no thought of this provider's. */
  private static void thought(JsonNode detail, ArrayNode blocks) {
    var signature = Tree.textAt(detail, "signature");
    var data = Tree.textAt(detail, "data");
    if (!signature.isEmpty()) {
      blocks.add(
          Tree.object("type", "thinking")
              .put("thinking", Tree.textAt(detail, TEXT))
              .put("signature", signature));
    } else if (!data.isEmpty()) {
      blocks.add(Tree.object("type", "redacted_thinking").put("data", data));
    }
  }

  private static ObjectNode call(Fields call) {
    call.hints("type", "index");
    var function = call.within("function");
    if (function == null) {
      throw call.refusal("type");
    }
    var arguments = function.text("arguments", "");
    var input = arguments.isBlank() ? Tree.object() : Tree.parsed(arguments);
    var block =
        Tree.object("type", "tool_use")
            .put("id", call.text("id"))
            .put("name", function.text("name"));
    function.end();
    call.end();
    return block.set("input", input == null ? Tree.object("arguments", arguments) : input);
  }

  private void result(Fields message, @Nullable JsonNode content, String at) {
    var result =
        Tree.object("type", "tool_result").put("tool_use_id", message.text("tool_call_id"));
    var shown = Tree.array();
    parts(content, at, shown);
    if (!shown.isEmpty()) {
      result.set("content", shown);
    }
    turn("user").add(result);
  }

  private void parts(@Nullable JsonNode content, String at, ArrayNode blocks) {
    if (content == null) {
      return;
    }
    if (content.isTextual()) {
      text(content.textValue(), blocks);
      return;
    }
    if (!content.isArray()) {
      throw Wording.wrong(at, "a string or a list");
    }
    for (int i = 0; i < content.size(); i++) {
      int before = blocks.size();
      var part = Fields.of(wording, content.get(i), at + "[" + i + "]");
      part(part, blocks);
      if (blocks.size() > before && blocks.get(before) instanceof ObjectNode block) {
        part.copy("cache_control", block, "cache_control");
      }
      part.hints("cache_control");
      part.end();
    }
  }

  /** A text without a letter is refused there. */
  private static void text(String text, ArrayNode blocks) {
    if (!text.isEmpty()) {
      blocks.add(Tree.object("type", TEXT).put(TEXT, text));
    }
  }

  private static void part(Fields part, ArrayNode blocks) {
    switch (part.text("type")) {
      case "text" -> text(part.text(TEXT), blocks);
      case "refusal" -> text(part.text("refusal"), blocks);
      case "image_url" -> {
        var image = part.take("image_url");
        var url =
            image == null ? "" : image.isTextual() ? image.textValue() : Tree.textAt(image, "url");
        blocks.add(Tree.object("type", "image").set("source", source(url, part.at("image_url"))));
      }
      case "file" -> {
        var file = part.within("file");
        if (file == null) {
          throw part.refusal("file");
        }
        var document =
            Tree.object("type", "document")
                .set("source", source(file.text("file_data", ""), file.at("file_data")));
        var name = file.text("filename", "");
        blocks.add(name.isEmpty() ? document : ((ObjectNode) document).put("title", name));
        file.end();
      }
      default -> throw part.refusal("type");
    }
  }

  /** Where an image or a document is: in the request, or at an address. */
  private static ObjectNode source(String url, String at) {
    int comma = url.indexOf(";base64,");
    if (url.startsWith("data:") && comma > 0) {
      return Tree.object("type", "base64")
          .put("media_type", url.substring("data:".length(), comma))
          .put("data", url.substring(comma + ";base64,".length()));
    }
    if (url.startsWith("http://") || url.startsWith("https://")) {
      return Tree.object("type", "url").put("url", url);
    }
    throw Wording.wrong(at, "a data: URL in base64, or an http(s) URL");
  }
}
