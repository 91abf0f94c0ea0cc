package io.nexus.server.dialect.translate;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.nexus.server.dialect.translate.Translation.EventTranslation;
import org.jspecify.annotations.Nullable;

/**
 * Translates the chunks of a completion to the events of a message: blocks in sequence, each of one
 * kind. In chat the usage follows the finish reason, so the end events are sent last.
 */
final class MessageEventTranslation implements EventTranslation {

  private final boolean showsThinking;
  private final long inputTokens;
  private final ToolCalls calls = new ToolCalls();
  private final StringBuilder thought = new StringBuilder();
  private ArrayNode details = Tree.array();
  private String id = "";
  private Kind open = Kind.NONE;
  private int block = -1;
  private JsonNode finished = MissingNode.getInstance();
  private JsonNode used = MissingNode.getInstance();
  private @Nullable JsonNode nexus;
  private boolean begun;
  private boolean ended;

  private enum Kind {
    NONE,
    THINKING,
    TEXT,
    TOOL
  }

  /** A translator for an answer to a prompt of about this number of tokens. */
  MessageEventTranslation(boolean showsThinking, long inputTokens) {
    this.showsThinking = showsThinking;
    this.inputTokens = inputTokens;
  }

  @Override
  public void translate(ObjectNode chunk, EventText client) {
    if (ended) {
      return;
    }
    var error = Tree.at(chunk, "error");
    if (!error.isMissingNode()) {
      ended = true;
      client.add("error", Trouble.of(error).asMessage());
      return;
    }
    begin(chunk, client);
    if (chunk.path("usage").isObject()) {
      used = chunk.path("usage");
    }
    if (chunk.has("nexus")) {
      nexus = chunk.get("nexus");
    }
    var choice = ChatSays.choice(chunk);
    var delta = choice.path("delta");
    think(delta, client);
    say(ChatSays.text(delta) + ChatSays.refusal(delta), client);
    for (var call : ChatSays.calls(delta)) {
      call(call, client);
    }
    if (!Tree.textAt(choice, "finish_reason").isEmpty()) {
      finished = choice;
    }
  }

  @Override
  public void end(EventText client) {
    if (ended) {
      return;
    }
    ended = true;
    begin(Tree.object(), client);
    close(client);
    var delta =
        Tree.object(
                "stop_reason",
                MessageAnswer.reason(Tree.textAt(finished, "finish_reason"), finished, calls.any()))
            .put("stop_sequence", MessageAnswer.sequence(finished));
    var event = Tree.object("type", "message_delta");
    event.set("delta", delta);
    var usage = MessageAnswer.usage(used);
    event.set("usage", used.isObject() ? usage : usage.put("input_tokens", inputTokens));
    if (nexus != null) {
      event.set("nexus", nexus);
    }
    client.add("message_delta", event);
    client.add("message_stop", Tree.object("type", "message_stop"));
  }

  private void begin(ObjectNode chunk, EventText client) {
    if (begun) {
      return;
    }
    begun = true;
    var message = MessageAnswer.begun(chunk);
    id = Tree.textAt(message, "id");
    message.putArray("content");
    message.putNull("stop_reason").putNull("stop_sequence");
    message.set(
        "usage",
        Tree.object()
            .put("input_tokens", inputTokens)
            .put("cache_creation_input_tokens", 0)
            .put("cache_read_input_tokens", 0)
            .put("output_tokens", 0));
    client.add("message_start", Tree.object("type", "message_start").set("message", message));
  }

  private void think(JsonNode delta, EventText client) {
    if (ChatSays.details(delta) instanceof ArrayNode more) {
      details = Details.merged(details, more);
    }
    var text = ChatSays.thought(delta);
    if (text.isEmpty() || !showsThinking) {
      return;
    }
    if (open != Kind.THINKING) {
      open(
          Kind.THINKING,
          Tree.object("type", "thinking").put("thinking", "").put("signature", ""),
          client);
    }
    thought.append(text);
    delta(Tree.object("type", "thinking_delta").put("thinking", text), client);
  }

  private void say(String text, EventText client) {
    if (text.isEmpty()) {
      return;
    }
    if (open != Kind.TEXT) {
      open(Kind.TEXT, Tree.object("type", "text").put("text", ""), client);
    }
    delta(Tree.object("type", "text_delta").put("text", text), client);
  }

  private void call(JsonNode part, EventText client) {
    var call = calls.take(part);
    if (call.isNew()) {
      open(
          Kind.TOOL,
          Tree.object("type", "tool_use")
              .put("id", MessageAnswer.callId(call.id(), id, call.place()))
              .put("name", call.name())
              .set("input", Tree.object()),
          client);
    }
    if (!call.arguments().isEmpty()) {
      delta(Tree.object("type", "input_json_delta").put("partial_json", call.arguments()), client);
    }
  }

  private void open(Kind kind, ObjectNode content, EventText client) {
    close(client);
    open = kind;
    var event = Tree.object("type", "content_block_start").put("index", ++block);
    event.set("content_block", content);
    client.add("content_block_start", event);
  }

  private void delta(ObjectNode delta, EventText client) {
    var event = Tree.object("type", "content_block_delta").put("index", block);
    event.set("delta", delta);
    client.add("content_block_delta", event);
  }

  /** Ends the open block; a thought gets the data that the client must return. */
  private void close(EventText client) {
    if (open == Kind.THINKING) {
      var seal = Sealed.seal(details, thought.toString());
      delta(Tree.object("type", "signature_delta").put("signature", seal), client);
      thought.setLength(0);
      details = Tree.array();
    }
    if (open != Kind.NONE) {
      client.add(
          "content_block_stop", Tree.object("type", "content_block_stop").put("index", block));
      open = Kind.NONE;
    }
  }
}
