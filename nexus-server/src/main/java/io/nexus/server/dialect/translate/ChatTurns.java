package io.nexus.server.dialect.translate;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.jspecify.annotations.Nullable;

/**
 * Translates the messages of a chat to the turns of another API, in which the system prompt is
 * separate and consecutive messages of one side are one turn. For one request.
 */
abstract class ChatTurns {

  /** The name of a text's field, and the type of a text part. */
  static final String TEXT = "text";

  /** Notes what has no translation. */
  final Wording wording;

  private final String parts;
  private final String assistant;
  private final ArrayNode system = Tree.array();
  private final ArrayNode turns = Tree.array();

  /**
   * No turns yet.
   *
   * @param parts the field with the parts of a turn
   * @param assistant the name of the model's role
   */
  ChatTurns(Wording wording, String parts, String assistant) {
    this.wording = wording;
    this.parts = parts;
    this.assistant = assistant;
  }

  /** The system prompt. */
  final ArrayNode system() {
    return system;
  }

  /** The turns of the messages. */
  final ArrayNode all(ArrayNode messages) {
    for (int i = 0; i < messages.size(); i++) {
      message(Fields.of(wording, messages.get(i), "messages[" + i + "]"));
    }
    return turns;
  }

  private void message(Fields message) {
    var role = message.text("role");
    var content = message.take("content");
    var at = message.at("content");
    switch (role) {
      case "system", "developer" -> parts(content, at, system);
      case "user" -> parts(content, at, turn("user"));
      case "assistant" -> assistant(message, content, at);
      case "tool" -> {
        var shown = Tree.array();
        parts(content, at, shown);
        turn("user").add(result(message.text("tool_call_id"), shown));
      }
      default -> throw message.refusal("role");
    }
    message.hints("name", "cache_control");
    message.end();
  }

  /** The parts of the current turn of a role: the last turn if it has this role, else a new one. */
  private ArrayNode turn(String role) {
    var last = turns.isEmpty() ? null : turns.get(turns.size() - 1);
    if (last != null
        && Tree.textAt(last, "role").equals(role)
        && last.get(parts) instanceof ArrayNode more) {
      return more;
    }
    var turn = Tree.object("role", role);
    turns.add(turn);
    return turn.putArray(parts);
  }

  private void assistant(Fields message, @Nullable JsonNode content, String at) {
    var said = turn(assistant);
    thoughts(message.take("reasoning_details"), said);
    message.hints("reasoning_content", "reasoning", "annotations");
    parts(content, at, said);
    text(message.text("refusal", ""), said);
    var calls = message.list("tool_calls");
    for (int i = 0; i < calls.size(); i++) {
      said.add(call(Fields.of(wording, calls.get(i), message.at("tool_calls[" + i + "]"))));
    }
    if (said.isEmpty()) {
      turns.remove(turns.size() - 1);
    }
  }

  private void parts(@Nullable JsonNode content, String at, ArrayNode said) {
    if (content == null) {
      return;
    }
    if (content.isTextual()) {
      text(content.textValue(), said);
      return;
    }
    if (!content.isArray()) {
      throw Wording.wrong(at, "a string or a list");
    }
    for (int i = 0; i < content.size(); i++) {
      int before = said.size();
      var part = Fields.of(wording, content.get(i), at + "[" + i + "]");
      part(part, said);
      if (said.size() > before && said.get(before) instanceof ObjectNode first) {
        cached(part, first);
      }
      part.hints("cache_control");
      part.end();
    }
  }

  /** Adds a text, unless it is empty, which the API would refuse. */
  final void text(String text, ArrayNode said) {
    if (!text.isEmpty()) {
      said.add(textPart(text));
    }
  }

  private void part(Fields part, ArrayNode said) {
    switch (part.text("type")) {
      case "text" -> text(part.text(TEXT), said);
      case "refusal" -> text(part.text("refusal"), said);
      case "image_url" -> {
        var image = part.take("image_url");
        var url =
            image == null ? "" : image.isTextual() ? image.textValue() : Tree.textAt(image, "url");
        said.add(image(url, part.at("image_url")));
      }
      case "input_audio" -> {
        var audio = part.take("input_audio");
        if (audio == null) {
          throw part.refusal("input_audio");
        }
        said.add(audio(part, audio));
      }
      case "file" -> {
        var file = part.within("file");
        if (file == null) {
          throw part.refusal("file");
        }
        said.add(file(file));
        file.end();
      }
      default -> throw part.refusal("type");
    }
  }

  /** The function of an earlier tool call, with its arguments as an object. */
  static ObjectNode named(Fields function, String arguments, ObjectNode call) {
    call.put("name", function.text("name"));
    var given = function.text("arguments", "");
    var input = given.isBlank() ? Tree.object() : Tree.parsed(given);
    call.set(arguments, input == null ? Tree.object("arguments", given) : input);
    function.end();
    return call;
  }

  /** The function of a call. */
  static Fields function(Fields call) {
    call.hints("type", "index");
    var function = call.within("function");
    if (function == null) {
      throw call.refusal("type");
    }
    return function;
  }

  /** A text part. */
  abstract ObjectNode textPart(String text);

  /** An image by its address, which may be a data URL. */
  abstract JsonNode image(String url, String at);

  /** An audio part. */
  JsonNode audio(Fields part, JsonNode audio) {
    throw part.refusal("type");
  }

  /** A file part. */
  abstract JsonNode file(Fields file);

  /** Adds earlier reasoning, if the API has a place for it. */
  void thoughts(@Nullable JsonNode details, ArrayNode said) {}

  /** A call of a client's tool. */
  abstract JsonNode call(Fields call);

  /** A tool's result. */
  abstract JsonNode result(String callId, ArrayNode shown);

  /** Marks a part to be cached, if the API has a field for it. */
  void cached(Fields part, ObjectNode said) {}
}
