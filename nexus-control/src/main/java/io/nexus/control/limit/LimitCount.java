package io.nexus.control.limit;

import io.nexus.control.budget.RequestBudgets;
import io.nexus.control.money.Money;
import java.util.Optional;

/**
 * The accounts of one unit that a request belongs to at one candidate.
 *
 * @param unit what they count
 * @param shared whether gateways count together
 * @param accounts in which one of the unit is one nano-dollar
 */
public record LimitCount(Unit unit, boolean shared, RequestBudgets accounts) {

  /** How much of the unit is left on the tightest. */
  public long available(long nowMillis) {
    return accounts.available(nowMillis).nanos();
  }

  /** How the tightest stands. */
  public Optional<LimitState> tightest(long nowMillis) {
    return accounts.states(nowMillis).stream()
        .map(state -> LimitState.of(unit, state))
        .min((a, b) -> Long.compare(a.remaining(), b.remaining()));
  }

  /** Why so much does not fit; empty if it does. */
  public Optional<LimitExcess> excess(long required, long nowMillis) {
    return accounts
        .violation(new Money(required), nowMillis)
        .map(
            violation ->
                new LimitExcess(
                    LimitState.of(unit, violation.budget()), required, violation.action()));
  }
}
