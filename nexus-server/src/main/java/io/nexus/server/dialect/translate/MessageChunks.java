package io.nexus.server.dialect.translate;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.nexus.server.dialect.translate.Translation.EventTranslation;
import org.jspecify.annotations.Nullable;

/** Translates the events of a message of Anthropic's API to the chunks of a completion. */
final class MessageChunks implements EventTranslation {

  private final boolean usageWanted;
  private final long createdSeconds;
  private final ObjectNode used = Tree.object();
  private final StringBuilder thought = new StringBuilder();
  private ObjectNode head;
  private String signature = "";
  private boolean begun;
  private int thoughts;
  private int calls;

  /** Whether the current call has no arguments so far; a chat requires some. */
  private boolean isBare;

  private boolean ended;

  MessageChunks(boolean usageWanted, long createdSeconds) {
    this.usageWanted = usageWanted;
    this.createdSeconds = createdSeconds;
    this.head = head(Tree.object());
  }

  private ObjectNode head(JsonNode message) {
    return MessageCompletion.begun(message, "chat.completion.chunk", createdSeconds);
  }

  @Override
  public void translate(ObjectNode event, EventText client) {
    if (ended) {
      return;
    }
    switch (Tree.textAt(event, "type")) {
      case "message_start" -> {
        var message = event.path("message");
        head = head(message);
        merge(message.path("usage"));
        begin(client);
      }
      case "content_block_start" -> start(event.path("content_block"), client);
      case "content_block_delta" -> delta(event.path("delta"), client);
      case "content_block_stop" -> stop(client);
      case "message_delta" -> {
        merge(event.path("usage"));
        begin(client);
        var finish = MessageCompletion.finish(Tree.textAt(event.path("delta"), "stop_reason"));
        var chunk = chunk(Tree.object(), finish);
        MessageAnswer.keepNexus(event, chunk);
        client.add("", chunk);
      }
      case "message_stop" -> end(client);
      case "error" -> {
        ended = true;
        client.add("", Trouble.of(event.path("error")).asChat());
      }
      default -> {} // A ping, or an unknown event.
    }
  }

  @Override
  public void end(EventText client) {
    if (ended) {
      return;
    }
    ended = true;
    if (usageWanted) {
      var chunk = head.deepCopy();
      chunk.putArray("choices");
      chunk.set("usage", MessageCompletion.usage(used));
      client.add("", chunk);
    }
    client.done();
  }

  private void begin(EventText client) {
    if (!begun) {
      begun = true;
      say(Tree.object("role", "assistant").put("content", ""), client);
    }
  }

  /**
   * Notes the usage, which is reported at the beginning and at the end; the last report is the
   * greatest.
   */
  private void merge(JsonNode usage) {
    for (var each : usage.properties()) {
      boolean isLess =
          each.getValue().isNumber()
              && each.getValue().longValue() < Tree.countAt(used, each.getKey());
      if (!isLess && !each.getValue().isNull()) {
        used.set(each.getKey(), each.getValue());
      }
    }
  }

  private void start(JsonNode block, EventText client) {
    switch (Tree.textAt(block, "type")) {
      case "text" -> text("content", Tree.textAt(block, "text"), client);
      case "thinking" -> think(Tree.textAt(block, "thinking"), client);
      case "redacted_thinking" ->
          detail(MessageCompletion.hidden(Tree.textAt(block, "data"), thoughts++), client);
      case "tool_use" -> {
        isBare = true;
        var function = Tree.object("name", Tree.textAt(block, "name")).put("arguments", "");
        call(
            Tree.object()
                .put("index", calls++)
                .put("id", Tree.textAt(block, "id"))
                .put("type", "function")
                .set("function", function),
            client);
      }
      default -> {} // Tools that run at the provider were not offered.
    }
  }

  private void delta(JsonNode delta, EventText client) {
    switch (Tree.textAt(delta, "type")) {
      case "text_delta" -> text("content", Tree.textAt(delta, "text"), client);
      case "thinking_delta" -> think(Tree.textAt(delta, "thinking"), client);
      case "signature_delta" -> signature += Tree.textAt(delta, "signature");
      case "input_json_delta" -> arguments(Tree.textAt(delta, "partial_json"), client);
      default -> {} // Citations have no place in a chat.
    }
  }

  private void arguments(String more, EventText client) {
    if (!more.isEmpty()) {
      isBare = false;
      var function = Tree.object("arguments", more);
      call(Tree.object().put("index", calls - 1).set("function", function), client);
    }
  }

  /** Repeats a finished thought with its signature, as the client must return it. */
  private void stop(EventText client) {
    if (isBare) {
      arguments("{}", client);
    }
    if (!signature.isEmpty()) {
      detail(MessageCompletion.signed(thought.toString(), signature, thoughts++), client);
      signature = "";
    }
    thought.setLength(0);
  }

  private void think(String text, EventText client) {
    thought.append(text);
    text("reasoning_content", text, client);
  }

  private void text(String field, String text, EventText client) {
    if (!text.isEmpty()) {
      say(Tree.object(field, text), client);
    }
  }

  private void detail(ObjectNode detail, EventText client) {
    say(Tree.object().set("reasoning_details", Tree.array().add(detail)), client);
  }

  private void call(ObjectNode call, EventText client) {
    say(Tree.object().set("tool_calls", Tree.array().add(call)), client);
  }

  private void say(ObjectNode delta, EventText client) {
    client.add("", chunk(delta, null));
  }

  private ObjectNode chunk(ObjectNode delta, @Nullable String finish) {
    var choice = Tree.object().put("index", 0);
    choice.set("delta", delta);
    choice.putNull("logprobs");
    choice.put("finish_reason", finish);
    var chunk = head.deepCopy();
    chunk.set("choices", Tree.array().add(choice));
    return chunk;
  }
}
