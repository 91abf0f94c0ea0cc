package io.nexus.server.dialect.openai.responses;

import com.fasterxml.jackson.core.JsonToken;
import io.nexus.server.dialect.Binary;
import io.nexus.server.dialect.OutputMeter;
import io.nexus.server.dialect.ReusableJsonParser;
import io.nexus.server.dialect.usage.ErrorReader;
import java.io.IOException;

/**
 * Reads one event of a stream: its type, the position of the object that is read separately, and
 * its text, which goes to the meter. Reused for each event; not for concurrent use.
 */
final class EventReader {

  private final OutputMeter meter;
  private final ErrorReader errors = new ErrorReader();
  private final StringBuilder delta = new StringBuilder();
  private final boolean keepsText;

  private int offset;
  private String type = "";
  private long sequence;
  private int outputIndex;
  private int partIndex;
  private boolean hasDelta;
  private int objectFrom;
  private int objectTo;

  /**
   * A reader of a stream's events.
   *
   * @param keepsText whether to keep the text of the last event
   */
  EventReader(OutputMeter meter, boolean keepsText) {
    this.meter = meter;
    this.keepsText = keepsText;
  }

  /** Its type, such as {@code response.output_text.delta}; empty if not given. */
  String type() {
    return type;
  }

  /** Its number in the stream; -1 if it has none. */
  long sequence() {
    return sequence;
  }

  /** The index of its item. */
  int outputIndex() {
    return outputIndex;
  }

  /** The index of its part in the item. */
  int partIndex() {
    return partIndex;
  }

  /** Whether it has text. */
  boolean hasDelta() {
    return hasDelta;
  }

  /** Its text, if kept. */
  CharSequence delta() {
    return delta;
  }

  /** The first byte of its response, item or part; {@link #objectTo} if it has none. */
  int objectFrom() {
    return objectFrom;
  }

  /** The byte after the object. */
  int objectTo() {
    return objectTo;
  }

  /** Its fields that may be an error. */
  ErrorReader errors() {
    return errors;
  }

  /**
   * Reads an event's data.
   *
   * @return whether it is JSON; if not, it was counted as text
   */
  boolean read(byte[] bytes, int from, int to) {
    offset = from;
    type = "";
    sequence = -1;
    outputIndex = 0;
    partIndex = 0;
    hasDelta = false;
    objectFrom = 0;
    objectTo = 0;
    delta.setLength(0);
    errors.begin();
    try (var json = ReusableJsonParser.of(bytes, from, to)) {
      if (json.nextToken() == JsonToken.START_OBJECT) {
        while (json.nextToken() == JsonToken.FIELD_NAME) {
          field(json.currentName(), json.nextToken(), json);
        }
      } else {
        json.skipChildren();
      }
      return true;
    } catch (IOException e) {
      var text = new String(bytes, from, to - from, java.nio.charset.StandardCharsets.UTF_8);
      var chars = text.toCharArray();
      Binary.feed(chars, 0, chars.length, true, meter);
      meter.piece();
      return false;
    }
  }

  private void field(String name, JsonToken value, ReusableJsonParser json) throws IOException {
    switch (name) {
      case "type" -> {
        type = value == JsonToken.VALUE_STRING ? json.getText() : "";
        if (ErrorReader.isTheWord(json)) {
          errors.named();
        }
      }
      case "sequence_number" -> sequence = number(json, value, -1);
      case "output_index" -> outputIndex = (int) number(json, value, 0);
      case "content_index", "summary_index" -> partIndex = (int) number(json, value, 0);
      case "delta" -> text(json);
      case "response", "item", "part" -> {
        if (value == JsonToken.START_OBJECT) {
          objectFrom = offset + json.bytesRead() - 1;
          json.skipChildren();
          objectTo = offset + json.bytesRead();
        }
      }
      case "error", "message", "code", "status", "detail" -> errors.field(name, json);
      default -> {}
    }
    json.skipChildren();
  }

  private static long number(ReusableJsonParser json, JsonToken value, long otherwise)
      throws IOException {
    return value == JsonToken.VALUE_NUMBER_INT && json.getTextLength() <= 9
        ? json.getLongValue()
        : otherwise;
  }

  /** Reads a piece of text, arguments or code; of an object, all its strings. */
  private void text(ReusableJsonParser json) throws IOException {
    int depth = 0;
    do {
      switch (json.currentToken()) {
        case START_OBJECT, START_ARRAY -> depth++;
        case END_OBJECT, END_ARRAY -> depth--;
        case VALUE_STRING -> {
          int length = json.getTextLength();
          if (length > 0) {
            hasDelta = true;
            Binary.feed(json.getTextCharacters(), json.getTextOffset(), length, true, meter);
            if (keepsText) {
              delta.append(json.getTextCharacters(), json.getTextOffset(), length);
            }
          }
        }
        default -> {}
      }
    } while (depth > 0 && json.nextToken() != null);
    if (hasDelta) {
      meter.piece();
    }
  }
}
