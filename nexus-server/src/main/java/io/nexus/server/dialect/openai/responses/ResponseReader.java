package io.nexus.server.dialect.openai.responses;

import com.fasterxml.jackson.core.JsonToken;
import io.nexus.server.dialect.Binary;
import io.nexus.server.dialect.Made;
import io.nexus.server.dialect.OutputMeter;
import io.nexus.server.dialect.ProviderError;
import io.nexus.server.dialect.ReportedUsage;
import io.nexus.server.dialect.ReusableJsonParser;
import io.nexus.server.dialect.usage.ErrorReader;
import io.nexus.server.dialect.usage.UsagePlace;
import io.nexus.server.dialect.usage.UsageReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import org.jspecify.annotations.Nullable;

/**
 * Reads response objects: one in one piece, or those in the events of a stream in turn. No
 * exception escapes; anything but JSON counts as text. Not for concurrent use.
 */
final class ResponseReader {

  private static final String LENGTH = "max_output_tokens";

  private final OutputMeter meter;
  private final String search;
  private final GeneratedItems items;
  private final UsageReader usage = new UsageReader();
  private final ErrorReader errors = new ErrorReader();
  private ToolCalls calls = new ToolCalls();

  private String id = "";
  private String conversation = "";

  // State of the current or last object.
  private int offset;
  private @Nullable UsagePlace place;
  private String status = "";
  private String incompleteFor = "";
  private boolean hitsLimit;
  private boolean hasItems;
  private boolean counting;

  /**
   * A reader of one answer.
   *
   * @param meter receives the generated text
   * @param search the requested kind of search
   */
  ResponseReader(OutputMeter meter, String search) {
    this.meter = meter;
    this.search = search;
    this.items = new GeneratedItems(meter);
  }

  /** The usage reported so far, with the tool calls seen. */
  ReportedUsage usage() {
    var said = usage.reported();
    return calls.all() == 0 ? said : said.with(calls.addedTo(said.usage(), search));
  }

  /** Whether it has reported usage. */
  boolean hasUsage() {
    return !usage.isEmpty();
  }

  /** The position of the usage in the last object; null if none. */
  @Nullable UsagePlace place() {
    return place;
  }

  /** Whether the last object ended at its output limit. */
  boolean hitsLimit() {
    return hitsLimit;
  }

  /**
   * Gives the meter the finish reason of the last object: why it is incomplete, else its status.
   */
  void noteFinish() {
    if (!status.equals("queued") && !status.equals("in_progress")) {
      meter.finished(0, incompleteFor.isEmpty() ? status : incompleteFor);
    }
  }

  /**
   * What the backend stores of it, as known so far.
   *
   * @param wishes the options of the request
   */
  Made made(Wishes wishes) {
    boolean pending =
        wishes.background() && (status.equals("queued") || status.equals("in_progress"));
    if (id.isEmpty() || !(wishes.stored() || pending)) {
      return Made.NOTHING;
    }
    var ids = new ArrayList<String>();
    ids.add(id);
    if (!conversation.isEmpty()) {
      ids.add(conversation);
    }
    ids.addAll(items.ids());
    return new Made(ids, pending);
  }

  /** The items so far, and their tools. */
  GeneratedItems items() {
    return items;
  }

  /** The calls of the provider's tools so far. */
  ToolCalls calls() {
    return calls;
  }

  /** Takes the calls seen in other events, unless it knows more. */
  void take(ToolCalls seen) {
    calls = seen.all() > calls.all() ? seen : calls;
  }

  /** The error in the last object; null if none. */
  @Nullable ProviderError error() {
    return errors.found(hasItems);
  }

