package io.nexus.server.dialect.translate;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.nexus.server.dialect.translate.Translation.EventTranslation;
import org.jspecify.annotations.Nullable;

/** Translates the events of Google's streamGenerateContent to the chunks of a completion. */
final class ContentChunks implements EventTranslation {

  private final boolean usageWanted;
  private final long createdSeconds;
  private ObjectNode head = Tree.object();
  private JsonNode used = MissingNode.getInstance();
  private int calls;
  private boolean begun;
  private boolean finished;
  private boolean ended;

  ContentChunks(boolean usageWanted, long createdSeconds) {
    this.usageWanted = usageWanted;
    this.createdSeconds = createdSeconds;
  }

  @Override
  public void translate(ObjectNode event, EventText client) {
    if (ended) {
      return;
    }
    if (event.has("error")) {
      ended = true;
      client.add("", Trouble.of(event.path("error")).asChat());
      return;
    }
    begin(event, client);
    if (event.path("usageMetadata").isObject()) {
      used = event.path("usageMetadata");
    }
    for (var part : event.at("/candidates/0/content/parts")) {
      part(part, event, client);
    }
    var finish = ContentCompletion.finish(event, calls > 0);
    if (!finish.isEmpty() && !finished) {
      finished = true;
      var chunk = chunk(Tree.object(), finish);
      MessageAnswer.keepNexus(event, chunk);
      client.add("", chunk);
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
      chunk.set("usage", ContentCompletion.usage(used));
      client.add("", chunk);
    }
    client.done();
  }

  private void begin(ObjectNode event, EventText client) {
    if (!begun) {
      begun = true;
      head = ContentCompletion.begun(event, "chat.completion.chunk", createdSeconds);
      say(Tree.object("role", "assistant").put("content", ""), client);
    }
  }

  private void part(JsonNode part, ObjectNode event, EventText client) {
    var text = Tree.textAt(part, "text");
    if (!text.isEmpty()) {
      say(
          Tree.object(part.path("thought").asBoolean() ? "reasoning_content" : "content", text),
          client);
    }
    if (part.path("functionCall").isObject()) {
      var call = Tree.object().put("index", calls);
      call.setAll(ContentCompletion.call(part, event, calls++));
      say(Tree.object().set("tool_calls", Tree.array().add(call)), client);
    }
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
