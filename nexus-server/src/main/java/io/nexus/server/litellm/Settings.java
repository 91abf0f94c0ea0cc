package io.nexus.server.litellm;

import io.nexus.server.setup.TomlText;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Reads the proxy's settings other than models. */
final class Settings {

  private static final int LONGEST_SECONDS = 86_400;

  private final Draft draft;
  private final KeyPlaces keys;
  private final Map<String, String> server = new LinkedHashMap<>();
  private final Map<String, String> routing = new LinkedHashMap<>();
  private final Map<String, String> weights = new LinkedHashMap<>();
  private final Map<String, String> health = new LinkedHashMap<>();
  private final Map<String, String> log = new LinkedHashMap<>();
  private boolean alertsSlack;
  private int parallel;

  Settings(Draft draft, KeyPlaces keys) {
    this.draft = draft;
    this.keys = keys;
  }

  void read(Part config) {
    config.part("router_settings").ifPresent(this::router);
    config.part("litellm_settings").ifPresent(this::library);
    config.part("general_settings").ifPresent(this::general);
    config.rest();
  }

  private void router(Part part) {
    part.text("routing_strategy").ifPresent(strategy -> strategy(part, strategy.text()));
    part.part("model_group_alias").ifPresent(this::aliases);
    common(part);
    seconds(part, "timeout").ifPresent(time -> server.put("request_timeout_seconds", time));
    part.part("provider_budget_config")
        .ifPresent(
            budgets -> each(budgets, "budget_limit", "time_period", "provider", "provider-"));
    tags(part);
    part.rest();
  }

  private void strategy(Part part, String strategy) {
    switch (strategy) {
      case "simple-shuffle" -> routing.put("strategy", "random");
      case "least-busy" -> weigh("load");
      case "latency-based-routing" -> weigh("latency");
      default ->
          part.noCounterpart(
              "routing_strategy",
              "requests go by priority, load and latency: see [routing.weights]");
    }
  }

  private void weigh(String by) {
    for (var weight : List.of("priority", "load", "latency")) {
      weights.put(weight, weight.equals(by) ? "100" : "0");
    }
  }

  private void aliases(Part part) {
    for (var alias : part.keys()) {
      var inner = part.isTable(alias) ? part.part(alias) : Optional.<Part>empty();
      var group = inner.isPresent() ? inner.get().text("model") : part.text(alias);
      inner.ifPresent(
          table -> {
            if (table.flag("hidden")) {
              table.noCounterpart("hidden", "GET /v1/models lists it to whoever may ask for it");
            }
          });
      group.ifPresent(
          model ->
              draft
                  .groups()
                  .alias(
                      part.line(alias), "router_settings.model_group_alias", alias, model.text()));
    }
  }

  /** Reads the keys that either section may contain. */
  private void common(Part part) {
    for (var fallback : part.parts("fallbacks")) {
      for (var group : fallback.keys()) {
        var others = fallback.texts(group).stream().map(Yaml.Text::text).toList();
        draft.groups().fallback(fallback.line(group), "fallbacks." + group, group, others);
      }
    }
    var others = part.texts("default_fallbacks").stream().map(Yaml.Text::text).toList();
    if (!others.isEmpty()) {
      var names = List.copyOf(draft.groups().names());
      names.forEach(
          group ->
              draft
                  .groups()
                  .fallback(part.line("default_fallbacks"), "default_fallbacks", group, others));
    }
    part.whole("num_retries", 0, 10)
        .ifPresent(retries -> routing.put("max_retries", Integer.toString(retries)));
    part.whole("allowed_fails", 1, 1000)
        .ifPresent(fails -> health.put("failure_threshold", Integer.toString(fails)));
    seconds(part, "cooldown_time").ifPresent(time -> health.put("interval_seconds", time));
  }

