package io.nexus.server.dialect.translate;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Translates the input of the Responses API to the messages of a chat. Consecutive reasoning,
 * messages and calls of the model are one message.
 *
 * <p>Instructions, and developer messages before the first answer, become one system message at the
 * beginning, where all models' templates accept it. Later developer messages become reminders by
 * the user.
 */
final class ResponsesInChat {

  private static final String BETWEEN = "\n\n";

  private final Wording wording;
  private final ChatParts system = new ChatParts();
  private final List<ObjectNode> messages = new ArrayList<>();
  private final ResponsesContent content;
  private final boolean hearsSystem;
  private ChatParts shown = new ChatParts();
  private @Nullable ResponsesTurn turn;
  private boolean isAnswered;

  /** Whether the content so far comes from tools, of which more may follow. */
  private boolean isShownByTools;

  /**
   * No messages so far.
   *
   * @param hearsSystem whether the model accepts system messages anywhere
   */
  ResponsesInChat(Wording wording, boolean hearsSystem) {
    this.wording = wording;
    this.hearsSystem = hearsSystem;
    this.content = new ResponsesContent(wording);
  }

  /** All messages, the system prompt first. */
  ArrayNode all(String instructions, @Nullable JsonNode input) {
    if (!instructions.isEmpty()) {
      system.text(instructions);
    }
    if (input == null) {
      throw Wording.wrong("input", "a string or a list");
    }
    if (input.isTextual()) {
      messages.add(Tree.object("role", "user").set("content", input));
    } else {
      for (int i = 0; i < input.size(); i++) {
        item(Fields.of(wording, input.get(i), "input[" + i + "]"));
      }
    }
    endTurn();
    endUser();
    var all = Tree.array();
    if (!system.isEmpty()) {
      all.add(Tree.object("role", "system").set("content", system.content(BETWEEN)));
    }
    return all.addAll(messages);
  }

  private void item(Fields item) {
    var type = item.text("type", "message");
    switch (type) {
      case "message" -> message(item);
      case "reasoning" -> turn().think(item);
      case "function_call" -> turn().call(item);
      case "custom_tool_call" -> turn().customCall(item);
      case "local_shell_call" -> turn().shellCall(item);
      case "function_call_output", "custom_tool_call_output", "local_shell_call_output" ->
          result(item);
      case "web_search_call", "file_search_call" -> {
        wording.omit(item.path());
        return;
      }
      default -> throw item.refusal("type");
    }
    item.hints("id", "status", "phase", "internal_chat_message_metadata_passthrough", "metadata");
    item.end();
  }

  private void message(Fields item) {
    var role = item.text("role");
    var said = item.take("content");
    switch (role) {
      case "user" -> {
        endTurn();
        content.parts(said, item.at("content")).addTo(shown);
      }
      case "system", "developer" -> {
        var parts = content.parts(said, item.at("content"));
        if (isAnswered) {
          developer(parts);
        } else {
          parts.addTo(system);
        }
      }
      case "assistant" -> turn().say(said, item.at("content"));
      default -> throw item.refusal("role");
    }
  }

  private void developer(ChatParts parts) {
    endTurn();
    if (hearsSystem) {
      endUser();
      messages.add(Tree.object("role", "system").set("content", parts.content(BETWEEN)));
    } else {
      shown.reminder(parts.textOnly(BETWEEN));
    }
  }

  /** The current turn of the model. */
  private ResponsesTurn turn() {
    isAnswered = true;
    endUser();
    if (turn == null) {
      turn = new ResponsesTurn(wording);
    }
    return turn;
  }

  private void endTurn() {
    if (turn != null) {
      messages.add(turn.message());
      turn = null;
    }
  }

  /** Adds consecutive content of the user, and before it that of tools, as one message. */
  private void endUser() {
    if (!shown.isEmpty()) {
      messages.add(Tree.object("role", "user").set("content", shown.content(BETWEEN)));
      shown = new ChatParts();
    }
    isShownByTools = false;
  }

  private void result(Fields item) {
    endTurn();
    if (!isShownByTools) {
      endUser();
    }
    var id = item.text("call_id", item.text("id", ""));
    var result = content.parts(item.take("output"), item.at("output"));
    var images = result.withoutText();
    var text = result.textOnly(BETWEEN);
    if (!images.isEmpty()) {
      text += (text.isEmpty() ? "" : BETWEEN) + "What it shows is in the next message.";
      isShownByTools = true;
      shown.text("What the tool call " + id + " shows:");
      images.forEach(shown::part);
    }
    messages.add(Tree.object("role", "tool").put("tool_call_id", id).put("content", text));
    item.hints("name", "max_output_length");
  }
}
