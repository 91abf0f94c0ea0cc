package io.nexus.control.ledger;

import io.nexus.control.money.Money;

/**
 * A node's request for money of a budget.
 *
 * <p>Of what is free, {@code F = limit - settled - outstanding}, it is granted {@code max(least,
 * min(wanted, F / divisor))}, and nothing if {@code F < least}.
 *
 * @param charge the budget and cycle
 * @param limit the most that the cycle may cost
 * @param wanted the most that the node can use
 * @param least the least that the node can use; more than zero, at most {@code wanted}
 * @param divisor at least 1; keeps one node from drawing everything
 */
public record Draw(BudgetCycle charge, Money limit, Money wanted, Money least, int divisor) {

  /**
   * @throws IllegalArgumentException if the amounts contradict each other
   */
  public Draw {
    if (least.nanos() < 1 || wanted.compareTo(least) < 0 || divisor < 1) {
      throw new IllegalArgumentException(
          "a draw's least amount is above zero and at most the wanted one: "
              + wanted
              + ", "
              + least);
    }
  }

  /** The amount granted if the given amount is free. */
  public Money of(Money free) {
    if (free.compareTo(least) < 0) {
      return Money.ZERO;
    }
    return new Money(Math.max(least.nanos(), Math.min(wanted.nanos(), free.nanos() / divisor)));
  }

  /** By the charge alone: a ledger receives at most one draw for each. */
  @Override
  public int hashCode() {
    return charge.hashCode();
  }
}
