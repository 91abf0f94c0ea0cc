package io.nexus.server.http;

import io.nexus.config.KeyConfig;
import io.nexus.config.KeyConfig.Credential;
import io.nexus.config.KeyRules;
import io.nexus.config.OverBudgetStatus;
import io.nexus.control.budget.Caller;
import io.nexus.control.budget.Glob;
import io.nexus.control.routing.Api;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;

/**
 * A key of clients.
 *
 * @param config its definition
 * @param digest the key's digest; the key itself is not kept
 * @param caller its caller, with the key's name
 * @param models the models that it may use
 * @param teamModels the models that its team may use
 * @param source its source
 * @param since since when it is known
 * @param version the version of the setting that creates or overrides it; 0 if the file's
 *     definition is unchanged
 * @param lastUsedMillis when this gateway last accepted it; 0 if never
 */
public record ClientKey(
    KeyConfig config,
    KeyDigest digest,
    Caller caller,
    List<Glob> models,
    List<Glob> teamModels,
    Source source,
    Instant since,
    long version,
    AtomicLong lastUsedMillis) {

  private static final String OVER_BUDGET = "budget_exceeded";

  /** The anonymous client of a gateway without keys, who may do everything. */
  public static final ClientKey ANONYMOUS = anonymous();

  /** The source of a key. */
  public enum Source {
    /** {@code [[keys]]}. */
    CONFIGURATION,
    /** The admin API. */
    ADMIN
  }

  /** Creates a key from its definition. */
  public static ClientKey of(KeyConfig config, Source source, Instant since, long version) {
    return new ClientKey(
        config,
        KeyDigest.ofSha256(config.credential().sha256()),
        new Caller(
            config.name(), config.team().orElse(""), config.user().orElse(""), config.tags()),
        config.rules().models().stream().map(Glob::new).toList(),
        List.of(),
        source,
        since,
        version,
        new AtomicLong());
  }

  /** This key, restricted to its team's models. */
  public ClientKey inTeam(List<Glob> mayAskFor) {
    return new ClientKey(
        config, digest, caller, models, mayAskFor, source, since, version, lastUsedMillis);
  }

  private static ClientKey anonymous() {
    var rules =
        new KeyRules(
            List.of(),
            KeyRules.NONE.apis(),
            Optional.empty(),
            false,
            true,
            true,
            false,
            Optional.empty());
    var config =
        new KeyConfig(
            "",
            new Credential.Digest(""),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            List.of(),
            rules,
            Optional.empty(),
            Optional.empty(),
            Optional.empty());
    return new ClientKey(
        config,
        KeyDigest.of(""),
        Caller.ANONYMOUS,
        List.of(),
        List.of(),
        Source.CONFIGURATION,
        Instant.EPOCH,
        0,
        new AtomicLong());
  }

  /** The name, unique among the keys. */
  public String name() {
    return caller.key();
  }

  /** The rules for its requests. */
  public KeyRules rules() {
    return config.rules();
  }

  /** Whether it may use the model. */
  public boolean mayAskFor(String model) {
    return isAmong(models, model) && isAmong(teamModels, model);
  }

  private static boolean isAmong(List<Glob> globs, String model) {
    if (globs.isEmpty()) {
      return true;
    }
    for (var glob : globs) {
      if (glob.matches(model)) {
        return true;
      }
    }
    return false;
  }

  /**
   * Refuses APIs and models that the key may not use.
   *
   * @throws ApiException with status 403
   */
  public void check(Api api, String model) {
    var apis = rules().apis();
    if (!apis.isEmpty() && !apis.contains(api) && !apis.contains(api.family())) {
      throw new ApiException(
          403,
          new ApiError(
              "This key may not use this API, only: "
                  + apis.stream().map(Api::label).sorted().collect(Collectors.joining(", "))
                  + ".",
              "invalid_request_error",
              null,
              "api_not_allowed"),
          Map.of());
    }
    if (!mayAskFor(model)) {
      throw new ApiException(
          403,
          new ApiError(
              "This key may not ask for this model; GET /v1/models lists those that it may.",
              "invalid_request_error",
              "model",
              "model_not_allowed"),
          Map.of());
    }
  }

  /** Adapts an error to this key: a refusal over a budget may have the key's own status. */
  public ApiException adapted(Api api, ApiException error) {
    var own = rules().overBudgetStatus();
    if (own.isEmpty()
        || error.status() == 503
        || !(error.body() instanceof ApiError body)
        || !body.type().equals(OVER_BUDGET)) {
      return error;
    }
    int status = own.get().status(api);
    boolean quota = status == 429 && own.get() == OverBudgetStatus.AUTO;
    return new ApiException(
        status,
        new ApiError(
            body.message(),
            body.type(),
            body.param(),
            quota ? "insufficient_quota" : OVER_BUDGET,
            body.violation(),
            body.reasons()),
        error.headers());
  }
}
