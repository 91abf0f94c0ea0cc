package io.nexus.server.dialect.translate;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.nexus.server.dialect.translate.StreamedPart.Kind;
import java.util.function.Consumer;

/** An item of a streamed response, and its events. */
final class ResponseItem {

  private final Kind kind;
  private final boolean summary;
  private final ResponsesTools.Tool tool;
  private final String callId;
  private final String id;
  private final int place;
  private final StringBuilder soFar = new StringBuilder();

  /** A thought or a message. */
  ResponseItem(Kind kind, boolean summary, String response, int place) {
    this(
        kind,
        summary,
        new ResponsesTools.Tool("", "", ""),
        "",
        (kind == Kind.THOUGHT ? "rs_" : "msg_") + response + "_" + place,
        place);
  }

  /** A tool call. */
  ResponseItem(ResponsesTools.Tool tool, String callId, String response, int place) {
    this(
        Kind.CALL, false, tool, callId, ResponseItems.prefix(tool) + response + "_" + place, place);
  }

  private ResponseItem(
      Kind kind, boolean summary, ResponsesTools.Tool tool, String callId, String id, int place) {
    this.kind = kind;
    this.summary = summary;
    this.tool = tool;
    this.callId = callId;
    this.id = id;
    this.place = place;
  }

  Kind kind() {
    return kind;
  }

  /** Begins the item, without content. */
  void begin(Consumer<ObjectNode> events) {
    var item =
        switch (kind) {
          case THOUGHT -> empty("reasoning");
          case TEXT, REFUSAL -> empty("message");
          case CALL -> ResponseItems.call(tool, id, callId, "", "in_progress");
        };
    events.accept(of("response.output_item.added").set("item", item));
    if (kind != Kind.CALL) {
      events.accept(part(partEvent("added"), ""));
    }
  }

  private ObjectNode empty(String type) {
    var item = Tree.object("id", id).put("type", type).put("status", "in_progress");
    if (kind == Kind.THOUGHT) {
      item.putArray("summary");
    } else {
      item.put("role", "assistant");
    }
    item.putArray("content");
    return item;
  }

  /** Adds a part. The text of a custom tool is within JSON, and is sent when it is complete. */
  void more(String text, Consumer<ObjectNode> events) {
    soFar.append(text);
    if (kind != Kind.CALL) {
      events.accept(logprobs(at(textEvent("delta")).put("delta", text)));
    } else if (tool.kind().equals("function")) {
      events.accept(within("response.function_call_arguments.delta").put("delta", text));
    }
  }

  /**
   * Ends the item.
   *
   * @param details the sealed part of a thought that only the provider can read
   * @param status the status of a message
   * @return the complete item
   */
  ObjectNode end(ArrayNode details, String status, Consumer<ObjectNode> events) {
    var text = soFar.toString();
    if (kind == Kind.CALL) {
      called(text, events);
    } else {
      var field = kind == Kind.REFUSAL ? "refusal" : "text";
      events.accept(logprobs(at(textEvent("done")).put(field, text)));
      events.accept(part(partEvent("done"), text));
    }
    var item =
        switch (kind) {
          case THOUGHT -> ResponseItems.reasoning(id, text, details, summary);
          case TEXT -> ResponseItems.message(id, status, ResponseItems.outputText(text));
          case REFUSAL -> ResponseItems.message(id, status, ResponseItems.refusal(text));
          case CALL -> ResponseItems.call(tool, id, callId, text, "completed");
        };
    events.accept(of("response.output_item.done").set("item", item));
    return item;
  }

  private void called(String arguments, Consumer<ObjectNode> events) {
    switch (tool.kind()) {
      case "function" ->
          events.accept(
              within("response.function_call_arguments.done")
                  .put("name", tool.name())
                  .put("arguments", arguments));
      case "custom" -> {
        var input = ResponseItems.input(arguments);
        events.accept(within("response.custom_tool_call_input.delta").put("delta", input));
        events.accept(within("response.custom_tool_call_input.done").put("input", input));
      }
      default -> {} // A shell's call has no events of its own.
    }
  }

  private String textEvent(String what) {
    var text =
        switch (kind) {
          case THOUGHT -> summary ? "reasoning_summary_text" : "reasoning_text";
          case REFUSAL -> "refusal";
          case TEXT, CALL -> "output_text";
        };
    return "response." + text + "." + what;
  }

  private String partEvent(String what) {
    boolean isSummary = kind == Kind.THOUGHT && summary;
    return "response." + (isSummary ? "reasoning_summary_part." : "content_part.") + what;
  }

  private ObjectNode part(String type, String text) {
    var part =
        switch (kind) {
          case THOUGHT -> ResponseItems.thought(text, summary);
          case REFUSAL -> ResponseItems.refusal(text);
          case TEXT, CALL -> ResponseItems.outputText(text);
        };
    return at(type).set("part", part);
  }

  private ObjectNode logprobs(ObjectNode event) {
    if (kind == Kind.TEXT) {
      event.putArray("logprobs");
    }
    return event;
  }

  private ObjectNode of(String type) {
    return Tree.object("type", type).put("output_index", place);
  }

  private ObjectNode within(String type) {
    return Tree.object("type", type).put("item_id", id).put("output_index", place);
  }

  private ObjectNode at(String type) {
    boolean isSummary = kind == Kind.THOUGHT && summary;
    return within(type).put(isSummary ? "summary_index" : "content_index", 0);
  }
}
