package io.nexus.server.admin;

import com.fasterxml.jackson.core.JsonGenerator;
import io.nexus.config.SettingConfig;
import io.nexus.control.budget.BudgetState;
import io.nexus.control.budget.Each;
import io.nexus.server.routes.BudgetJson;
import io.nexus.server.settings.SettingValue;
import java.io.IOException;
import java.util.Locale;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What administrators see of a budget besides its figures: the source of its values.
 *
 * @param made whether the admin API created it
 * @param version the version of the setting that creates or overrides it; 0 if there is none
 * @param setting that setting
 * @param disabled whether requests ignore it
 * @param each the dimension by whose values it is split
 * @param values the number of values in memory
 */
record ShownBudget(
    boolean made,
    long version,
    Optional<SettingValue> setting,
    boolean disabled,
    Optional<Each> each,
    int values) {

  /** Writes it as fields of the open object. */
  void write(JsonGenerator json, BudgetState state, BudgetOverrides overrides) throws IOException {
    var terms = state.terms();
    json.writeStringField("object", "budget");
    BudgetJson.figures(json, state);
    json.writeNumberField("configured_limit", terms.limit().toUsd());
    json.writeNumberField("soft_limit_percent", terms.softLimitPercent());
    json.writeStringField("hard_limit_action", terms.action().label());
    json.writeBooleanField("shadow", terms.shadow());
    json.writeStringField("window", SettingConfig.spelling(terms.window()));
    json.writeStringField("per", each.map(of -> of.per().label()).orElse(null));
    if (each.isPresent()) {
      json.writeNumberField("max_values", each.get().maxValues());
      json.writeNumberField("values", values);
    }
    json.writeObjectFieldStart("match");
    for (var condition : new TreeMap<>(terms.match()).entrySet()) {
      json.writeStringField(
          condition.getKey().name().toLowerCase(Locale.ROOT), condition.getValue());
    }
    json.writeEndObject();
    json.writeStringField("source", made ? "admin" : "configuration");
    json.writeBooleanField("overridden", setting.isPresent() && setting.get().made().isEmpty());
    json.writeBooleanField("disabled", disabled);
    overrides.write(json, setting.orElse(SettingValue.nothing(overrides.now())));
    json.writeNumberField("version", version);
  }
}
