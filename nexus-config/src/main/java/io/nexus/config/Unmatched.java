package io.nexus.config;

import io.helidon.config.Config;
import io.nexus.control.budget.BudgetTerms;
import io.nexus.control.budget.Dimension;
import io.nexus.control.budget.Each;
import io.nexus.control.budget.Glob;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.stream.Collectors;

/**
 * Finds entries that are valid but have no effect: aliases, fallbacks, policies, budgets, limits,
 * keys and alerts that match nothing. Models are checked only if every backend lists its own.
 */
final class Unmatched {

  private static final String LATEST = ":latest";

  private final NexusConfig config;
  private final BiConsumer<String, String> note;

  /**
   * Checks a configuration.
   *
   * @param note receives a path and a note about it
   */
  Unmatched(NexusConfig config, BiConsumer<String, String> note) {
    this.config = config;
    this.note = note;
  }

  void check() {
    models().ifPresent(this::ofModels);
    fallbacksOfAliases();
    teams();
    alerts();
  }

  /** All configured models; empty if any backend is asked for its models. */
  private Optional<Set<String>> models() {
    var models = new HashSet<String>();
    for (var backend : config.backends()) {
      if (backend.models().isEmpty()) {
        return Optional.empty();
      }
      models.addAll(backend.models());
    }
    return models.isEmpty() ? Optional.empty() : Optional.of(models);
  }

  private void ofModels(Set<String> models) {
    var routing = config.routing();
    routing
        .aliases()
        .forEach(
            (alias, model) -> {
              if (isUnserved(resolved(model), models)) {
                note.accept(
                    "routing.aliases." + Config.Key.escapeName(alias),
                    "no backend serves " + Types.shown(resolved(model)));
              }
            });
    routing
        .fallbacks()
        .forEach(
            (model, others) ->
                others.stream()
                    .filter(other -> isUnserved(resolved(other), models))
                    .forEach(
                        other ->
                            note.accept(
                                "routing.fallbacks." + Config.Key.escapeName(model),
                                "no backend serves " + Types.shown(other))));
    var names = new ArrayList<>(models);
    names.addAll(routing.aliases().keySet());
    for (int i = 0; i < routing.policies().size(); i++) {
      pattern(
          "routing.policies." + i + ".model_pattern",
          routing.policies().get(i).modelPattern(),
          names);
    }
    matches()
        .forEach(
            (path, match) -> {
              var pattern = match.get(Dimension.MODEL);
              if (pattern != null) {
                pattern(path + ".match.model", pattern, List.copyOf(models));
              }
            });
    for (int i = 0; i < config.keys().size(); i++) {
      for (var pattern : config.keys().get(i).rules().models()) {
        pattern("keys." + i + ".models", pattern, names);
      }
    }
    for (int i = 0; i < config.teams().size(); i++) {
      for (var pattern : config.teams().get(i).models()) {
        pattern("teams." + i + ".models", pattern, names);
      }
    }
  }

  /** The conditions of budgets and limits, by path. */
  private Map<String, Map<Dimension, String>> matches() {
    var matches = new LinkedHashMap<String, Map<Dimension, String>>();
    for (int i = 0; i < config.budgets().size(); i++) {
      matches.put("budgets." + i, config.budgets().get(i).match());
    }
    for (int i = 0; i < config.limits().size(); i++) {
      matches.put("limits." + i, config.limits().get(i).match());
    }
    return matches;
  }

  private void pattern(String path, String pattern, List<String> names) {
    var glob = new Glob(pattern);
    if (names.stream().noneMatch(name -> glob.matches(name) || glob.matches(name + LATEST))) {
      note.accept(path, "no model here matches " + Types.shown(pattern));
    }
  }

  private static boolean isUnserved(String model, Set<String> models) {
    return !models.contains(model) && !models.contains(model + LATEST);
  }

  private String resolved(String model) {
    var resolved = model;
    for (int hop = 0; hop < RoutingConfig.MAX_ALIAS_HOPS; hop++) {
      resolved = config.routing().aliases().getOrDefault(resolved, resolved);
    }
    return resolved;
  }

  /** Fallbacks apply to the model behind an alias. */
  private void fallbacksOfAliases() {
    for (var model : config.routing().fallbacks().keySet()) {
      if (config.routing().aliases().containsKey(model)) {
        note.accept(
            "routing.fallbacks." + Config.Key.escapeName(model),
            Types.shown(model)
                + " is an alias, and fallbacks apply to the model behind it: give them for "
                + Types.shown(resolved(model)));
      }
    }
  }

  private void teams() {
    var teams =
        config.keys().stream().flatMap(key -> key.team().stream()).collect(Collectors.toSet());
    matches()
        .forEach(
            (path, match) -> {
              var team = match.get(Dimension.TEAM);
              if (team != null && !teams.contains(team)) {
                note.accept(path + ".match.team", noKeyOf(team));
              }
            });
    for (int i = 0; i < config.teams().size(); i++) {
      var team = config.teams().get(i).name();
      if (!teams.contains(team)) {
        note.accept("teams." + i + ".name", noKeyOf(team));
      }
    }
  }

  /** The admin API also makes keys, which the file does not show. */
  private static String noKeyOf(String team) {
    return "no key of the file has the team "
        + Types.shown(team)
        + "; one that the admin API made may have it";
  }

  private void alerts() {
    var budgets = new ArrayList<String>();
    config.budget().limit().ifPresent(_ -> budgets.add(BudgetTerms.GLOBAL));
    config.budgets().forEach(budget -> budgets.add(budget.name()));
    config.keys().stream()
        .filter(key -> key.allowance().isPresent())
        .forEach(key -> budgets.add("key/" + key.name()));
    config.teams().stream()
        .filter(team -> team.allowance().isPresent())
        .forEach(team -> budgets.add("team/" + team.name()));
    for (int i = 0; i < config.alerts().size(); i++) {
      var pattern = config.alerts().get(i).budgets();
      var glob = new Glob(pattern);
      if (budgets.stream().noneMatch(glob::matches) && !namesValues(pattern)) {
        note.accept("alerts." + i + ".budgets", "no budget here matches " + Types.shown(pattern));
      }
    }
  }

  /** Whether a pattern may match single values of a budget. */
  private boolean namesValues(String pattern) {
    int slash = pattern.indexOf(Each.SEPARATOR);
    if (slash < 0) {
      return false;
    }
    var glob = new Glob(pattern.substring(0, slash));
    return config.budgets().stream()
        .anyMatch(budget -> budget.per().isPresent() && glob.matches(budget.name()));
  }
}
