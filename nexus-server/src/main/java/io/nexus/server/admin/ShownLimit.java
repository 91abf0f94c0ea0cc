package io.nexus.server.admin;

import com.fasterxml.jackson.core.JsonGenerator;
import io.nexus.config.SettingConfig;
import io.nexus.control.limit.LimitPlan;
import io.nexus.control.limit.LimitState;
import io.nexus.control.limit.Unit;
import io.nexus.server.http.LimitJson;
import java.io.IOException;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * What administrators see of a limit, or of one value of it.
 *
 * @param name the limit's name, followed by the value if it is one
 * @param plan the limit's plan
 * @param made whether the admin API created it
 * @param version the version of the setting that creates or overrides it; 0 if there is none
 * @param states the state of each unit
 * @param values the number of values in memory
 */
record ShownLimit(
    String name, LimitPlan plan, boolean made, long version, List<LimitState> states, int values) {

  private static final int BASIS_POINTS = 10_000;

  /** The changes from the configured terms. */
  private LimitPlan.Change change() {
    return name.equals(plan.terms().name())
        ? plan.change()
        : plan.values()
            .getOrDefault(name.substring(plan.terms().name().length() + 1), LimitPlan.Change.NONE);
  }

  /** The maximum without the change; for a value, the limit's. */
  Map<Unit, Long> laidDown() {
    return name.equals(plan.terms().name()) ? plan.terms().most() : plan.most();
  }

  boolean disabled() {
    return plan.change().disabled() || change().disabled();
  }

  /** Its source. */
  String source() {
    return made ? "admin" : "configuration";
  }

  /** The used share of the tightest unit, in hundredths of a percent. */
  long usedBasisPoints() {
    return states.stream()
        .mapToLong(state -> state.most() == 0 ? 0 : share(state.used(), state.most()))
        .max()
        .orElse(0);
  }

  private static long share(long used, long most) {
    return used > Long.MAX_VALUE / BASIS_POINTS
        ? used / Math.max(1, most / BASIS_POINTS)
        : used * BASIS_POINTS / most;
  }

  /** Writes it as fields of the open object. */
  void write(JsonGenerator json) throws IOException {
    var terms = plan.terms();
    json.writeStringField("object", "limit");
    json.writeStringField("name", name);
    var inForce = new EnumMap<Unit, Long>(Unit.class);
    inForce.putAll(laidDown());
    inForce.putAll(change().most());
    for (var unit : Unit.values()) {
      amount(json, unit, inForce);
    }
    json.writeObjectFieldStart("configured");
    for (var unit : Unit.values()) {
      amount(json, unit, laidDown());
    }
    json.writeEndObject();
    json.writeArrayFieldStart("used");
    for (var state : states) {
      LimitJson.write(json, state);
    }
    json.writeEndArray();
    json.writeStringField("window", SettingConfig.spelling(terms.window()));
    json.writeStringField("time_zone", terms.zone().getId());
    json.writeBooleanField("shared", terms.shared());
    json.writeStringField("action", terms.action().label());
    json.writeStringField("per", terms.each().map(each -> each.per().label()).orElse(null));
    if (terms.each().isPresent()) {
      json.writeNumberField("max_values", terms.each().get().maxValues());
      json.writeNumberField("values", values);
    }
    json.writeObjectFieldStart("match");
    for (var condition : new TreeMap<>(terms.match()).entrySet()) {
      json.writeStringField(
          condition.getKey().name().toLowerCase(Locale.ROOT), condition.getValue());
    }
    json.writeEndObject();
    json.writeStringField("source", source());
    json.writeBooleanField("overridden", !change().most().isEmpty() || (!made && disabled()));
    json.writeBooleanField("disabled", disabled());
    json.writeNumberField("version", version);
  }

  private static void amount(JsonGenerator json, Unit unit, Map<Unit, Long> most)
      throws IOException {
    json.writeFieldName(unit.label());
    var amount = most.get(unit);
    if (amount == null) {
      json.writeNull();
    } else {
      json.writeNumber(amount);
    }
  }
}
