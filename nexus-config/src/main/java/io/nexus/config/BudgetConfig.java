package io.nexus.config;

import io.nexus.control.budget.BudgetTerms;
import io.nexus.control.budget.Dimension;
import io.nexus.control.budget.HardLimitAction;
import io.nexus.control.budget.HoldPolicy;
import io.nexus.control.budget.Per;
import io.nexus.control.budget.Window;
import io.nexus.control.money.Money;
import io.nexus.control.pricing.Providers;
import io.nexus.control.routing.UnboundedPolicy;
import io.nexus.control.routing.UnpricedPolicy;
import java.time.Duration;
import java.time.ZoneId;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;

/**
 * {@code [budget]}, the global budget, or one of {@code [[budgets]]} beside it.
 *
 * @param name {@link BudgetTerms#GLOBAL} or the name of one beside it
 * @param per what each value of which has a budget of its own; empty for a single budget
 * @param maxValues the most of those that are in memory
 * @param match the conditions that a request must meet; none for every request
 * @param limit the most that a cycle may cost; empty only in the global budget, which then limits
 *     nothing
 * @param window how often the budget starts afresh; monthly in the global budget
 * @param softLimitPercent from this share of the limit on, local backends are preferred; 0 to 100
 * @param hardLimitAction what happens when the limit does not allow a request
 * @param billingCycleStartDay the day on which a monthly window starts; 1 to 31
 * @param timeZone of the window's days
 * @param reconciliationInterval between two runs of the reconciliation loop; that of the global
 *     budget counts
 * @param onError what happens while the budget service itself fails
 * @param mode whether the budget acts
 * @param overBudgetStatus the HTTP status of a refusal
 * @param holds how much of a stream's cost is held at first
 * @param unpriced what happens to models without a price
 * @param unbounded what happens to requests with parts whose cost the body does not bound
 * @param minOutputTokens a request is not clamped below this
 * @param defaultMaxOutputTokens the most output where neither client nor model says
 * @param queue the requests that wait
 */
public record BudgetConfig(
    String name,
    Optional<Per> per,
    int maxValues,
    Map<Dimension, String> match,
    Optional<Money> limit,
    Window window,
    int softLimitPercent,
    HardLimitAction hardLimitAction,
    int billingCycleStartDay,
    ZoneId timeZone,
    Duration reconciliationInterval,
    BudgetErrorPolicy onError,
    BudgetMode mode,
    OverBudgetStatus overBudgetStatus,
    HoldPolicy holds,
    UnpricedPolicy unpriced,
    UnboundedPolicy unbounded,
    int minOutputTokens,
    int defaultMaxOutputTokens,
    QueueConfig queue) {

  /** Stands before a team's name in that of its budget. */
  public static final String TEAM = "team/";

  /** Copies the map. */
  public BudgetConfig {
    match = Map.copyOf(match);
  }

  /** A key's budget of its own, named {@code key/NAME}; empty if it has none. */
  public static Optional<BudgetConfig> ofKey(KeyConfig key, BudgetConfig global) {
    return key.allowance()
        .map(
            own ->
                global.beside(
                    "key/" + key.name(),
                    Map.of(Dimension.KEY, key.name()),
                    own.limit(),
                    own.window()));
  }

  /** A team's budget, named {@code team/NAME}; empty if it has none. */
  public static Optional<BudgetConfig> ofTeam(TeamConfig team, BudgetConfig global) {
    return team.allowance()
        .map(
            own ->
                global.beside(
                    TEAM + team.name(),
                    Map.of(Dimension.TEAM, team.name()),
                    own.limit(),
                    own.window()));
  }

  /** Another budget that takes from this one what is not given here. */
  private BudgetConfig beside(
      String other, Map<Dimension, String> conditions, Money most, Window cycles) {
    return new BudgetConfig(
        other,
        Optional.empty(),
        maxValues,
        conditions,
        Optional.of(most),
        Windows.startingOn(billingCycleStartDay, cycles),
        softLimitPercent,
        hardLimitAction,
        billingCycleStartDay,
        timeZone,
        reconciliationInterval,
        onError,
        mode,
        overBudgetStatus,
        holds,
        unpriced,
        unbounded,
        minOutputTokens,
        defaultMaxOutputTokens,
        queue);
  }

  /** The part that the accounting goes by; empty if nothing is limited. */
  public Optional<BudgetTerms> terms() {
    return limit.map(
        most ->
            new BudgetTerms(
                name,
                canonical(match),
                most,
                window,
                timeZone,
                softLimitPercent,
                hardLimitAction,
                mode == BudgetMode.SHADOW,
                holds));
  }

  /** A provider by the one spelling that backends are given. */
  static Map<Dimension, String> canonical(Map<Dimension, String> match) {
    var provider = match.get(Dimension.PROVIDER);
    if (provider == null) {
      return match;
    }
    var all = new EnumMap<>(match);
    all.put(Dimension.PROVIDER, Providers.canonical(provider));
    return all;
  }
}
