package io.nexus.server.dialect.openai.chat;

import com.fasterxml.jackson.core.JsonToken;
import io.nexus.control.money.Usage;
import io.nexus.server.dialect.OutputMeter;
import io.nexus.server.dialect.ReusableJsonParser;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * What a completion, or one chunk of a streamed one, says as far as the gateway must know.
 *
 * @param usage the usage that it reports; null if none
 * @param usageEnd the brace that closes its usage object; 0 if none
 * @param choices how many choices it has
 * @param finished whether a choice says why it ended
 * @param failed whether it is an error
 */
public record Completion(
    @Nullable Usage usage, int usageEnd, int choices, boolean finished, boolean failed) {

  /** What almost all chunks say: a piece of one choice. */
  private static final Completion PIECE = new Completion(null, 0, 1, false, false);

  /**
   * Reads a completion or a chunk.
   *
   * @param meter is given the text that was generated
   * @throws IOException if it is not valid JSON; the meter has what came before
   */
  public static Completion read(byte[] bytes, int from, int to, OutputMeter meter)
      throws IOException {
    return new Reader(meter).read(bytes, from, to);
  }

  /** Reads the chunks of one stream, one after the other. Not for concurrent use. */
  public static final class Reader {
    private final OutputMeter meter;
    private int offset;
    private @Nullable Usage usage;
    private int usageEnd;
    private int choices;
    private boolean finished;
    private boolean failed;

    /**
     * A reader.
     *
     * @param meter is given the text that was generated
     */
    public Reader(OutputMeter meter) {
      this.meter = meter;
    }

    /**
     * Reads one chunk.
     *
     * @throws IOException if it is not valid JSON; the meter has what came before
     */
    public Completion read(byte[] bytes, int from, int to) throws IOException {
      offset = from;
      usage = null;
      usageEnd = 0;
      choices = 0;
      finished = false;
      failed = false;
      try (var json = ReusableJsonParser.of(bytes, from, to)) {
        if (json.nextToken() == JsonToken.START_OBJECT) {
          fields(json);
        }
      }
      return usage == null && choices == 1 && !finished && !failed
          ? PIECE
          : new Completion(usage, usageEnd, choices, finished, failed);
    }

    private void fields(ReusableJsonParser json) throws IOException {
      while (json.nextToken() == JsonToken.FIELD_NAME) {
        var name = json.currentName();
        var value = json.nextToken();
        switch (name) {
          case "usage" -> usage(json, value);
          case "choices" -> choices(json, value);
          case "error" -> {
            failed = value != JsonToken.VALUE_NULL;
            json.skipChildren();
          }
          default -> json.skipChildren();
        }
      }
    }

    private void usage(ReusableJsonParser json, JsonToken value) throws IOException {
      if (value == JsonToken.START_OBJECT) {
        usage = UsageReader.read(json);
        usageEnd = offset + json.bytesRead() - 1;
      } else {
        json.skipChildren();
      }
    }

    private void choices(ReusableJsonParser json, JsonToken value) throws IOException {
      if (value != JsonToken.START_ARRAY) {
        json.skipChildren();
        return;
      }
      while (json.nextToken() != JsonToken.END_ARRAY) {
        choices++;
        if (json.currentToken() != JsonToken.START_OBJECT) {
          json.skipChildren();
          continue;
        }
        while (json.nextToken() == JsonToken.FIELD_NAME) {
          var name = json.currentName();
          var field = json.nextToken();
          switch (name) {
            case "finish_reason" -> finished |= field == JsonToken.VALUE_STRING;
            case "delta", "message" -> generated(json);
            default -> json.skipChildren();
          }
        }
      }
    }

    /** All that was generated: content, reasoning, the names and arguments of tool calls. */
    private void generated(ReusableJsonParser json) throws IOException {
      boolean any = false;
      int depth = 0;
      do {
        switch (json.currentToken()) {
          case START_OBJECT, START_ARRAY -> depth++;
          case END_OBJECT, END_ARRAY -> depth--;
          case VALUE_STRING -> {
            if (!isLabel(json.currentName()) && json.getTextLength() > 0) {
              meter.text(json.getTextCharacters(), json.getTextOffset(), json.getTextLength());
              any = true;
            }
          }
          default -> {}
        }
      } while (depth > 0 && json.nextToken() != null);
      if (any) {
        meter.piece();
      }
    }

    private static boolean isLabel(@Nullable String name) {
      return "role".equals(name) || "id".equals(name) || "type".equals(name);
    }
  }
}