  private void library(Part part) {
    common(part);
    seconds(part, "request_timeout").ifPresent(time -> server.put("request_timeout_seconds", time));
    draft.budgets().all(part, "max_budget", "budget_duration");
    tags(part);
    if (part.flag("json_logs")) {
      log.put("format", TomlText.quoted("json"));
    }
    forEach(part, "default_internal_user_params", "user");
    forEach(part, "default_key_generate_params", "key");
    forEach(part, "default_team_params", "team");
    draft.budgets().each("user", part, "max_internal_user_budget", "internal_user_budget_duration");
    if (part.has("max_end_user_budget")) {
      draft.budgets().each("user", part, "max_end_user_budget", "end_user_budget_duration");
      part.note(
          "max_end_user_budget",
          "is for the user that a request's body names, which counts for keys with trust_user");
    }
    part.rest();
  }

  /** They may stand in either section, too. */
  private void tags(Part part) {
    part.part("tag_budget_config")
        .ifPresent(budgets -> each(budgets, "max_budget", "budget_duration", "tag", "tag-"));
  }

  /** Converts defaults for new items to budgets for all items. */
  private void forEach(Part part, String key, String dimension) {
    part.part(key)
        .ifPresent(
            defaults -> {
              draft.budgets().each(dimension, defaults, "max_budget", "budget_duration");
              defaults.rest();
            });
  }

  private void general(Part part) {
    part.text("master_key")
        .ifPresent(
            key -> {
              var variable =
                  key.isVariable()
                      ? key.variable()
                      : keys.placed(part, "master_key", key.text(), "NEXUS_ADMIN_KEY");
              server.put("admin_key_env", TomlText.quoted(variable));
              part.note(
                  "master_key",
                  "is the admin key; clients have keys of their own: [[keys]], or 'nexus key create'");
            });
    var alerting = part.texts("alerting");
    for (var way : alerting) {
      if (way.text().equals("slack")) {
        alertsSlack = true;
      } else {
        part.noCounterpart("alerting", "[[alerts]] post to an address or to Slack");
      }
    }
    part.whole("global_max_parallel_requests", 1, Integer.MAX_VALUE)
        .ifPresent(most -> parallel = most);
    part.ignore("alerting_threshold");
    seconds(part, "health_check_interval").ifPresent(time -> health.put("interval_seconds", time));
    part.ignore("background_health_checks");
    part.rest();
  }

  private void each(Part budgets, String limit, String duration, String dimension, String prefix) {
    for (var name : budgets.keys()) {
      budgets
          .part(name)
          .ifPresent(
              budget -> {
                draft.budgets().of(prefix + name, budget, limit, duration, Map.of(dimension, name));
                budget.rest();
              });
    }
  }

  private static Optional<String> seconds(Part part, String key) {
    return part.number(key)
        .map(number -> number.setScale(0, RoundingMode.CEILING))
        .map(number -> Math.clamp(number.longValue(), 1, LONGEST_SECONDS))
        .map(String::valueOf);
  }

  /** The tables before the backends. */
  void write(TomlText toml) {
    toml.gap()
        .table("server")
        .plain("host", "\"127.0.0.1\"", "\"0.0.0.0\" for other machines, and then [[keys]]")
        .plain("port", "4000", "where clients of the proxy look");
    server.forEach(toml::plain);
    table(toml, "routing", routing);
    table(toml, "routing.weights", weights);
    table(toml, "health_check", health);
    table(toml, "log", log);
    if (parallel > 0) {
      toml.gap()
          .element("limits")
          .put("name", "everything")
          .plain("parallel", Integer.toString(parallel));
    }
    if (alertsSlack) {
      toml.gap()
          .element("alerts")
          .put("name", "slack")
          .put("url_env", "SLACK_WEBHOOK_URL")
          .put("format", "slack");
    }
  }

  private static void table(TomlText toml, String name, Map<String, String> pairs) {
    if (!pairs.isEmpty()) {
      toml.gap().table(name);
      new ArrayList<>(pairs.entrySet())
          .forEach(
              pair ->
                  toml.plain(
                      pair.getKey(),
                      pair.getKey().equals("strategy")
                          ? TomlText.quoted(pair.getValue())
                          : pair.getValue()));
    }
  }
}
