package io.nexus.control.budget;

import io.nexus.control.money.Money;
import java.time.ZoneId;
import java.util.Map;

/**
 * The configuration of one budget.
 *
 * @param name unique among the budgets
 * @param match the conditions under which a request belongs to it, all of which must hold; none for
 *     every request
 * @param limit the most that a cycle may cost
 * @param window how long a cycle is
 * @param zone the time zone of the window's days
 * @param softLimitPercent the share of the limit above which local backends are preferred; 0 to 100
 * @param action what happens when the limit does not allow a request
 * @param shadow whether the budget only reports what it would have done
 * @param holds how much of a stream's cost it holds at first
 */
public record BudgetTerms(
    String name,
    Map<Dimension, String> match,
    Money limit,
    Window window,
    ZoneId zone,
    int softLimitPercent,
    HardLimitAction action,
    boolean shadow,
    HoldPolicy holds) {

  /** The name of the budget that every request belongs to. */
  public static final String GLOBAL = "global";

  /**
   * Copies the map.
   *
   * @throws IllegalArgumentException if the limit is negative or the percentage is not one
   */
  public BudgetTerms {
    match = Map.copyOf(match);
    if (limit.nanos() < 0) {
      throw new IllegalArgumentException("budget " + name + ": a limit is not negative: " + limit);
    }
    if (softLimitPercent < 0 || softLimitPercent > 100) {
      throw new IllegalArgumentException(
          "budget " + name + ": a soft limit is 0 to 100 percent: " + softLimitPercent);
    }
  }

  /** A budget with elastic holds. */
  public BudgetTerms(
      String name,
      Map<Dimension, String> match,
      Money limit,
      Window window,
      ZoneId zone,
      int softLimitPercent,
      HardLimitAction action,
      boolean shadow) {
    this(name, match, limit, window, zone, softLimitPercent, action, shadow, HoldPolicy.ELASTIC);
  }

  /** Whether any condition concerns the candidate. */
  boolean asksForCandidate() {
    for (var dimension : match.keySet()) {
      if (!dimension.ofCaller()) {
        return true;
      }
    }
    return false;
  }

  /** Whether the caller meets all conditions that concern the caller. */
  boolean admits(Caller caller) {
    return asks(Dimension.KEY, caller.key())
        && asks(Dimension.TEAM, caller.team())
        && asks(Dimension.USER, caller.user())
        && asks(Dimension.SESSION, caller.session())
        && (!match.containsKey(Dimension.TAG) || caller.tags().contains(match.get(Dimension.TAG)));
  }

  /** Whether the candidate meets all conditions that concern the candidate. */
  boolean admits(String provider, String backend, String model) {
    return asks(Dimension.PROVIDER, provider)
        && asks(Dimension.BACKEND, backend)
        && (!match.containsKey(Dimension.MODEL)
            || new Glob(match.getOrDefault(Dimension.MODEL, "")).matches(model));
  }

  private boolean asks(Dimension dimension, String value) {
    return match.getOrDefault(dimension, value).equals(value);
  }

  /** These terms with or without shadow mode. */
  public BudgetTerms withShadow(boolean only) {
    return new BudgetTerms(name, match, limit, window, zone, softLimitPercent, action, only, holds);
  }

  /** These terms under another name. */
  BudgetTerms named(String other) {
    return new BudgetTerms(
        other, match, limit, window, zone, softLimitPercent, action, shadow, holds);
  }

  /** Whether the limit stops requests, rather than being reported only. */
  public boolean enforced() {
    return !shadow && action != HardLimitAction.WARN;
  }
}
