package io.nexus.server.dialect.openai.chat;

import com.fasterxml.jackson.core.JsonToken;
import io.nexus.server.dialect.Binary;
import io.nexus.server.dialect.OutputMeter;
import io.nexus.server.dialect.ReusableJsonParser;
import io.nexus.server.dialect.usage.SaidUsage;
import java.io.IOException;

/**
 * Finds the generated text: content, reasoning, names and arguments of tool calls, and other fields
 * that a provider adds. It leaves out
 *
 * <ul>
 *   <li>labels, such as roles and ids;
 *   <li>binary data as text: images, audio, signatures, encrypted reasoning;
 *   <li>repetitions: the same reasoning under two names, or the whole text of a stream in the
 *       {@code message} of its last chunk. The longer of two copies counts.
 * </ul>
 *
 * <p>For the chunks of one answer; not for concurrent use.
 */
final class GeneratedReader {

  private final OutputMeter meter;
  private final SaidUsage usage;

  /** The characters of all deltas, which a message may repeat. */
  private long deltaChars;

  /** The characters of the longest copy in this object. */
  private long twinChars;

  /** The number of following characters already counted. */
  private long known;

  private boolean inDelta;
  private long charsHere;

  /**
   * A reader of one answer.
   *
   * @param meter receives the text
   * @param usage receives usage found in it
   */
  GeneratedReader(OutputMeter meter, SaidUsage usage) {
    this.meter = meter;
    this.usage = usage;
  }

  /**
   * Reads the value of {@code delta}, or of {@code text} in the older API; the parser stands at it,
   * and then at its end.
   *
   * @return whether there was text
   */
  boolean delta(ReusableJsonParser json) throws IOException {
    long before = meter.chars();
    inDelta = true;
    known = 0;
    object(json);
    long more = meter.chars() - before;
    deltaChars += more;
    return more > 0;
  }

  /**
   * Reads the value of {@code message}, as {@link #delta} does.
   *
   * @return whether there was text beyond that of the deltas
   */
  boolean message(ReusableJsonParser json) throws IOException {
    long before = meter.chars();
    inDelta = false;
    known = deltaChars;
    object(json);
    return meter.chars() > before;
  }

  private void object(ReusableJsonParser json) throws IOException {
    if (json.currentToken() != JsonToken.START_OBJECT) {
      value(json, "");
      return;
    }
    twinChars = 0;
    while (json.nextToken() == JsonToken.FIELD_NAME) {
      var name = json.currentName();
      json.nextToken();
      switch (name) {
        case "reasoning_content",
            "reasoning",
            "reasoning_details",
            "reasoning_text",
            "thinking",
            "thinking_blocks",
            "thought",
            "thoughts",
            "provider_specific_fields" ->
            twin(json, name);
        case "audio" -> audio(json);
        case "usage" -> {
          if (json.currentToken() == JsonToken.START_OBJECT) {
            var _ = usage.readElsewhere(json);
          } else {
            value(json, name);
          }
        }
        case "images", "image", "annotations", "citations", "search_results", "logprobs" ->
            json.skipChildren();
        default -> value(json, name);
      }
    }
  }

  /** A field that may repeat another one; only the text beyond that is new. */
  private void twin(ReusableJsonParser json, String name) throws IOException {
    long knownBefore = known;
    known += twinChars;
    charsHere = 0;
    value(json, name);
    twinChars = Math.max(twinChars, charsHere);
    known = Math.max(0, Math.min(known, knownBefore));
  }

  /** Audio: only its transcript is text. */
  private void audio(ReusableJsonParser json) throws IOException {
    if (json.currentToken() != JsonToken.START_OBJECT) {
      json.skipChildren();
      return;
    }
    while (json.nextToken() == JsonToken.FIELD_NAME) {
      var name = json.currentName();
      json.nextToken();
      if (name.equals("transcript")) {
        value(json, name);
      } else {
        json.skipChildren();
      }
    }
  }

  /** Every string in a value except labels and binary data. */
  private void value(ReusableJsonParser json, String field) throws IOException {
    int depth = 0;
    boolean generated = isGeneratedJson(field);
    do {
      switch (json.currentToken()) {
        case START_OBJECT, START_ARRAY -> depth++;
        case END_OBJECT, END_ARRAY -> depth--;
        case VALUE_STRING -> {
          var name = depth == 0 ? field : json.currentName();
          if (generated || !isLabel(name == null ? field : name)) {
            text(json);
          }
        }
        case FIELD_NAME -> {
          if (depth > 0 && isGeneratedJson(json.currentName())) {
            json.nextToken();
            value(json, "arguments");
          } else if (generated) {
            text(json);
          }
        }
        case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> {
          if (generated) {
            text(json);
          }
        }
        default -> {}
      }
    } while (depth > 0 && json.nextToken() != null);
  }

  /** The arguments of a call; some servers write them as an object, all of which was generated. */
  private static boolean isGeneratedJson(String field) {
    return field.equals("arguments") || field.equals("input");
  }

  private static boolean isLabel(String name) {
    return switch (name) {
      case "role",
          "id",
          "type",
          "object",
          "format",
          "signature",
          "thought_signature",
          "data",
          "encrypted_content",
          "b64_json",
          "url",
          "image_url",
          "file_id",
          "mime_type",
          "detail" ->
          true;
      default -> false;
    };
  }

  private void text(ReusableJsonParser json) throws IOException {
    int length = json.getTextLength();
    charsHere += length;
    if (length <= known) {
      known -= length;
      return;
    }
    int from = json.getTextOffset() + (int) known;
    int more = length - (int) known;
    known = 0;
    Binary.feed(json.getTextCharacters(), from, more, inDelta, meter);
  }
}
