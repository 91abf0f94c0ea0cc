package io.nexus.server.http;

import com.fasterxml.jackson.core.JsonGenerator;
import io.nexus.config.LimitConfig;
import io.nexus.config.SettingConfig;
import io.nexus.control.limit.LimitState;
import java.io.IOException;
import java.time.Instant;
import java.util.Optional;
import java.util.TreeMap;

/** A limit's state as JSON. */
public final class LimitJson {

  private LimitJson() {}

  /** Writes the own limits of a key or a team as a field; null if it has none. */
  public static void own(JsonGenerator json, String field, Optional<LimitConfig.Own> limits)
      throws IOException {
    if (limits.isEmpty()) {
      json.writeNullField(field);
      return;
    }
    var own = limits.get();
    json.writeObjectFieldStart(field);
    for (var unit : new TreeMap<>(own.most()).entrySet()) {
      json.writeNumberField(unit.getKey().label(), unit.getValue());
    }
    json.writeStringField("window", SettingConfig.spelling(own.window()));
    json.writeEndObject();
  }

  /** Writes the state as an object. */
  public static void write(JsonGenerator json, LimitState state) throws IOException {
    json.writeStartObject();
    fields(json, state);
    json.writeEndObject();
  }

  /** Writes the fields of the state. */
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
