package io.nexus.server.dialect.translate;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** Translates an answer of Google's generateContent to a completion. */
final class ContentCompletion {

  private ContentCompletion() {}

  /** Translates an answer in one piece. */
  static ObjectNode of(ObjectNode answer, long createdSeconds) {
    var text = new StringBuilder();
    var thought = new StringBuilder();
    var calls = Tree.array();
    for (var part : answer.at("/candidates/0/content/parts")) {
      (part.path("thought").asBoolean() ? thought : text).append(Tree.textAt(part, "text"));
      if (part.path("functionCall").isObject()) {
        calls.add(call(part, answer, calls.size()));
      }
    }
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
    if (!calls.isEmpty()) {
      message.set("tool_calls", calls);
    }
    var choice = Tree.object().put("index", 0);
    choice.set("message", message);
    choice.putNull("logprobs");
    choice.put("finish_reason", finish(answer, !calls.isEmpty()));
    var completion = begun(answer, "chat.completion", createdSeconds);
    completion.set("choices", Tree.array().add(choice));
    completion.set("usage", usage(answer.path("usageMetadata")));
    MessageAnswer.keepNexus(answer, completion);
    return completion;
  }

  /** The fields that all chunks of a completion share. */
  static ObjectNode begun(JsonNode answer, String object, long createdSeconds) {
    return Tree.object("id", "chatcmpl-" + Tree.textAt(answer, "responseId"))
        .put("object", object)
        .put("created", createdSeconds)
        .put("model", Tree.textAt(answer, "modelVersion"));
  }

  /**
   * A call, with the signature that the client must return, in the place that Google's own chat
   * endpoint uses.
   *
   * @see <a href="https://ai.google.dev/gemini-api/docs/thought-signatures">Thought signatures</a>
   */
  static ObjectNode call(JsonNode part, JsonNode answer, int place) {
    var called = part.path("functionCall");
    var id = Tree.textAt(called, "id");
    var function =
        Tree.object("name", Tree.textAt(called, "name"))
            .put(
                "arguments",
                called.path("args").isObject() ? Tree.text(called.path("args")) : "{}");
    var call =
        Tree.object(
                "id", id.isEmpty() ? "call_" + Tree.textAt(answer, "responseId") + "_" + place : id)
            .put("type", "function");
    call.set("function", function);
    var signature = Tree.textAt(part, "thoughtSignature");
    if (!signature.isEmpty()) {
      call.set(
          "extra_content",
          Tree.object().set("google", Tree.object("thought_signature", signature)));
    }
    return call;
  }

  /** The finish reason; empty if it has not ended. A blocked prompt has no answer. */
  static String finish(JsonNode answer, boolean calls) {
    if (!Tree.textAt(answer.path("promptFeedback"), "blockReason").isEmpty()) {
      return "content_filter";
    }
    return switch (Tree.textAt(answer.at("/candidates/0"), "finishReason")) {
      case "" -> "";
      case "MAX_TOKENS" -> "length";
      case "STOP", "MALFORMED_FUNCTION_CALL", "OTHER" -> calls ? "tool_calls" : "stop";
      default -> "content_filter";
    };
  }

  /** The usage. Google reports thoughts beside the output, chat as a part of it. */
  static ObjectNode usage(JsonNode used) {
    long prompt =
        Tree.countAt(used, "promptTokenCount") + Tree.countAt(used, "toolUsePromptTokenCount");
    long thought = Tree.countAt(used, "thoughtsTokenCount");
    long output = Tree.countAt(used, "candidatesTokenCount") + thought;
    var usage =
        Tree.object()
            .put("prompt_tokens", prompt)
            .put("completion_tokens", output)
            .put("total_tokens", prompt + output);
    usage.set(
        "prompt_tokens_details",
        Tree.object().put("cached_tokens", Tree.countAt(used, "cachedContentTokenCount")));
    usage.set("completion_tokens_details", Tree.object().put("reasoning_tokens", thought));
    if (used.has("cost")) {
      usage.set("cost", used.get("cost"));
    }
    return usage;
  }
}
