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
 * A key that clients may come with.
 *
 * @param config what was laid down for it
 * @param digest of the key, which itself is not kept
 * @param caller who comes with it; the name of the key is the caller's
 * @param models what it may ask for, ready to be compared
 * @param teamModels what all keys of its team may ask for
 * @param source where it comes from
 * @param since from when on it has been known
 * @param version of the setting that makes or overrides it; 0 if it is as the file has it
 * @param lastUsedMillis when this gateway last let it in; 0 if it has not
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

  /** Nobody in particular, who may do everything: where there are no keys. */
  public static final ClientKey ANONYMOUS = anonymous();

  /** Where a key comes from. */
  public enum Source {
    /** {@code [[keys]]}. */
    CONFIGURATION,
    /** The admin API. */
    ADMIN
  }

  /** The key that is laid down so. */
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

  /** The same, whose team may ask for these models. */
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

  /** What requests with it may do. */
  public KeyRules rules() {
    return config.rules();
  }

  /** Whether it may ask for the model. */
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
   * Refuses what the key may not ask for.
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

  /** An error as this key is told it: a refusal over a budget may have a status of the key's. */
  public ApiException told(Api api, ApiException error) {
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
