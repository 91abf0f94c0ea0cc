package io.nexus.server.dialect.translate;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Translates the messages of Anthropic's API to those of a chat.
 *
 * <p>A user's message with tool results becomes several, since in chat each result is a message of
 * its own. A system message before the first answer joins the system prompt. A later one becomes a
 * reminder by the user, since many models' templates accept a system message only at the beginning,
 * and no two user messages in a row.
 */
final class MessagesInChat {

  private static final String BETWEEN = "\n\n";

  private final Wording wording;
  private final ChatParts system = new ChatParts();
  private final List<ObjectNode> messages = new ArrayList<>();
  private final boolean hearsSystem;
  private ChatParts shown = new ChatParts();
  private boolean isAnswered;

  /**
   * No messages so far.
   *
   * @param hearsSystem whether the model accepts system messages anywhere
   */
  MessagesInChat(Wording wording, boolean hearsSystem) {
    this.wording = wording;
    this.hearsSystem = hearsSystem;
  }

  /** Adds the system prompt, or a part of it. */
  void system(@Nullable JsonNode content, String at) {
    if (content != null) {
      texts(content, at, system);
    }
  }

  /** All messages, the system prompt first. */
  ArrayNode all(ArrayNode given) {
    for (int i = 0; i < given.size(); i++) {
      message(Fields.of(wording, given.get(i), "messages[" + i + "]"));
    }
    endUser();
    var all = Tree.array();
    if (!system.isEmpty()) {
      all.add(Tree.object("role", "system").set("content", system.content(BETWEEN)));
    }
    return all.addAll(messages);
  }

  private void message(Fields message) {
    var role = message.text("role");
    var at = message.at("content");
    var content = message.take("content");
    if (content == null) {
      throw Wording.wrong(at, "a string or a list");
    }
    switch (role) {
      case "user" -> user(content, at);
      case "assistant" -> {
        isAnswered = true;
        endUser();
        messages.add(new MessagesTurn(wording).say(content, at));
      }
      case "system" -> systemAmong(content, at);
      default -> throw message.refusal("role");
    }
    message.hints("cache_control");
    message.end();
  }

  private void systemAmong(JsonNode content, String at) {
    if (!isAnswered) {
      system(content, at);
      return;
    }
    var parts = new ChatParts();
    texts(content, at, parts);
    if (hearsSystem) {
      endUser();
      messages.add(Tree.object("role", "system").set("content", parts.content(BETWEEN)));
    } else {
      shown.reminder(parts.textOnly(BETWEEN));
    }
  }

  private void user(JsonNode content, String at) {
    var parts = new ChatParts();
    if (content.isTextual()) {
      parts.text(content.textValue());
    } else {
      for (int i = 0; i < list(content, at).size(); i++) {
        block(Fields.of(wording, content.get(i), at + "[" + i + "]"), parts);
      }
    }
    parts.addTo(shown);
  }

  /** Adds consecutive content of the user as one message. */
  private void endUser() {
    if (!shown.isEmpty()) {
      messages.add(Tree.object("role", "user").set("content", shown.content(BETWEEN)));
      shown = new ChatParts();
    }
  }

  private void block(Fields block, ChatParts parts) {
    var type = block.text("type");
    if (type.equals("tool_result")) {
      result(block, parts);
    } else {
      shown(block, type, parts);
    }
  }

  /** Adds the content of a message or of a tool's result. */
  private void shown(Fields block, String type, ChatParts parts) {
    switch (type) {
      case "text" -> parts.text(block.text("text"));
      case "image" -> image(block, parts);
      case "document" -> document(block, parts);
      case "search_result" -> found(block, parts);
      default -> throw block.refusal("type");
    }
    block.hints("cache_control", "citations");
    block.end();
  }

  private void image(Fields block, ChatParts parts) {
    var source = within(block, "source");
    switch (source.text("type")) {
      case "base64" ->
          parts.image(ChatParts.dataUrl(source.text("media_type"), source.text("data")), "");
      case "url" -> parts.image(source.text("url"), "");
      default -> throw source.refusal("type");
    }
    source.end();
  }

  private void document(Fields block, ChatParts parts) {
    var title = block.text("title", "");
    var context = block.text("context", "");
    var head = (title + (title.isEmpty() || context.isEmpty() ? "" : BETWEEN) + context);
    var source = within(block, "source");
    if (!head.isEmpty()) {
      parts.text(head);
    }
    switch (source.text("type")) {
      case "base64" ->
          parts.file(
              title.isEmpty() ? "document.pdf" : title,
              ChatParts.dataUrl(source.text("media_type"), source.text("data")));
      case "text" -> {
        parts.text(source.text("data"));
        source.hints("media_type");
      }
      case "content" -> {
        var content = source.take("content");
        if (content != null) {
          all(content, source.at("content"), parts);
        }
      }
      default -> throw source.refusal("type");
    }
    source.end();
  }

  private void found(Fields block, ChatParts parts) {
    parts.text(block.text("title", "") + "\n" + block.text("source", ""));
    var content = block.take("content");
    if (content != null) {
      texts(content, block.at("content"), parts);
    }
  }

  private void all(JsonNode content, String at, ChatParts parts) {
    if (content.isTextual()) {
      parts.text(content.textValue());
      return;
    }
    for (int i = 0; i < list(content, at).size(); i++) {
      var block = Fields.of(wording, content.get(i), at + "[" + i + "]");
      shown(block, block.text("type"), parts);
    }
  }

  /** Adds a tool's result. A tool message has text only, so images follow in the user's message. */
  private void result(Fields block, ChatParts after) {
    var id = block.text("tool_use_id");
    var parts = new ChatParts();
    var content = block.take("content");
    if (content != null) {
      all(content, block.at("content"), parts);
    }
    var result = parts.textOnly(BETWEEN);
    var images = parts.withoutText();
    endUser();
    if (!images.isEmpty()) {
      result += (result.isEmpty() ? "" : BETWEEN) + "What it shows is in the next message.";
      after.text("What the tool call " + id + " shows:");
      images.forEach(after::part);
    }
    messages.add(
        Tree.object("role", "tool")
            .put("tool_call_id", id)
            .put("content", marked(result, block.flag("is_error"))));
    block.hints("cache_control");
    block.end();
  }

  /** Marks a failed tool result in its text, because chat has no field for it. */
  private static String marked(String result, boolean isError) {
    boolean saysSo =
        result.regionMatches(true, 0, "error", 0, 5) || result.startsWith("<tool_use_error>");
    return isError && !saysSo ? "Error: " + result : result;
  }

  private void texts(JsonNode content, String at, ChatParts parts) {
    if (content.isTextual()) {
      parts.text(content.textValue());
      return;
    }
    for (int i = 0; i < list(content, at).size(); i++) {
      var block = Fields.of(wording, content.get(i), at + "[" + i + "]");
      if (!block.text("type").equals("text")) {
        throw block.refusal("type");
      }
      parts.text(block.text("text"));
      block.hints("cache_control", "citations");
      block.end();
    }
  }

  private static Fields within(Fields block, String name) {
    var within = block.within(name);
    if (within == null) {
      throw Wording.wrong(block.at(name), "an object");
    }
    return within;
  }

  private static ArrayNode list(JsonNode content, String at) {
    if (content instanceof ArrayNode list) {
      return list;
    }
    throw Wording.wrong(at, "a string or a list");
  }
}
