package io.nexus.server.dialect.openai.chat;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.nexus.server.dialect.Json;
import io.nexus.server.dialect.Span;
import io.nexus.server.dialect.request.FieldNames;
import io.nexus.server.dialect.request.RequestFields;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * The stream options of a request.
 *
 * @param usageWanted whether it asks for the usage
 * @param at the position of the value; null if not given
 * @param usageAt the position of the value of {@code include_usage}; null if not given
 */
record StreamOptions(boolean usageWanted, @Nullable Span at, @Nullable Span usageAt) {

  /** No options. */
  static final StreamOptions NONE = new StreamOptions(false, null, null);

  private static final FieldNames NAMES = new FieldNames("include_usage");

  /** Reads the options at which the parser stands. */
  static StreamOptions read(JsonParser json) throws IOException {
    int from = Json.start(json);
    boolean wanted = false;
    Span usageAt = null;
    if (json.currentToken() == JsonToken.START_OBJECT) {
      long seen = 0;
      while (json.nextToken() != JsonToken.END_OBJECT) {
        var name = json.currentName();
        json.nextToken();
        seen = NAMES.note(name, seen, "stream_options.");
        if (name.equals("include_usage")) {
          wanted = RequestFields.flag(json, "stream_options.include_usage");
          usageAt = new Span(Json.start(json), Json.end(json));
        } else {
          json.skipChildren();
        }
      }
    } else if (json.currentToken() != JsonToken.VALUE_NULL) {
      throw RequestFields.wrongType("stream_options", "an object");
    }
    return new StreamOptions(wanted, new Span(from, Json.end(json)), usageAt);
  }
}
