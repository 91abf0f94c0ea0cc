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
 * @param expiresAt from when on the key is refused
 * @param disabled whether the key is refused for now
 * @param trustUser whether the {@code user} that a body names counts: for applications that vouch
 *     for their users
 * @param mayTag whether tags of the header count
 * @param highPriority whether they go first where requests wait, unless they say otherwise
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

  /** Everything, for ever. */
  public static final KeyRules NONE =
      new KeyRules(
          List.of(), Set.of(), Optional.empty(), false, false, true, false, Optional.empty());

  /** Copies the collections. */
  public KeyRules {
    models = List.copyOf(models);
    apis = Set.copyOf(apis);
  }
}
