package io.nexus.server.dialect.openai.chat;

import com.fasterxml.jackson.core.JsonToken;
import io.nexus.server.dialect.Binary;
import io.nexus.server.dialect.ChoiceStates;
import io.nexus.server.dialect.DocumentReader;
import io.nexus.server.dialect.Json;
import io.nexus.server.dialect.OutputMeter;
import io.nexus.server.dialect.ReportedUsage;
import io.nexus.server.dialect.ReusableJsonParser;
import io.nexus.server.dialect.usage.ErrorReader;
import io.nexus.server.dialect.usage.SaidUsage;
import io.nexus.server.dialect.usage.UsagePlace;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Reads one answer: the chunks of a stream in turn, or a completion in one piece. It passes the
 * text to a meter, collects the reported usage, and tracks whether the answer has ended.
 *
 * <p>The facts of a chunk, such as an error or the position of its usage, are returned as a {@link
 * Chunk}. A chunk with only a piece of text allocates nothing.
 *
 * <p>No exception escapes; anything but JSON counts as text. Not for concurrent use.
 */
final class ChunkReader extends DocumentReader {

  private static final String LENGTH = "length";
  private static final String NULL = "null";

  private final OutputMeter meter;
  private final GeneratedReader generated;
  private final SaidUsage usage = new SaidUsage();
  private final ErrorReader errors = new ErrorReader();
  private final ChoiceStates states = new ChoiceStates();

  // State of the current document.
  private int choices;
  private @Nullable UsagePlace place;
  private boolean hadText;
  private boolean usageSaid;
  private boolean hitsLimit;

  private boolean textSinceUsage;

  /**
   * A reader of one answer.
   *
   * @param meter receives the generated text
   */
  public ChunkReader(OutputMeter meter) {
    this.meter = meter;
    this.generated = new GeneratedReader(meter, usage);
  }

  /** The usage reported so far. */
  public ReportedUsage usage() {
    return usage.reported(meter);
  }

  /** Whether usage was reported, and nothing generated since. */
  public boolean isUsageLast() {
    return !textSinceUsage && !usage.isEmpty();
  }

  /** Whether the last chunk reported usage, in whatever place, and had no choice. */
  public boolean wasOnlyUsage() {
    return choices == 0 && (place != null || usageSaid);
  }

  /** Whether a choice in the last chunk ended at its output limit. */
  public boolean hitsLimit() {
    return hitsLimit;
  }

  /** The choices that have begun and ended. */
  public ChoiceStates choices() {
    return states;
  }

  /**
   * Reads one chunk, or several documents in its place.
   *
   * @param isError whether the event's name says that it is an error
   */
  public Chunk read(byte[] bytes, int from, int to, boolean isError) {
    choices = 0;
    place = null;
    hadText = false;
    usageSaid = false;
    hitsLimit = false;
    errors.begin();
    usage.begin();
    if (isError) {
      errors.named();
    }
    boolean isJson = documents(bytes, Json.afterMark(bytes, from, to), to);
    usage.end(hadText);
    if (hadText) {
      textSinceUsage = true;
    }
    if (usageSaid) {
      textSinceUsage = false;
    }
    var error = errors.found(choices > 0);
    if (!isJson) {
      return error == null ? Chunk.TEXT : new Chunk(false, choices, null, error);
    }
    return choices == 1 && place == null && error == null
        ? Chunk.PIECE
        : new Chunk(true, choices, place, error);
  }

  @Override
  protected void text(char[] text) {
    Binary.feed(text, 0, text.length, true, meter);
    hadText = true;
  }

  @Override
  protected void document(ReusableJsonParser json) throws IOException {
    switch (json.nextToken()) {
      case START_OBJECT -> fields(json, true);
      case START_ARRAY -> {
        while (json.nextToken() != JsonToken.END_ARRAY) {
          if (json.currentToken() == JsonToken.START_OBJECT) {
            fields(json, false);
          } else {
            json.skipChildren();
          }
        }
      }
      case VALUE_STRING -> text(json.getText().toCharArray());
      default -> json.skipChildren();
    }
  }

