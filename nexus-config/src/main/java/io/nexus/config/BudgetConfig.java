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
 * {@code [budget]}, the global budget, or one of {@code [[budgets]]}.
 *
 * @param name {@link BudgetTerms#GLOBAL} or the name of one of {@code [[budgets]]}
 * @param per the dimension whose values have separate budgets; empty for a single budget
 * @param maxValues the largest number of these kept in memory
 * @param match the conditions that a request must meet; none for every request
 * @param limit the most that a cycle may cost; empty only in the global budget, which then limits
 *     nothing
 * @param window how often a new cycle starts; monthly in the global budget
 * @param softLimitPercent the share of the limit above which local backends are preferred; 0 to 100
 * @param hardLimitAction what happens when the limit does not allow a request
 * @param billingCycleStartDay the day on which a monthly window starts; 1 to 31
 * @param timeZone the time zone of the window's days
 * @param reconciliationInterval between two runs of the reconciliation loop; only the global
 *     budget's applies
 * @param onError what happens while the ledger is unreachable
 * @param mode whether the budget is enforced
 * @param overBudgetStatus the HTTP status of a refusal
 * @param holds how much of a stream's cost is held at first
 * @param unpriced what happens to models without a price
 * @param unbounded what happens to requests with parts whose cost the body does not bound
 * @param minOutputTokens requests are not clamped below this
 * @param defaultMaxOutputTokens the output limit if neither client nor model has one
 * @param queue the queue of waiting requests
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

  /** The prefix of the name of a team's budget. */
  public static final String TEAM = "team/";

  /** Copies the map. */
  public BudgetConfig {
    match = Map.copyOf(match);
  }

  /** A key's own budget, named {@code key/NAME}; empty if it has none. */
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

  /** Another budget that inherits everything else from this one. */
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

  /** The terms for the accounting; empty if there is no limit. */
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

  /** Replaces a provider's name by its canonical spelling. */
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
