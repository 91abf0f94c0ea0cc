package io.nexus.config;

import io.helidon.config.Config;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalInt;
import java.util.TreeMap;

/**
 * The environment variables {@code NEXUS_SECTION__KEY}, each of which overrides one value. A table
 * of a list is named by its position: {@code NEXUS_BACKENDS__0__URL}. A variable without a double
 * underscore, such as {@code NEXUS_ADMIN_KEY}, is not an override.
 *
 * @param values the values by path
 * @param variables the variables' names by path
 * @param problems variables that cannot override anything
 */
record EnvironmentOverrides(
    Map<String, String> values, Map<String, String> variables, List<ConfigProblem> problems) {

  private static final String PREFIX = "NEXUS_";
  private static final String SEPARATOR = "__";

  /** The overrides that fit the structure of the file. */
  static EnvironmentOverrides of(Map<String, String> environment, Config file) {
    var overrides = new EnvironmentOverrides(new TreeMap<>(), new TreeMap<>(), new ArrayList<>());
    new TreeMap<>(environment)
        .forEach(
            (variable, value) -> {
              if (variable.startsWith(PREFIX) && variable.contains(SEPARATOR)) {
                overrides.add(variable, value, file);
              }
            });
    return overrides;
  }

  private void add(String variable, String value, Config file) {
    var parts = variable.substring(PREFIX.length()).toLowerCase(Locale.ROOT).split(SEPARATOR, -1);
    var path = String.join(".", parts);
    if (!path.matches("[a-z0-9_-]+(\\.[a-z0-9_-]+)+")) {
      problem(variable, "", "names no key", "write NEXUS_SECTION__KEY");
      return;
    }
    var at = file;
    for (var part : parts) {
      if (at.isList() && !at.get(part).exists()) {
        problem(
            variable,
            path,
            "the file has " + at.asNodeList().get().size() + " of these and no " + part,
            "give a position counted from 0");
        return;
      }
      if (at.hasValue()) {
        problem(
            variable,
            path,
            Reading.shown(at.key().toString()) + " is a single value",
            "override that");
        return;
      }
      at = at.get(part);
    }
    if (at.isList() || at.isObject()) {
      problem(variable, path, "is no single value", "override the values in it");
      return;
    }
    values.put(path, value);
    variables.put(path, variable);
  }

  private void problem(String variable, String path, String wrong, String allowed) {
    problems.add(
        new ConfigProblem(
            variable,
            OptionalInt.empty(),
            path.isEmpty() ? "" : Reading.shown(path),
            wrong,
            allowed));
  }
}
