package io.nexus.config;

import io.nexus.control.routing.Api;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What requests with a key may do.
 *
 * @param models the models that they may name, with {@code *} for any text; none for all
 * @param apis the APIs that they may use; none for all
 * @param expiresAt the time from which the key is refused
 * @param disabled whether the key is disabled
 * @param trustUser whether to use the {@code user} in a request's body, for applications that vouch
 *     for their users
 * @param mayTag whether to use the tags in the request's header
 * @param highPriority whether its requests have high priority in queues by default
 * @param overBudgetStatus the status of a refusal over a budget, if not the budget's own
 */
public record KeyRules(
    List<String> models,
    Set<Api> apis,
    Optional<Instant> expiresAt,
    boolean disabled,
    boolean trustUser,
    boolean mayTag,
    boolean highPriority,
    Optional<OverBudgetStatus> overBudgetStatus) {

  /** Allows everything without end. */
  public static final KeyRules NONE =
      new KeyRules(
          List.of(), Set.of(), Optional.empty(), false, false, true, false, Optional.empty());

  /** Copies the collections. */
  public KeyRules {
    models = List.copyOf(models);
    apis = Set.copyOf(apis);
  }
}
