package io.nexus.config;

import io.helidon.config.Config;
import io.nexus.control.budget.Dimension;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Checks that involve several keys. */
final class CrossChecks {

  private final NexusConfig config;
  private final Reading reading;

  CrossChecks(NexusConfig config, Reading reading) {
    this.config = config;
    this.reading = reading;
  }

  void run() {
    unique("budgets", "name", config.budgets(), BudgetConfig::name);
    unique("limits", "name", config.limits(), LimitConfig::name);
    unique("teams", "name", config.teams(), TeamConfig::name);
    unique("keys", "name", config.keys(), KeyConfig::name);
    unique("backends", "name", config.backends(), BackendConfig::name);
    unique("admin_keys", "name", config.access().adminKeys(), AdminKeyConfig::name);
    unique("auth.jwt", "name", config.access().jwt(), JwtConfig::name);
    unique("alerts", "name", config.alerts(), AlertConfig::name);
    unique("spend_sinks", "name", config.spendSinks(), SpendSinkConfig::name);
    sinkFilesOfTheirOwn();
    unique(
        "pricing",
        "model",
        config.pricing(),
        pricing ->
            pricing.model().isEmpty()
                ? ""
                : pricing.model()
                    + pricing.provider().map(p -> " of " + p).orElse("")
                    + pricing.from().map(day -> " from " + day).orElse(""));
    oneKeyEach();
    adminKeyOfItsOwn();
    adminKeysOfTheirOwn();
    providersOfTheirOwnName();
    keysWhereOthersReach();
    references("budgets", config.budgets(), BudgetConfig::match);
    references("limits", config.limits(), LimitConfig::match);
    aliases();
    fallbacks();
    new Unmatched(config, reading::notice).check();
  }

  private <T> void unique(String list, String key, List<T> elements, Function<T, String> identity) {
    var first = new HashMap<String, Integer>();
    for (int i = 0; i < elements.size(); i++) {
      var name = identity.apply(elements.get(i));
      var earlier = first.putIfAbsent(name, i);
      // An empty name has been reported as missing or wrong.
      if (earlier != null && !name.isEmpty()) {
        reading.problem(
            list + "." + i + "." + key,
            Types.shown(name) + " is taken by " + list + "[" + earlier + "]",
            "give each its own");
      }
    }
  }

  /** A key shared by two entries would charge the one found first. */
  private void oneKeyEach() {
    var first = new HashMap<String, Integer>();
    for (int i = 0; i < config.keys().size(); i++) {
      var credential = config.keys().get(i).credential();
      var earlier = isThere(credential) ? first.putIfAbsent(credential.sha256(), i) : null;
      if (earlier != null) {
        reading.problem(
            "keys." + i, "is the same key as keys[" + earlier + "]", "give each its own");
      }
    }
  }

  /** A missing one is reported elsewhere or not needed. */
  private static boolean isThere(KeyConfig.Credential credential) {
    return switch (credential) {
      case KeyConfig.Credential.Plain(var key) -> key.isSet();
      case KeyConfig.Credential.Digest(var sha256) -> !sha256.isEmpty();
    };
  }

  /** A client that has the admin key could raise its own limits. */
  private void adminKeyOfItsOwn() {
    var admin = config.server().adminKey();
    for (int i = 0; admin.isSet() && i < config.keys().size(); i++) {
      if (config.keys().get(i).credential().isOf(admin)) {
        reading.problem("keys." + i, "is the same key as server.admin_key", "give each its own");
      }
    }
  }

  private void adminKeysOfTheirOwn() {
    var taken = new HashMap<String, String>();
    for (int i = 0; i < config.keys().size(); i++) {
      var credential = config.keys().get(i).credential();
      if (isThere(credential)) {
        taken.put(credential.sha256(), "keys[" + i + "]");
      }
    }
    var keys = config.access().adminKeys();
    for (int i = 0; i < keys.size(); i++) {
      var credential = keys.get(i).credential();
      boolean there = isThere(credential);
      if (there
          && config.server().adminKey().isSet()
          && credential.isOf(config.server().adminKey())) {
        reading.problem(
            "admin_keys." + i, "is the same key as server.admin_key", "give each its own");
      } else if (there) {
        var earlier = taken.putIfAbsent(credential.sha256(), "admin_keys[" + i + "]");
        if (earlier != null) {
          reading.problem("admin_keys." + i, "is the same key as " + earlier, "give each its own");
        }
      }
    }
  }

