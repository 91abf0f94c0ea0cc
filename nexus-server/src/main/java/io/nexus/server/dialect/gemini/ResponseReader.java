package io.nexus.server.dialect.gemini;

import com.fasterxml.jackson.core.JsonToken;
import io.nexus.server.dialect.Binary;
import io.nexus.server.dialect.ChoiceStates;
import io.nexus.server.dialect.DocumentReader;
import io.nexus.server.dialect.Json;
import io.nexus.server.dialect.OutputMeter;
import io.nexus.server.dialect.ProviderError;
import io.nexus.server.dialect.ReportedUsage;
import io.nexus.server.dialect.ReusableJsonParser;
import io.nexus.server.dialect.gemini.GenerateRequest.Reading;
import io.nexus.server.dialect.usage.ErrorReader;
import io.nexus.server.dialect.usage.UsagePlace;
import io.nexus.server.dialect.usage.UsageReader;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Reads one answer: the chunks of a stream in turn, or all of it, as an object or as the array that
 * some servers send instead of a stream. Each chunk reports the usage so far. No exception escapes;
 * anything but JSON counts as text. Not for concurrent use.
 */
final class ResponseReader extends DocumentReader {

  private static final String LENGTH = "MAX_TOKENS";

  private final Reading reading;
  private final OutputMeter meter;
  private final PartReader parts;
  private final UsageReader usage = new UsageReader();
  private final Grounding grounding = new Grounding();
  private final ErrorReader errors = new ErrorReader();
  private final ChoiceStates states = new ChoiceStates();
  private String model;
  private String id = "";
  private boolean blocked;
  private boolean textSinceUsage;

  // State of the current chunk.
  private @Nullable UsagePlace place;
  private boolean hadText;
  private boolean usageSaid;
  private boolean hitsLimit;
  private boolean hasResult;
  private boolean ends;

  /**
   * The facts about a chunk other than its text.
   *
   * @param isJson whether it is complete JSON
   * @param usage the position of its usage; null if none
   * @param ends whether an answer ends in it
   * @param error the error in it; null if none
   */
  record Chunk(
      boolean isJson, @Nullable UsagePlace usage, boolean ends, @Nullable ProviderError error) {}

  /**
   * A reader of one answer.
   *
   * @param reading the facts about the request
   * @param meter receives the generated text
   * @param inPieces whether the answer comes in pieces
   */
  ResponseReader(Reading reading, OutputMeter meter, boolean inPieces) {
    this.reading = reading;
    this.meter = meter;
    this.parts = new PartReader(meter, inPieces);
    this.model = reading.model();
  }

  /** The usage reported so far. */
  ReportedUsage usage() {
    var reported = usage.reported().orTier(reading.tier());
    var used = grounding.with(reported.usage(), model);
    return reported.with(used);
  }

  /** Whether usage was reported, and nothing generated since. */
  boolean isUsageLast() {
    return !textSinceUsage && !usage.isEmpty();
  }

  /** Whether a candidate in the last chunk ended at its output limit. */
  boolean hitsLimit() {
    return hitsLimit;
  }

  /** Whether the prompt was refused, so that there is no answer. */
  boolean isBlocked() {
    return blocked;
  }

  /** The candidates that have begun and ended. */
  ChoiceStates candidates() {
    return states;
  }

  /** The model as the answer names it, else the requested one. */
  String model() {
    return model;
  }

  /** The answer's own id; empty if it has none. */
  String id() {
    return id;
  }

  /**
   * Reads one chunk, or all of an answer.
   *
   * @param isError whether the event's name says that it is an error
   */
  Chunk read(byte[] bytes, int from, int to, boolean isError) {
    place = null;
    hadText = false;
    usageSaid = false;
    hitsLimit = false;
    hasResult = false;
    ends = false;
    errors.begin();
    if (isError) {
      errors.named();
    }
    boolean isJson = documents(bytes, Json.afterMark(bytes, from, to), to);
    textSinceUsage = !usageSaid && (textSinceUsage || hadText);
    return new Chunk(isJson, place, ends, errors.found(hasResult));
  }

  @Override
  protected void text(char[] text) {
    if (reading.generates()) {
      Binary.feed(text, 0, text.length, true, meter);
      hadText = true;
    }
  }

