package io.nexus.server.dialect.translate;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.nexus.server.dialect.translate.StreamedPart.Kind;
import io.nexus.server.dialect.translate.Translation.EventTranslation;
import org.jspecify.annotations.Nullable;

/**
 * Translates the chunks of a completion to the events of a message: blocks in sequence, each of one
 * kind. In chat the usage follows the finish reason, so the end events are sent last.
 */
final class MessageEventTranslation implements EventTranslation, StreamedParts.Listener {

  private final boolean showsThinking;
  private final long inputTokens;
  private final StreamedParts parts = new StreamedParts(this);
  private final StringBuilder thought = new StringBuilder();
  private ArrayNode details = Tree.array();
  private String id = "";
  private int block = -1;
  private JsonNode finished = MissingNode.getInstance();
  private JsonNode used = MissingNode.getInstance();
  private @Nullable JsonNode nexus;
  private boolean begun;
  private boolean ended;

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
    parts.say(Kind.TEXT, ChatSays.text(delta) + ChatSays.refusal(delta), client);
    for (var call : ChatSays.calls(delta)) {
      parts.call(call, client);
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
    parts.end(client);
    var delta =
        Tree.object(
                "stop_reason",
                MessageAnswer.reason(
                    Tree.textAt(finished, "finish_reason"), finished, parts.hasCalls()))
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
    var text = parts.thought(delta);
    if (showsThinking) {
      parts.say(Kind.THOUGHT, text, client);
    }
  }

  @Override
  public void opened(StreamedPart part, EventText client) {
    var call = part.call();
    var content =
        switch (part.kind()) {
          case THOUGHT -> Tree.object("type", "thinking").put("thinking", "").put("signature", "");
          case TEXT, REFUSAL -> Tree.object("type", "text").put("text", "");
          case CALL ->
              Tree.object("type", "tool_use")
                  .put("id", MessageAnswer.callId(call.id(), id, call.place()))
                  .put("name", call.name())
                  .<ObjectNode>set("input", Tree.object());
        };
    var event = Tree.object("type", "content_block_start").put("index", ++block);
    event.set("content_block", content);
    client.add("content_block_start", event);
  }

  @Override
  public void grown(StreamedPart part, String text, EventText client) {
    switch (part.kind()) {
      case THOUGHT -> {
        thought.append(text);
        delta(Tree.object("type", "thinking_delta").put("thinking", text), client);
      }
      case TEXT, REFUSAL -> delta(Tree.object("type", "text_delta").put("text", text), client);
      case CALL -> delta(Tree.object("type", "input_json_delta").put("partial_json", text), client);
    }
  }

  /** Ends a block; a thought gets the data that the client must return. */
  @Override
  public void closed(StreamedPart part, EventText client) {
    if (part.kind() == Kind.THOUGHT) {
      var seal = Sealed.seal(details, thought.toString());
      delta(Tree.object("type", "signature_delta").put("signature", seal), client);
      thought.setLength(0);
      details = Tree.array();
    }
    client.add("content_block_stop", Tree.object("type", "content_block_stop").put("index", block));
  }

  @Override
  public long waitingChars() {
    return parts.waitingChars();
  }

  private void delta(ObjectNode delta, EventText client) {
    var event = Tree.object("type", "content_block_delta").put("index", block);
    event.set("delta", delta);
    client.add("content_block_delta", event);
  }
}
