package io.nexus.server.dialect.openai.responses;

import io.nexus.server.dialect.request.Edits;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;
import java.util.TreeMap;

/**
 * The items of a stream. Open ones are closed if the stream is cut off; finished ones are listed by
 * the response at its end. Not for concurrent use.
 */
final class OpenItems {

  /** The most characters kept. The end of a longer response does not list its items. */
  private static final int MOST_CHARS = 4 << 20;

  private static final String SUMMARY = "summary";

  private final boolean keeps;
  private final Map<Integer, Item> open = new TreeMap<>();
  private final SequencedMap<Integer, String> done = new TreeMap<>();
  private long chars;

  /** A part of an item: its type, such as {@code output_text}, and its text so far. */
  private record Part(String type, StringBuilder text) {}

  /** An item as it began, and its parts so far. */
  private static final class Item {
    private final String json;
    private final String id;
    private final String type;
    private final Map<Integer, Part> parts = new LinkedHashMap<>();

    Item(String json) {
      this.json = json;
      this.id = JsonFields.text(json, "id");
      this.type = JsonFields.text(json, "type");
    }

    /** The field with the text of an item without parts. */
    String field() {
      return switch (type) {
        case "custom_tool_call" -> "input";
        case "code_interpreter_call" -> "code";
        default -> "arguments";
      };
    }

    boolean hasParts() {
      return type.equals("message") || type.equals("reasoning");
    }
  }

  /**
   * No items yet.
   *
   * @param keeps whether to keep anything
   */
  OpenItems(boolean keeps) {
    this.keeps = keeps;
  }

  /** An item begins. */
  void added(EventReader event, byte[] data) {
    if (keeps) {
      open.put(event.outputIndex(), new Item(object(event, data)));
    }
  }

  /** A part of an item begins. */
  void part(EventReader event, byte[] data) {
    var item = open.get(event.outputIndex());
    if (item != null) {
      var type = JsonFields.text(object(event, data), "type");
      item.parts.put(event.partIndex(), new Part(type, new StringBuilder()));
    }
  }

  /** Adds text to an item. */
  void delta(EventReader event) {
    var item = open.get(event.outputIndex());
    if (item != null && chars < MOST_CHARS) {
      var part =
          item.parts.computeIfAbsent(
              event.partIndex(), _ -> new Part(partOf(event.type()), new StringBuilder()));
      part.text.append(event.delta());
      chars += event.delta().length();
    }
  }

  private static String partOf(String event) {
    if (event.contains("reasoning_summary")) {
      return "summary_text";
    }
    return event.contains("reasoning") ? "reasoning_text" : "output_text";
  }

  /** An item is done. */
  void done(EventReader event, byte[] data) {
    if (keeps && open.remove(event.outputIndex()) != null && chars < MOST_CHARS) {
      var item = object(event, data);
      chars += item.length();
      done.put(event.outputIndex(), item);
    }
  }

  private static String object(EventReader event, byte[] data) {
    int from = event.objectFrom();
    return new String(data, from, event.objectTo() - from, StandardCharsets.UTF_8);
  }

  /** Closes the open items and parts. */
  void close(FinalEvents events) {
    open.forEach((index, item) -> close(index, item, events));
    open.clear();
  }

  private void close(int index, Item item, FinalEvents events) {
    var place = "\"item_id\":%s,\"output_index\":%d".formatted(Edits.quoted(item.id), index);
    var fields = new LinkedHashMap<String, String>();
    fields.put("status", "\"incomplete\"");
    if (item.hasParts()) {
      item.parts.forEach((at, part) -> close(place, at, part, events));
      fields.put(item.type.equals("message") ? "content" : SUMMARY, list(item));
    } else if (!item.parts.isEmpty()) {
      var text = Edits.quoted(item.parts.values().iterator().next().text.toString());
      fields.put(item.field(), text);
      if (item.type.equals("function_call")) {
        events.add(
            "response.function_call_arguments.done",
            place
                + ",\"name\":"
                + Edits.quoted(JsonFields.text(item.json, "name"))
                + ",\"arguments\":"
                + text);
      }
    }
    var json = JsonFields.with(item.json, fields);
    events.add("response.output_item.done", "\"output_index\":" + index + ",\"item\":" + json);
    done.put(index, json);
  }

  private static void close(String place, int at, Part part, FinalEvents events) {
    boolean summary = part.type.equals("summary_text");
    var where = place + (summary ? ",\"summary_index\":" : ",\"content_index\":") + at;
    var text = Edits.quoted(part.text.toString());
    var done =
        switch (part.type) {
          case "summary_text" -> "response.reasoning_summary_text.done";
          case "reasoning_text" -> "response.reasoning_text.done";
          case "refusal" -> "response.refusal.done";
          default -> "response.output_text.done";
        };
    var named = part.type.equals("refusal") ? ",\"refusal\":" : ",\"text\":";
    var logprobs = part.type.equals("output_text") ? ",\"logprobs\":[]" : "";
    events.add(done, where + named + text + logprobs);
    events.add(
        summary ? "response.reasoning_summary_part.done" : "response.content_part.done",
        where + ",\"part\":" + json(part));
  }

  private static String json(Part part) {
    var text = Edits.quoted(part.text.toString());
    return switch (part.type) {
      case "refusal" -> "{\"type\":\"refusal\",\"refusal\":" + text + "}";
      case "output_text" ->
          "{\"type\":\"output_text\",\"text\":" + text + ",\"annotations\":[],\"logprobs\":[]}";
      default -> "{\"type\":" + Edits.quoted(part.type) + ",\"text\":" + text + "}";
    };
  }

  private static String list(Item item) {
    var list = new StringBuilder("[");
    for (var part : item.parts.values()) {
      list.append(list.length() > 1 ? "," : "").append(json(part));
    }
    return list.append(']').toString();
  }

  /** All finished items, as a list. */
  String all() {
    return '[' + String.join(",", done.values()) + ']';
  }
}