  @Override
  protected void document(ReusableJsonParser json) throws IOException {
    switch (json.nextToken()) {
      case START_OBJECT -> fields(json);
      case START_ARRAY -> {
        while (json.nextToken() != JsonToken.END_ARRAY) {
          if (json.currentToken() == JsonToken.START_OBJECT) {
            fields(json);
          } else {
            json.skipChildren();
          }
        }
      }
      default -> json.skipChildren();
    }
  }

  private void fields(ReusableJsonParser json) throws IOException {
    while (json.nextToken() == JsonToken.FIELD_NAME) {
      var name = json.currentName();
      var value = json.nextToken();
      switch (name) {
        case "candidates" -> candidates(json, value);
        case "usageMetadata", "usage_metadata" -> usage(json, value);
        case "promptFeedback", "prompt_feedback" -> feedback(json, value);
        case "modelVersion", "model_version" -> model = text(json, value, model);
        case "responseId", "response_id" -> id = text(json, value, id);
        case "serviceTier", "service_tier" -> usage.tier(json);
        case "embedding", "embeddings", "totalTokens", "total_tokens" -> {
          hasResult = true;
          json.skipChildren();
        }
        default -> errors.field(name, json);
      }
    }
  }

  private static String text(ReusableJsonParser json, JsonToken value, String otherwise)
      throws IOException {
    if (value == JsonToken.VALUE_STRING) {
      return json.getText();
    }
    json.skipChildren();
    return otherwise;
  }

  private void usage(ReusableJsonParser json, JsonToken value) throws IOException {
    if (value != JsonToken.START_OBJECT) {
      json.skipChildren();
      return;
    }
    usageSaid |= usage.read(json);
    var cost = usage.cost();
    boolean inText = cost.stands() && !cost.isObject();
    place =
        new UsagePlace(
            offset() + json.bytesRead() - 1,
            inText ? offset() + cost.from() : 0,
            inText ? offset() + cost.to() : 0,
            cost.stands());
  }

  private void feedback(ReusableJsonParser json, JsonToken value) throws IOException {
    if (value != JsonToken.START_OBJECT) {
      json.skipChildren();
      return;
    }
    while (json.nextToken() == JsonToken.FIELD_NAME) {
      var name = json.currentName();
      var reason = json.nextToken();
      if (name.equals("blockReason") || name.equals("block_reason")) {
        blocked |= reason != JsonToken.VALUE_NULL;
        hasResult |= blocked;
        ends |= blocked;
      }
      json.skipChildren();
    }
  }

  private void candidates(ReusableJsonParser json, JsonToken value) throws IOException {
    if (value != JsonToken.START_ARRAY) {
      json.skipChildren();
      return;
    }
    int ordinal = 0;
    while (json.nextToken() != JsonToken.END_ARRAY) {
      hasResult = true;
      if (json.currentToken() == JsonToken.START_OBJECT) {
        candidate(json, ordinal);
      } else {
        json.skipChildren();
      }
      ordinal++;
    }
  }

  private void candidate(ReusableJsonParser json, int ordinal) throws IOException {
    int index = ordinal;
    boolean text = false;
    var why = "";
    while (json.nextToken() == JsonToken.FIELD_NAME) {
      var name = json.currentName();
      var value = json.nextToken();
      switch (name) {
        case "index" ->
            index = value == JsonToken.VALUE_NUMBER_INT ? json.getValueAsInt(ordinal) : ordinal;
        case "content" -> text |= parts.content(json);
        case "finishReason", "finish_reason" -> why = reason(json, value);
        case "groundingMetadata", "grounding_metadata" -> {
          if (value == JsonToken.START_OBJECT) {
            grounding.read(json);
          } else {
            json.skipChildren();
          }
        }
        default -> json.skipChildren();
      }
    }
    if (text) {
      meter.piece();
      hadText = true;
    }
    boolean finished = !why.isEmpty();
    ends |= finished;
    meter.finished(index, why);
    states.seen(index, text, finished);
  }

  /** Why the candidate ended; empty if it did not. */
  private String reason(ReusableJsonParser json, JsonToken value) throws IOException {
    if (value != JsonToken.VALUE_STRING) {
      json.skipChildren();
      return "";
    }
    var reason = json.getText();
    hitsLimit |= reason.equals(LENGTH);
    return reason.equals("FINISH_REASON_UNSPECIFIED") ? "" : reason;
  }
}
