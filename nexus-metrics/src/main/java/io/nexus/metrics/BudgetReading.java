package io.nexus.metrics;

import io.nexus.control.money.Money;

/**
 * A budget at one instant, as the gauges show it.
 *
 * @param spent settled in the current cycle
 * @param held by requests that are running
 * @param limit what may be spent in a cycle; {@link #UNLIMITED} if there is no limit
 */
public record BudgetReading(Money spent, Money held, Money limit) {

  /** Stands for the absence of a limit; the page shows {@code +Inf}. */
  public static final Money UNLIMITED = new Money(Long.MAX_VALUE);

  private static final double PERCENT = 100;

  double spentUsd() {
    return usd(spent);
  }

  double heldUsd() {
    return usd(held);
  }

  double limitUsd() {
    return limit.equals(UNLIMITED) ? Double.POSITIVE_INFINITY : usd(limit);
  }

  /** Settled spending as a share of the limit; a limit of nothing is used up from the start. */
  double percentUsed() {
    if (limit.equals(UNLIMITED)) {
      return 0;
    }
    return limit.nanos() <= 0 ? PERCENT : PERCENT * spent.nanos() / limit.nanos();
  }

  private static double usd(Money amount) {
    return amount.nanos() / PageWriter.NANOS;
  }
}