  /** Budgets and records identify a JWT provider by its name. */
  private void providersOfTheirOwnName() {
    var keys = config.keys().stream().map(KeyConfig::name).collect(Collectors.toSet());
    var providers = config.access().jwt();
    for (int i = 0; i < providers.size(); i++) {
      if (keys.contains(providers.get(i).name())) {
        reading.problem(
            "auth.jwt." + i + ".name",
            Types.shown(providers.get(i).name()) + " is the name of a key",
            "give another");
      }
    }
  }

  /** Two sinks on one file would corrupt each other's lines. */
  private void sinkFilesOfTheirOwn() {
    var first = new HashMap<Path, Integer>();
    for (int i = 0; i < config.spendSinks().size(); i++) {
      if (config.spendSinks().get(i).target() instanceof SpendSinkConfig.Target.Lines lines) {
        var earlier = first.putIfAbsent(lines.path().toAbsolutePath().normalize(), i);
        if (earlier != null) {
          reading.problem(
              "spend_sinks." + i + ".path",
              Types.shown(lines.path().toString()) + " is written by spend_sinks[" + earlier + "]",
              "give each its own");
        }
      }
    }
  }

  private void keysWhereOthersReach() {
    var server = config.server();
    if (!Addresses.isLoopback(server.host())
        && config.keys().isEmpty()
        && config.access().jwt().isEmpty()
        && !server.allowAnonymous()) {
      reading.problem(
          "server.host",
          "other machines reach " + Types.shown(server.host()) + " and there are no [[keys]]",
          "add [[keys]], listen on \"127.0.0.1\", or set server.allow_anonymous = true");
    }
  }

  private <T> void references(
      String list, List<T> elements, Function<T, Map<Dimension, String>> conditions) {
    var backends = config.backends().stream().map(BackendConfig::name).collect(Collectors.toSet());
    var keys = config.keys().stream().map(KeyConfig::name).collect(Collectors.toSet());
    for (int i = 0; i < elements.size(); i++) {
      var match = conditions.apply(elements.get(i));
      var path = list + "." + i + ".match.";
      var backend = match.get(Dimension.BACKEND);
      if (backend != null
          && !backend.isEmpty()
          && !backends.isEmpty()
          && !backends.contains(backend)) {
        reading.problem(
            path + "backend",
            "there is no backend " + Types.shown(backend),
            "did you mean " + Nearest.to(backend, backends).orElse("none") + "?");
      }
      var key = match.get(Dimension.KEY);
      if (key != null && !keys.contains(key)) {
        reading.notice(path + "key", "no key is named " + Types.shown(key) + " here");
      }
    }
  }

  private void aliases() {
    var aliases = config.routing().aliases();
    var inReportedCycle = new HashSet<String>();
    for (var start : new TreeSet<>(aliases.keySet())) {
      var chain = new ArrayList<>(List.of(start));
      var next = aliases.get(start);
      while (next != null && !chain.contains(next)) {
        chain.add(next);
        next = aliases.get(next);
      }
      var path = "routing.aliases." + Config.Key.escapeName(start);
      if (start.equals(next)) {
        if (inReportedCycle.add(start)) {
          inReportedCycle.addAll(chain);
          reading.problem(
              path,
              "is a cycle: " + String.join(" -> ", chain) + " -> " + start,
              "let the chain end at a model");
        }
      } else if (next == null && chain.size() - 1 > RoutingConfig.MAX_ALIAS_HOPS) {
        reading.problem(
            path,
            "takes %d hops: %s".formatted(chain.size() - 1, String.join(" -> ", chain)),
            "use at most " + RoutingConfig.MAX_ALIAS_HOPS);
      }
    }
  }

  private void fallbacks() {
    config
        .routing()
        .fallbacks()
        .forEach(
            (model, models) -> {
              var path = "routing.fallbacks." + Config.Key.escapeName(model);
              if (models.contains(model)) {
                reading.problem(
                    path, Types.shown(model) + " falls back to itself", "list other models");
              } else if (new HashSet<>(models).size() < models.size()) {
                reading.problem(path, "lists a model twice", "list each once");
              }
            });
  }
}