  /**
   * Reads an object.
   *
   * @param counts whether the meter receives its text
   * @return whether it is complete JSON
   */
  boolean read(byte[] bytes, int from, int to, boolean counts) {
    offset = from;
    place = null;
    status = "";
    incompleteFor = "";
    hitsLimit = false;
    hasItems = false;
    counting = counts;
    errors.begin();
    int unread = 0;
    try (var json = ReusableJsonParser.of(bytes, from, to)) {
      try {
        if (json.nextToken() == JsonToken.START_OBJECT) {
          fields(json);
        } else {
          json.skipChildren();
        }
        return true;
      } catch (IOException e) {
        unread = json.tokenStart();
        throw e;
      }
    } catch (IOException e) {
      text(bytes, from + unread, to);
      return false;
    }
  }

  private void text(byte[] bytes, int from, int to) {
    if (counting && from < to) {
      var text = new String(bytes, from, to - from, StandardCharsets.UTF_8).toCharArray();
      Binary.feed(text, 0, text.length, true, meter);
      meter.piece();
    }
  }

  private void fields(ReusableJsonParser json) throws IOException {
    while (json.nextToken() == JsonToken.FIELD_NAME) {
      var name = json.currentName();
      var value = json.nextToken();
      boolean isText = value == JsonToken.VALUE_STRING;
      switch (name) {
        case "id" -> id = isText ? json.getText() : id;
        case "status" -> status(name, json, isText);
        case "output" -> output(json, value);
        case "usage" -> usage(json, value);
        case "service_tier" -> usage.tier(json);
        case "incomplete_details" -> details(json, value);
        case "conversation" -> conversation(json, value);
        case "error", "errors", "detail", "code", "message", "msg", "type" ->
            errors.field(name, json);
        case "object" -> {
          if (ErrorReader.isTheWord(json)) {
            errors.named();
          }
        }
        default -> json.skipChildren();
      }
      json.skipChildren();
    }
  }

  private void status(String name, ReusableJsonParser json, boolean isText) throws IOException {
    if (!isText) {
      errors.field(name, json);
      return;
    }
    status = json.getText();
    if (status.equals("failed")) {
      errors.named();
    }
  }

  private void output(ReusableJsonParser json, JsonToken value) throws IOException {
    if (value != JsonToken.START_ARRAY) {
      return;
    }
    var seen = new ToolCalls();
    long before = meter.chars();
    while (json.nextToken() != JsonToken.END_ARRAY) {
      hasItems = true;
      var _ = items.item(json, seen, counting ? 0 : Long.MAX_VALUE);
    }
    if (meter.chars() > before) {
      meter.piece();
    }
    take(seen);
  }

  private void usage(ReusableJsonParser json, JsonToken value) throws IOException {
    if (value != JsonToken.START_OBJECT) {
      return;
    }
    var _ = usage.read(json);
    var cost = usage.cost();
    int brace = offset + json.bytesRead() - 1;
    boolean inText = cost.stands() && !cost.isObject();
    place =
        new UsagePlace(
            brace,
            inText ? offset + cost.from() : 0,
            inText ? offset + cost.to() : 0,
            cost.stands());
  }

  private void details(ReusableJsonParser json, JsonToken value) throws IOException {
    if (value != JsonToken.START_OBJECT) {
      return;
    }
    while (json.nextToken() == JsonToken.FIELD_NAME) {
      boolean isReason = json.currentName().equals("reason");
      if (json.nextToken() == JsonToken.VALUE_STRING) {
        var text = json.getText();
        hitsLimit |= text.equals(LENGTH);
        incompleteFor = isReason ? text : incompleteFor;
      }
      json.skipChildren();
    }
  }

  private void conversation(ReusableJsonParser json, JsonToken value) throws IOException {
    if (value == JsonToken.VALUE_STRING) {
      conversation = json.getText();
    } else if (value == JsonToken.START_OBJECT) {
      while (json.nextToken() == JsonToken.FIELD_NAME) {
        boolean isId = json.currentName().equals("id");
        if (json.nextToken() == JsonToken.VALUE_STRING && isId) {
          conversation = json.getText();
        }
        json.skipChildren();
      }
    }
  }
}
