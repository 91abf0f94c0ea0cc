package io.nexus.control.ledger;

import io.nexus.control.money.Money;

/**
 * A node's wish for money of a budget.
 *
 * <p>Of what is free, {@code F = limit - settled - outstanding}, it is granted {@code max(least,
 * min(wanted, F / divisor))}, and nothing if {@code F < least}.
 *
 * @param charge the budget and cycle
 * @param limit the most that the cycle may cost
 * @param wanted the most that is of use
 * @param least the least that is of use; more than zero, at most what is wanted
 * @param divisor at least 1; keeps one node from drawing all that others will need
 */
public record Draw(BudgetCycle charge, Money limit, Money wanted, Money least, int divisor) {

  /**
   * @throws IllegalArgumentException if the amounts contradict each other
   */
  public Draw {
    if (least.nanos() < 1 || wanted.compareTo(least) < 0 || divisor < 1) {
      throw new IllegalArgumentException(
          "a draw wants at least the least, which is more than zero: " + wanted + ", " + least);
    }
  }

  /** What is granted of what is free. */
  public Money of(Money free) {
    if (free.compareTo(least) < 0) {
      return Money.ZERO;
    }
    return new Money(Math.max(least.nanos(), Math.min(wanted.nanos(), free.nanos() / divisor)));
  }

  /** Of what is drawn for: a ledger is asked for one draw a charge. */
  @Override
  public int hashCode() {
    return charge.hashCode();
  }
}
