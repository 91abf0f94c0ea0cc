package io.nexus.metrics;

import io.nexus.control.money.Money;

/**
 * A budget's state at one instant, for the gauges.
 *
 * @param spent the amount settled in the current cycle
 * @param held the amount held by running requests
 * @param limit the limit per cycle; {@link #UNLIMITED} if there is none
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

  /** The settled spend in percent of the limit; a limit of zero counts as fully used. */
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
