package io.nexus.server.dialect.anthropic.messages;

import com.fasterxml.jackson.core.JsonToken;
import io.nexus.server.dialect.Binary;
import io.nexus.server.dialect.Json;
import io.nexus.server.dialect.OutputMeter;
import io.nexus.server.dialect.ProviderError;
import io.nexus.server.dialect.ReportedUsage;
import io.nexus.server.dialect.ReusableJsonParser;
import io.nexus.server.dialect.usage.ErrorReader;
import io.nexus.server.dialect.usage.UsagePlace;
import io.nexus.server.dialect.usage.UsageReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Reads one answer: the events of a stream in turn, or a message in one piece. It passes the text
 * to a meter, collects the reported usage, and tracks whether the answer has ended. Accessors refer
 * to the event read last.
 *
 * <p>No exception escapes; anything but JSON counts as text. Not for concurrent use.
 */
final class EventReader {

  private static final String LENGTH = "max_tokens";

  private final long mostCalls;
  private final OutputMeter meter;
  private final BlockText text;
  private final UsageReader usage = new UsageReader();
  private final ErrorReader errors = new ErrorReader();
  private boolean ended;
  private boolean textSinceUsage;

  // State of the last document.
  private int offset;
  private String type = "";
  private int index;
  private boolean isAnswer;
  private boolean usageSaid;
  private boolean hitsLimit;
  private @Nullable UsagePlace usageAt;
  private @Nullable ProviderError error;

  /**
   * A reader of one answer.
   *
   * @param mostCalls the most calls of tools at the provider; a greater number reported is reduced
   *     to it
   * @param meter receives the generated text
   */
  EventReader(long mostCalls, OutputMeter meter) {
    this.mostCalls = mostCalls;
    this.meter = meter;
    this.text = new BlockText(meter);
  }

  /** The usage reported so far. */
  ReportedUsage usage() {
    var said = usage.reported();
    var extras = said.usage().extras();
    for (var extra : extras.entrySet()) {
      if (extra.getKey().kind().isTool() && extra.getValue() > mostCalls) {
        var bounded = new TreeMap<>(extras);
        bounded.replaceAll(
            (item, count) -> item.kind().isTool() ? Math.min(count, mostCalls) : count);
        return said.with(said.usage().withExtras(bounded));
      }
    }
    return said;
  }

  /** Whether usage was reported, and nothing generated since. */
  boolean isUsageLast() {
    return !textSinceUsage && !usage.isEmpty();
  }

  /** Whether a stop reason has arrived. */
  boolean hasEnded() {
    return ended;
  }

  /** The number of searches reported. */
  int searches() {
    return text.searches();
  }

  /** The kind of the event. */
  String type() {
    return type;
  }

  /** The index of its block. */
  int index() {
    return index;
  }

  /** Whether the answer ended at its output limit. */
  boolean hitsLimit() {
    return hitsLimit;
  }

  /** The position of its usage; null if none. */
  @Nullable UsagePlace usageAt() {
    return usageAt;
  }

  /** The error in it; null if none. */
  @Nullable ProviderError error() {
    return error;
  }

  /**
   * Reads an event's data, or a whole message.
   *
   * @param isError whether the event's name says that it is an error
   */
  void read(byte[] bytes, int from, int to, boolean isError) {
    offset = Json.afterMark(bytes, from, to);
    type = "";
    index = 0;
    isAnswer = false;
    usageSaid = false;
    hitsLimit = false;
    usageAt = null;
    errors.begin();
    if (isError) {
      errors.named();
    }
    long before = meter.chars();
    document(bytes, to);
    error = errors.found(isAnswer);
    if (meter.chars() > before) {
      meter.piece();
      textSinceUsage = true;
    }
    if (usageSaid) {
      textSinceUsage = false;
    }
  }

  private void document(byte[] bytes, int to) {
    int unread = 0;
    try (var json = ReusableJsonParser.of(bytes, offset, to)) {
      try {
        if (json.nextToken() == JsonToken.START_OBJECT) {
          fields(json, true);
        } else {
          json.skipChildren();
        }
      } catch (IOException e) {
        unread = json.tokenStart();
        throw e;
      }
    } catch (IOException e) {
      var rest = new String(bytes, offset + unread, to - offset - unread, StandardCharsets.UTF_8);
      Binary.feed(rest.toCharArray(), 0, rest.length(), true, meter);
    }
  }

  private void fields(ReusableJsonParser json, boolean top) throws IOException {
    while (json.nextToken() == JsonToken.FIELD_NAME) {
      var name = json.currentName();
      var value = json.nextToken();
      switch (name) {
        case "type" -> type(json, top);
        case "index" -> index = value == JsonToken.VALUE_NUMBER_INT ? json.getValueAsInt() : 0;
        case "delta" -> delta(json);
        case "content_block" -> block(json);
        case "content" -> content(json);
        case "usage" -> usage(json, value, top);
        case "stop_reason" -> reason(json);
        case "message" -> {
          if (top && value == JsonToken.START_OBJECT) {
            fields(json, false);
          } else {
            errors.field(name, json);
          }
        }
        case "id", "model", "role", "container", "stop_sequence", "stop_details" ->
            json.skipChildren();
        default -> {
          if (top) {
            errors.field(name, json);
          } else {
            json.skipChildren();
          }
        }
      }
    }
  }

  private void type(ReusableJsonParser json, boolean top) throws IOException {
    if (top && json.currentToken() == JsonToken.VALUE_STRING) {
      type = json.getText();
      errors.field("type", json);
    } else {
      json.skipChildren();
    }
  }

  private void delta(ReusableJsonParser json) throws IOException {
    isAnswer = true;
    if (json.currentToken() != JsonToken.START_OBJECT) {
      json.skipChildren();
      return;
    }
    while (json.nextToken() == JsonToken.FIELD_NAME) {
      var name = json.currentName();
      json.nextToken();
      if (name.equals("stop_reason")) {
        reason(json);
      } else {
        text.field(name, json);
      }
    }
  }

  private void content(ReusableJsonParser json) throws IOException {
    isAnswer = true;
    if (json.currentToken() != JsonToken.START_ARRAY) {
      json.skipChildren();
      return;
    }
    while (json.nextToken() != JsonToken.END_ARRAY) {
      block(json);
    }
  }

  private void block(ReusableJsonParser json) throws IOException {
    isAnswer = true;
    text.block(json);
  }

  private void usage(ReusableJsonParser json, JsonToken value, boolean inPlace) throws IOException {
    if (value != JsonToken.START_OBJECT) {
      json.skipChildren();
      return;
    }
    usageSaid |= usage.read(json);
    if (!inPlace) {
      return;
    }
    var cost = usage.cost();
    boolean inText = cost.stands() && !cost.isObject();
    usageAt =
        new UsagePlace(
            offset + json.bytesRead() - 1,
            inText ? offset + cost.from() : 0,
            inText ? offset + cost.to() : 0,
            cost.stands());
  }

  private void reason(ReusableJsonParser json) throws IOException {
    if (json.currentToken() == JsonToken.VALUE_STRING && json.getTextLength() > 0) {
      ended = true;
      if (meter.keepsReasons()) {
        meter.finished(0, json.getText());
      }
      hitsLimit |= json.getTextLength() == LENGTH.length() && json.getText().equals(LENGTH);
    }
    json.skipChildren();
  }
}
