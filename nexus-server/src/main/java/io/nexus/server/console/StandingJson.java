package io.nexus.server.console;

import com.fasterxml.jackson.core.JsonGenerator;
import io.nexus.control.budget.BudgetState;
import io.nexus.server.routes.BudgetJson;
import java.io.IOException;
import java.util.Locale;
import java.util.TreeMap;

/** A budget's state as JSON. */
public final class StandingJson {

  private StandingJson() {}

  /** Writes it as an object. */
  public static void write(JsonGenerator json, BudgetState state) throws IOException {
    json.writeStartObject();
    fields(json, state);
    json.writeEndObject();
  }

  /** Writes it as fields of the open object. */
  static void fields(JsonGenerator json, BudgetState state) throws IOException {
    var terms = state.terms();
    json.writeStringField("object", "standing");
    BudgetJson.figures(json, state);
    json.writeNumberField("configured_limit", terms.limit().toUsd());
    json.writeNumberField("soft_limit_percent", terms.softLimitPercent());
    json.writeStringField("hard_limit_action", terms.action().label());
    json.writeBooleanField("shadow", terms.shadow());
    json.writeStringField("time_zone", terms.zone().getId());
    json.writeObjectFieldStart("match");
    for (var condition : new TreeMap<>(terms.match()).entrySet()) {
      json.writeStringField(
          condition.getKey().name().toLowerCase(Locale.ROOT), condition.getValue());
    }
    json.writeEndObject();
  }
}
