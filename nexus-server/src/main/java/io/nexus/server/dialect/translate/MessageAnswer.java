package io.nexus.server.dialect.translate;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.jspecify.annotations.Nullable;

/** Translates a completion to a message of Anthropic's API. */
final class MessageAnswer {

  private MessageAnswer() {}

  /**
   * One in one piece.
   *
   * @param showsThinking whether the client wants to see the reasoning
   */
  static ObjectNode of(ObjectNode completion, boolean showsThinking) {
    var choice = ChatSays.choice(completion);
    var said = choice.path("message");
    var message = begun(completion);
    var content = message.putArray("content");
    thought(said, showsThinking, content);
    var text = ChatSays.text(said) + ChatSays.refusal(said);
    if (!text.isEmpty()) {
      content.add(Tree.object("type", "text").put("text", text));
    }
    var id = Tree.textAt(message, "id");
    boolean calls = false;
    int i = 0;
    for (var call : ChatSays.calls(said)) {
      content.add(call(call, id, i++));
      calls = true;
    }
    stop(choice, calls, message);
    message.set("usage", usage(completion.path("usage")));
    keepNexus(completion, message);
    return message;
  }

  /** The message without content. */
  static ObjectNode begun(ObjectNode completion) {
    return Tree.object("id", id(completion))
        .put("type", "message")
        .put("role", "assistant")
        .put("model", Tree.textAt(completion, "model"));
  }

  private static String id(ObjectNode completion) {
    var id = Tree.textAt(completion, "id");
    return "msg_" + plain(id.startsWith("chatcmpl-") ? id.substring(9) : id);
  }

  private static void thought(JsonNode said, boolean shows, ArrayNode content) {
    var text = ChatSays.thought(said);
    var details = ChatSays.details(said) instanceof ArrayNode list ? list : Tree.array();
    if (text.isEmpty() && !details.isEmpty()) {
      content.add(Tree.object("type", "redacted_thinking").put("data", Sealed.seal(details, "")));
    } else if (shows && !text.isEmpty()) {
      content.add(
          Tree.object("type", "thinking")
              .put("thinking", text)
              .put("signature", Sealed.seal(details, text)));
    }
  }

  private static ObjectNode call(JsonNode call, String message, int place) {
    var arguments = ChatSays.arguments(call);
    var input = arguments.isBlank() ? Tree.object() : Tree.parsed(arguments);
    return Tree.object("type", "tool_use")
        .put("id", callId(Tree.textAt(call, "id"), message, place))
        .put("name", Tree.textAt(call.path("function"), "name"))
        .set("input", input == null ? Tree.object("arguments", arguments) : input);
  }

  /** The id of a call: unchanged if the API accepts it, generated if there is none. */
  static String callId(String id, String message, int place) {
    return id.isEmpty() ? "toolu_" + message.substring(4) + "_" + place : plain(id);
  }

  private static String plain(String id) {
    return id.replaceAll("[^A-Za-z0-9_-]", "_");
  }

  private static void stop(JsonNode choice, boolean calls, ObjectNode message) {
    message.put("stop_reason", reason(Tree.textAt(choice, "finish_reason"), choice, calls));
    message.put("stop_sequence", sequence(choice));
  }

  /** The stop reason. Some servers give an ordinary end for a turn with tool calls. */
  static String reason(String finish, JsonNode choice, boolean calls) {
    return switch (finish) {
      case "length" -> "max_tokens";
      case "content_filter" -> "refusal";
      default -> calls ? "tool_use" : sequence(choice) == null ? "end_turn" : "stop_sequence";
    };
  }

  /** The stop sequence, if the server reports it. */
  static @Nullable String sequence(JsonNode choice) {
    var stop = Tree.textAt(choice, "stop_reason");
    return stop.isEmpty() || Tree.textAt(choice, "finish_reason").equals(stop) ? null : stop;
  }

  /** The usage; this API reports tokens read from a cache separately. */
  static ObjectNode usage(JsonNode used) {
    long cached = Tree.countAt(used.path("prompt_tokens_details"), "cached_tokens");
    long prompt = Tree.countAt(used, "prompt_tokens");
    var usage =
        Tree.object()
            .put("input_tokens", Math.max(0, prompt - cached))
            .put("cache_creation_input_tokens", 0)
            .put("cache_read_input_tokens", Math.min(cached, prompt))
            .put("output_tokens", Tree.countAt(used, "completion_tokens"));
    if (used.has("cost")) {
      usage.set("cost", used.get("cost"));
    }
    return usage;
  }

  /** Copies the fields that the gateway adds to answers. */
  static void keepNexus(ObjectNode from, ObjectNode to) {
    if (from.has("nexus")) {
      to.set("nexus", from.get("nexus"));
    }
  }
}