  private void fields(ReusableJsonParser json, boolean top) throws IOException {
    while (json.nextToken() == JsonToken.FIELD_NAME) {
      var name = json.currentName();
      var value = json.nextToken();
      switch (name) {
        case "id", "created", "model", "system_fingerprint" -> json.skipChildren();
        case "choices" -> choices(json, value);
        case "usage", "usageMetadata", "usage_metadata" -> usage(json, value, top);
        case "service_tier" -> usage.tier(json);
        case "done" -> {
          if (top && value == JsonToken.VALUE_TRUE) {
            states.seen(0, false, true); // The last line of a stream in Ollama's own form.
          }
          json.skipChildren();
        }
        case "x_groq", "response", "result", "message", "data", "output" -> {
          if (top && value == JsonToken.START_OBJECT) {
            fields(json, false);
          } else {
            errors.field(name, json);
          }
        }
        default -> other(json, name, value, top);
      }
    }
  }

  private void other(ReusableJsonParser json, String name, JsonToken value, boolean top)
      throws IOException {
    if (value == JsonToken.START_OBJECT && SaidUsage.isName(name)) {
      usageSaid |= usage.readElsewhere(json);
    } else if (name.equals("error") || (top && ErrorReader.isName(name))) {
      errors.field(name, json);
    } else if (value == JsonToken.START_OBJECT) {
      usageSaid |= usage.search(json);
    } else {
      if (value == JsonToken.VALUE_NUMBER_INT) {
        usageSaid |= usage.number(name, json);
      }
      json.skipChildren();
    }
  }

  private void usage(ReusableJsonParser json, JsonToken value, boolean inPlace) throws IOException {
    if (value == JsonToken.VALUE_NULL) {
      return;
    }
    usageSaid |= usage.readInPlaceOfOne(json);
    if (!inPlace || value != JsonToken.START_OBJECT) {
      place = place == null ? UsagePlace.ELSEWHERE : place;
      return;
    }
    var cost = usage.cost();
    int brace = offset() + json.bytesRead() - 1;
    boolean inText = cost.stands() && !cost.isObject();
    place =
        new UsagePlace(
            brace,
            inText ? offset() + cost.from() : 0,
            inText ? offset() + cost.to() : 0,
            cost.stands());
  }

  private void choices(ReusableJsonParser json, JsonToken value) throws IOException {
    if (value != JsonToken.START_ARRAY) {
      json.skipChildren();
      return;
    }
    int ordinal = 0;
    while (json.nextToken() != JsonToken.END_ARRAY) {
      choices++;
      if (json.currentToken() == JsonToken.START_OBJECT) {
        choice(json, ordinal);
      } else {
        json.skipChildren();
      }
      ordinal++;
    }
  }

  private void choice(ReusableJsonParser json, int ordinal) throws IOException {
    int index = ordinal;
    boolean text = false;
    boolean finished = false;
    var why = "";
    while (json.nextToken() == JsonToken.FIELD_NAME) {
      var name = json.currentName();
      var value = json.nextToken();
      switch (name) {
        case "index" -> {
          index = value == JsonToken.VALUE_NUMBER_INT ? json.getValueAsInt(ordinal) : ordinal;
          json.skipChildren();
        }
        case "delta", "text" -> text |= generated.delta(json);
        case "message" -> text |= generated.message(json);
        case "finish_reason" -> {
          finished = reason(json, value);
          why = finished && meter.keepsReasons() ? json.getText() : "";
        }
        case "usage" -> usage(json, value, place == null);
        case "error" -> errors.field(name, json);
        default -> json.skipChildren();
      }
    }
    if (text) {
      meter.piece();
      hadText = true;
    }
    meter.finished(index, why);
    states.seen(index, text, finished);
  }

  private boolean reason(ReusableJsonParser json, JsonToken value) throws IOException {
    if (value != JsonToken.VALUE_STRING) {
      json.skipChildren();
      return false;
    }
    if (ErrorReader.isTheWord(json)) {
      errors.named();
    }
    hitsLimit |= json.getTextLength() == LENGTH.length() && json.getText().equals(LENGTH);
    return json.getTextLength() > 0 && !isNull(json);
  }

  /** Whether it is the text "null", which DashScope's own form has until the end. */
  private static boolean isNull(ReusableJsonParser json) throws IOException {
    return json.getTextLength() == NULL.length() && json.getText().equals(NULL);
  }
}
