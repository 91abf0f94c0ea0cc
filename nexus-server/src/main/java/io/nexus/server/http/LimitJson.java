package io.nexus.server.http;

import com.fasterxml.jackson.core.JsonGenerator;
import io.nexus.control.limit.LimitState;
import java.io.IOException;
import java.time.Instant;

/** How a limit stands, as JSON. */
public final class LimitJson {

  private LimitJson() {}

  /** An object. */
  public static void write(JsonGenerator json, LimitState state) throws IOException {
    json.writeStartObject();
    fields(json, state);
    json.writeEndObject();
  }

  /** What is in it. */
  static void fields(JsonGenerator json, LimitState state) throws IOException {
    json.writeStringField("name", state.limit());
    json.writeStringField("unit", state.unit().label());
    json.writeNumberField("limit", state.most());
    json.writeNumberField("used", state.used());
    json.writeNumberField("remaining", state.remaining());
    var reset = state.resetsAt();
    json.writeStringField("resets_at", reset.equals(Instant.MAX) ? null : reset.toString());
  }
}
