package io.nexus.control.limit;

import io.nexus.control.budget.Dimension;
import io.nexus.control.budget.Each;
import io.nexus.control.budget.HardLimitAction;
import io.nexus.control.budget.Window;
import java.time.ZoneId;
import java.util.Map;
import java.util.Optional;

/**
 * The configuration of one limit.
 *
 * @param name unique among the limits
 * @param match the conditions under which a request belongs to it, all of which must hold
 * @param most the maximum of each unit in a window; for {@link Unit#PARALLEL}, at any moment
 * @param window the window, after which the count starts anew
 * @param zone the time zone of the window's days
 * @param shared whether the gateways of a ledger share the count; if not, each counts for itself
 * @param action what happens to a request that does not fit: it is refused, or it waits
 * @param each set if the values of a dimension are counted separately; else empty
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

  /** The prefix of the names of backends' quotas; no other limit may use it. */
  public static final String BACKEND = "backend/";

  /**
   * Copies the maps.
   *
   * @throws IllegalArgumentException if it limits nothing, a maximum is negative, or the action is
   *     neither to reject nor to queue
   */
  public LimitTerms {
    match = Map.copyOf(match);
    most = Map.copyOf(most);
    if (most.isEmpty() || most.values().stream().anyMatch(amount -> amount < 0)) {
      throw new IllegalArgumentException(
          "limit " + name + ": limits nothing, or has a negative maximum");
    }
    if (action != HardLimitAction.REJECT && action != HardLimitAction.QUEUE) {
      throw new IllegalArgumentException("limit " + name + ": rejects or queues: " + action);
    }
  }
}
