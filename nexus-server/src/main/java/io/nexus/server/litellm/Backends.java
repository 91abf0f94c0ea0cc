package io.nexus.server.litellm;

import io.nexus.config.BackendType;
import io.nexus.control.pricing.Providers;
import io.nexus.control.routing.Api;
import io.nexus.server.setup.TomlText;
import java.net.URI;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The backends for the proxy's deployments: deployments that differ only in the model share one.
 */
final class Backends {

  /**
   * A backend's settings without its name and models.
   *
   * @param headers by name; a name that ends in {@code _env} has its value in that variable
   * @param order the proxy's order; lower values are preferred
   * @param maxConcurrent the largest number of parallel requests
   * @param requests the quota per minute
   * @param tokens the quota per minute
   * @param alone the only model of a quota; empty if there is no quota, so that models share the
   *     backend
   */
  record Terms(
      BackendType type,
      String url,
      Optional<String> provider,
      Optional<String> keyVariable,
      boolean isOwn,
      Map<String, String> headers,
      Optional<Integer> order,
      Optional<Integer> maxConcurrent,
      Optional<Integer> requests,
      Optional<Integer> tokens,
      String alone) {

    Terms {
      headers = Map.copyOf(headers);
    }

    /** The provider's name in prices. */
    String billing() {
      return Providers.of(provider.orElse(""), type.label(), URI.create(url));
    }
  }

  /** One of them. */
  static final class Made {
    private final String name;
    private final Terms terms;
    private final int line;
    private final Set<String> models = new LinkedHashSet<>();
    private final Set<Api> apis = EnumSet.noneOf(Api.class);
    private boolean asked;

    private Made(String name, Terms terms, int line) {
      this.name = name;
      this.terms = terms;
      this.line = line;
    }

    String name() {
      return name;
    }

    /** Where its first deployment is. */
    int line() {
      return line;
    }

    /** Whether it is asked for its models, and may have any. */
    boolean isAsked() {
      return asked;
    }

    /**
     * Whether requests for a model may go to it besides those that are meant to serve the model.
     * Anthropic's and Google's addresses list no models but their own.
     */
    boolean mayServe(String model, Set<Made> meant) {
      return !meant.contains(this)
          && (models.contains(model)
              || (asked && meant.stream().anyMatch(made -> maker(made) == maker(this))));
    }

    private static BackendType maker(Made made) {
      var type = made.terms.type;
      return type == BackendType.ANTHROPIC || type == BackendType.GOOGLE
          ? type
          : BackendType.GENERIC;
    }

    void serves(String model) {
      models.add(model);
    }

    /** It is asked for this, too, whether or not its type says so. */
    void answers(Api api) {
      apis.add(api);
    }

    /** Makes it serve all models that it lists. */
    void servesAll() {
      asked = true;
    }
  }

  private final Map<Terms, Made> drafts = new LinkedHashMap<>();
  private final Set<String> names = new HashSet<>();

  /** The one with those terms. */
  Made with(Terms terms, String name, int line) {
    return drafts.computeIfAbsent(terms, _ -> new Made(free(name), terms, line));
  }

  private String free(String name) {
    var free = name;
    for (int i = 2; !names.add(free); i++) {
      free = name + "-" + i;
    }
    return free;
  }

  /** Whether any backend serves the model under its name. */
  boolean serve(String model) {
    return drafts.values().stream().anyMatch(draft -> draft.models.contains(model));
  }

  List<Made> all() {
    return new ArrayList<>(drafts.values());
  }

  void write(TomlText toml) {
    drafts.values().forEach(draft -> write(toml, draft));
  }

  private static void whole(TomlText toml, String key, Optional<Integer> value) {
    value.ifPresent(number -> toml.plain(key, Integer.toString(number)));
  }

  private static void write(TomlText toml, Made draft) {
    var terms = draft.terms;
    toml.gap()
        .remark("From line " + draft.line + ".")
        .element("backends")
        .put("name", draft.name)
        .put("type", terms.type.label())
        .put("url", terms.url);
    terms
        .provider
        .filter(
            _ ->
                !terms
                    .billing()
                    .equals(Providers.of("", terms.type.label(), URI.create(terms.url))))
        .ifPresent(provider -> toml.put("provider", provider));
    terms.keyVariable.ifPresent(variable -> toml.put("api_key_env", variable));
    if (terms.isOwn && terms.type == BackendType.GENERIC) {
      toml.put("location", "local");
    }
    whole(toml, "priority", terms.order);
    if (!draft.asked && !draft.models.isEmpty()) {
      toml.put("models", List.copyOf(draft.models));
    }
    if (!terms.type.apis().containsAll(draft.apis)) {
      var all = EnumSet.copyOf(draft.apis);
      all.addAll(terms.type.apis());
      toml.put("apis", all.stream().map(Api::label).toList());
    }
    whole(toml, "max_concurrent", terms.maxConcurrent);
    whole(toml, "requests_per_minute", terms.requests);
    whole(toml, "tokens_per_minute", terms.tokens);
    if (!terms.headers.isEmpty()) {
      var pairs = new ArrayList<String>();
      terms.headers.entrySet().stream()
          .sorted(Map.Entry.comparingByKey())
          .forEach(
              pair ->
                  pairs.add(
                      TomlText.key(pair.getKey()) + " = " + TomlText.quoted(pair.getValue())));
      toml.plain("headers", "{ " + String.join(", ", pairs) + " }");
    }
  }
}
