package io.nexus.server.chat;

import com.fasterxml.jackson.core.JsonToken;
import io.nexus.control.money.Usage;
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
record Completion(
    @Nullable Usage usage, int usageEnd, int choices, boolean finished, boolean failed) {

  /**
   * Reads a completion or a chunk.
   *
   * @param meter is given the text that was generated
   * @throws IOException if it is not valid JSON; the meter has what came before
   */
  static Completion read(byte[] bytes, int from, int to, Meter meter) throws IOException {
    try (var json = ChunkParser.of(bytes, from, to)) {
      return new Reader(json, from, meter).read();
    }
  }

  private static final class Reader {
    private final ChunkParser json;
    private final int offset;
    private final Meter meter;
    private @Nullable Usage usage;
    private int usageEnd;
    private int choices;
    private boolean finished;
    private boolean failed;

    Reader(ChunkParser json, int offset, Meter meter) {
      this.json = json;
      this.offset = offset;
      this.meter = meter;
    }

    Completion read() throws IOException {
      if (json.nextToken() != JsonToken.START_OBJECT) {
        return new Completion(null, 0, 0, false, false);
      }
      while (json.nextToken() == JsonToken.FIELD_NAME) {
        var name = json.currentName();
        var value = json.nextToken();
        switch (name) {
          case "usage" -> usage(value);
          case "choices" -> choices(value);
          case "error" -> {
            failed = value != JsonToken.VALUE_NULL;
            json.skipChildren();
          }
          default -> json.skipChildren();
        }
      }
      return new Completion(usage, usageEnd, choices, finished, failed);
    }

    private void usage(JsonToken value) throws IOException {
      if (value == JsonToken.START_OBJECT) {
        usage = UsageReader.read(json);
        usageEnd = offset + json.bytesRead() - 1;
      } else {
        json.skipChildren();
      }
    }

    private void choices(JsonToken value) throws IOException {
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
            case "delta", "message" -> generated();
            default -> json.skipChildren();
          }
        }
      }
    }

    /** All that was generated: content, reasoning, the names and arguments of tool calls. */
    private void generated() throws IOException {
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
