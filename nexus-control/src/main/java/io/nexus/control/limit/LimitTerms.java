package io.nexus.control.limit;

import io.nexus.control.budget.Dimension;
import io.nexus.control.budget.Each;
import io.nexus.control.budget.HardLimitAction;
import io.nexus.control.budget.Window;
import java.time.ZoneId;
import java.util.Map;
import java.util.Optional;

/**
 * What an operator has laid down for one limit.
 *
 * @param name unique among the limits
 * @param match the conditions under which a request belongs to it, all of which must hold
 * @param most how much of each unit a window allows; of {@link Unit#PARALLEL}, at any moment
 * @param window after which the count starts anew
 * @param zone the time zone of the window's days
 * @param shared whether all gateways of a ledger count together; if not, each counts for itself
 * @param action what happens to a request that does not fit: it is refused, or it waits
 * @param each that each value of something is counted by itself; empty if all count together
 */
public record LimitTerms(
    String name,
    Map<Dimension, String> match,
    Map<Unit, Long> most,
    Window window,
    ZoneId zone,
    boolean shared,
    HardLimitAction action,
    Optional<Each> each) {

  /** What the names of backends' quotas begin with; no other limit can have such a name. */
  public static final String BACKEND = "backend/";

  /**
   * Copies the maps.
   *
   * @throws IllegalArgumentException if it limits nothing, or allows less than nothing, or neither
   *     rejects nor queues
   */
  public LimitTerms {
    match = Map.copyOf(match);
    most = Map.copyOf(most);
    if (most.isEmpty() || most.values().stream().anyMatch(amount -> amount < 0)) {
      throw new IllegalArgumentException("limit " + name + ": limits nothing, or below nothing");
    }
    if (action != HardLimitAction.REJECT && action != HardLimitAction.QUEUE) {
      throw new IllegalArgumentException("limit " + name + ": rejects or queues: " + action);
    }
  }
}
