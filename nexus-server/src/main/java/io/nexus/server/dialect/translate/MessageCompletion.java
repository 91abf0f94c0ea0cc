package io.nexus.server.dialect.translate;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** Translates a message of Anthropic's API to a completion. */
final class MessageCompletion {

  private static final String FORMAT = "anthropic-claude-v1";

  private MessageCompletion() {}

  /** Translates an answer in one piece. */
  static ObjectNode of(ObjectNode answer, long createdSeconds) {
    var text = new StringBuilder();
    var thought = new StringBuilder();
    var details = Tree.array();
    var calls = Tree.array();
    for (var block : answer.path("content")) {
      switch (Tree.textAt(block, "type")) {
        case "text" -> text.append(Tree.textAt(block, "text"));
        case "thinking" -> {
          var said = Tree.textAt(block, "thinking");
          thought.append(said);
          details.add(signed(said, Tree.textAt(block, "signature"), details.size()));
        }
        case "redacted_thinking" -> details.add(hidden(Tree.textAt(block, "data"), details.size()));
        case "tool_use" -> calls.add(call(block));
        default -> {} // Tools that run at the provider were not offered.
      }
    }
    var completion = begun(answer, "chat.completion", createdSeconds);
    var choice = Tree.object().put("index", 0);
    choice.set("message", message(text, thought, details, calls));
    choice.putNull("logprobs");
    choice.put("finish_reason", finish(Tree.textAt(answer, "stop_reason")));
    completion.set("choices", Tree.array().add(choice));
    completion.set("usage", usage(answer.path("usage")));
    return completion;
  }

  private static ObjectNode message(
      StringBuilder text, StringBuilder thought, ArrayNode details, ArrayNode calls) {
    var message = Tree.object("role", "assistant");
    if (text.isEmpty() && !calls.isEmpty()) {
      message.putNull("content");
    } else {
      message.put("content", text.toString());
    }
    message.putNull("refusal");
    if (!thought.isEmpty()) {
      message.put("reasoning_content", thought.toString());
    }
    if (!details.isEmpty()) {
      message.set("reasoning_details", details);
    }
    if (!calls.isEmpty()) {
      message.set("tool_calls", calls);
    }
    return message;
  }

  private static ObjectNode call(JsonNode block) {
    var function =
        Tree.object("name", Tree.textAt(block, "name"))
            .put("arguments", Tree.text(block.path("input")));
    return Tree.object("id", Tree.textAt(block, "id"))
        .put("type", "function")
        .set("function", function);
  }

  /** The fields that all chunks of a completion share. */
  static ObjectNode begun(JsonNode message, String object, long createdSeconds) {
    var id = Tree.textAt(message, "id");
    return Tree.object("id", "chatcmpl-" + (id.startsWith("msg_") ? id.substring(4) : id))
        .put("object", object)
        .put("created", createdSeconds)
        .put("model", Tree.textAt(message, "model"));
  }

  /** A thought with the signature that the client must return. */
  static ObjectNode signed(String thought, String signature, int place) {
    return Tree.object("type", "reasoning.text")
        .put("text", thought)
        .put("signature", signature)
        .put("format", FORMAT)
        .put("index", place);
  }

  /** A sealed thought that only the provider can read. */
  static ObjectNode hidden(String data, int place) {
    return Tree.object("type", "reasoning.encrypted")
        .put("data", data)
        .put("format", FORMAT)
        .put("index", place);
  }

  /** The finish reason. */
  static String finish(String reason) {
    return switch (reason) {
      case "max_tokens", "model_context_window_exceeded" -> "length";
      case "tool_use" -> "tool_calls";
      case "refusal" -> "content_filter";
      default -> "stop";
    };
  }

  /** The usage; in chat the prompt includes tokens read from or written to a cache. */
  static ObjectNode usage(JsonNode used) {
    long read = Tree.countAt(used, "cache_read_input_tokens");
    long written = Tree.countAt(used, "cache_creation_input_tokens");
    long prompt = Tree.countAt(used, "input_tokens") + read + written;
    long output = Tree.countAt(used, "output_tokens");
    var usage =
        Tree.object()
            .put("prompt_tokens", prompt)
            .put("completion_tokens", output)
            .put("total_tokens", prompt + output);
    usage.set(
        "prompt_tokens_details",
        Tree.object().put("cached_tokens", read).put("cache_write_tokens", written));
    if (used.has("cost")) {
      usage.set("cost", used.get("cost"));
    }
    return usage;
  }
}
