package io.nexus.server.dialect.translate;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The messages of a chat as the contents of Google's API: what the system says stands apart, and
 * all that one side says in a row is one content.
 */
final class ChatInContents {

  private static final String TEXT = "text";

  private final Wording wording;
  private final ArrayNode system = Tree.array();
  private final ArrayNode contents = Tree.array();

  /** The functions that were called, by the ids of the calls. */
  private final Map<String, String> called = new HashMap<>();

  ChatInContents(Wording wording) {
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
    return contents;
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

  /** The parts of the turn of that role: the last one if it is this role's. */
  private ArrayNode turn(String role) {
    var last = contents.isEmpty() ? null : contents.get(contents.size() - 1);
    if (last != null
        && Tree.textAt(last, "role").equals(role)
        && last.get("parts") instanceof ArrayNode parts) {
      return parts;
    }
    var content = Tree.object("role", role);
    var parts = content.putArray("parts");
    contents.add(content);
    return parts;
  }

  private void assistant(Fields message, @Nullable JsonNode content, String at) {
    var parts = turn("model");
    message.hints("reasoning_content", "reasoning", "reasoning_details", "annotations");
    parts(content, at, parts);
    text(message.text("refusal", ""), parts);
    var calls = message.list("tool_calls");
    for (int i = 0; i < calls.size(); i++) {
      parts.add(call(Fields.of(wording, calls.get(i), message.at("tool_calls[" + i + "]"))));
    }
    if (parts.isEmpty()) {
      contents.remove(contents.size() - 1);
    }
  }

  /** A call, with the signature of the thought that led to it if the client has kept it. */
  private ObjectNode call(Fields call) {
    call.hints("type", "index");
    var function = call.within("function");
    if (function == null) {
      throw call.refusal("type");
    }
    var name = function.text("name");
    var id = call.text("id");
    called.put(id, name);
    var arguments = function.text("arguments", "");
    var input = arguments.isBlank() ? Tree.object() : Tree.parsed(arguments);
    function.end();
    var said = Tree.object("id", id).put("name", name);
    said.set("args", input == null ? Tree.object("arguments", arguments) : input);
    var part = Tree.object();
    part.set("functionCall", said);
    var extra = call.take("extra_content");
    var signature = extra == null ? "" : Tree.textAt(extra.path("google"), "thought_signature");
    if (!signature.isEmpty()) {
      part.put("thoughtSignature", signature);
    }
    call.end();
    return part;
  }

  private void result(Fields message, @Nullable JsonNode content, String at) {
    var id = message.text("tool_call_id");
    var shown = Tree.array();
    parts(content, at, shown);
    var text = new StringBuilder();
    for (var part : shown) {
      text.append(Tree.textAt(part, TEXT));
    }
    var object = Tree.parsed(text.toString());
    var response = Tree.object("id", id).put("name", called.getOrDefault(id, id));
    response.set("response", object == null ? Tree.object("result", text.toString()) : object);
    turn("user").add(Tree.object().set("functionResponse", response));
  }

  private void parts(@Nullable JsonNode content, String at, ArrayNode parts) {
    if (content == null) {
      return;
    }
    if (content.isTextual()) {
      text(content.textValue(), parts);
      return;
    }
    if (!content.isArray()) {
      throw Wording.wrong(at, "a string or a list");
    }
    for (int i = 0; i < content.size(); i++) {
      var part = Fields.of(wording, content.get(i), at + "[" + i + "]");
      part(part, parts);
      part.hints("cache_control");
      part.end();
    }
  }

  private static void text(String text, ArrayNode parts) {
    if (!text.isEmpty()) {
      parts.add(Tree.object(TEXT, text));
    }
  }

  private static void part(Fields part, ArrayNode parts) {
    switch (part.text("type")) {
      case "text" -> text(part.text(TEXT), parts);
      case "refusal" -> text(part.text("refusal"), parts);
      case "image_url" -> {
        var image = part.take("image_url");
        var url =
            image == null ? "" : image.isTextual() ? image.textValue() : Tree.textAt(image, "url");
        parts.add(inline(url, part.at("image_url")));
      }
      case "input_audio" -> {
        var audio = part.take("input_audio");
        if (audio == null) {
          throw part.refusal("input_audio");
        }
        parts.add(inline("audio/" + Tree.textAt(audio, "format"), Tree.textAt(audio, "data"), 0));
      }
      case "file" -> {
        var file = part.within("file");
        if (file == null) {
          throw part.refusal("file");
        }
        parts.add(inline(file.text("file_data", ""), file.at("file_data")));
        file.hints("filename");
        file.end();
      }
      default -> throw part.refusal("type");
    }
  }

  /** What stands in the request: the provider fetches nothing for it. */
  private static ObjectNode inline(String url, String at) {
    int comma = url.indexOf(";base64,");
    if (!url.startsWith("data:") || comma < 0) {
      throw Wording.wrong(at, "a data: URL in base64, since nothing else can be translated");
    }
    return inline(url.substring("data:".length(), comma), url, comma + ";base64,".length());
  }

  private static ObjectNode inline(String type, String data, int from) {
    return Tree.object()
        .set("inlineData", Tree.object("mimeType", type).put("data", data.substring(from)));
  }
}
