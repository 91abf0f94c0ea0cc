package io.nexus.control.ledger;

import io.nexus.control.money.Money;

/**
 * How a budget's cycle stands after a call.
 *
 * @param charge the budget and cycle
 * @param granted what this call granted; zero for calls that grant nothing
 * @param settled what the cycle has cost, over all nodes
 * @param outstanding what all nodes have drawn and not settled
 * @param mine the caller's part of that
 * @param limit the lowest limit that a living node enforces on the cycle, which holds for all of
 *     them; {@link Money#MOST} if none is known
 * @param limitedBy the node whose limit that is; empty if none is known
 */
public record Standing(
    BudgetCycle charge,
    Money granted,
    Money settled,
    Money outstanding,
    Money mine,
    Money limit,
    String limitedBy) {

  /** One on which no node's limit is known. */
  public Standing(BudgetCycle charge, Money granted, Money settled, Money outstanding, Money mine) {
    this(charge, granted, settled, outstanding, mine, Money.MOST, "");
  }
}
