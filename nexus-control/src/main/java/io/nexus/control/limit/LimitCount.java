package io.nexus.control.limit;

import io.nexus.control.budget.RequestBudgets;
import io.nexus.control.money.Money;
import java.util.Optional;

/**
 * The accounts of one unit to which a request belongs at one candidate.
 *
 * @param unit the counted unit
 * @param shared whether gateways share the count
 * @param accounts the accounts; one unit is one nano-dollar
 */
public record LimitCount(Unit unit, boolean shared, RequestBudgets accounts) {

  /** The units left on the tightest account. */
  public long available(long nowMillis) {
    return accounts.available(nowMillis).nanos();
  }

  /** The state of the tightest account. */
  public Optional<LimitState> tightest(long nowMillis) {
    return accounts.states(nowMillis).stream()
        .map(state -> LimitState.of(unit, state))
        .min((a, b) -> Long.compare(a.remaining(), b.remaining()));
  }

  /** Why {@code required} units do not fit; empty if they do. */
  public Optional<LimitExcess> excess(long required, long nowMillis) {
    return accounts
        .violation(new Money(required), nowMillis)
        .map(
            violation ->
                new LimitExcess(
                    LimitState.of(unit, violation.budget()), required, violation.action()));
  }
}
