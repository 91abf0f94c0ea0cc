package io.nexus.control.ledger;

import io.nexus.control.money.Money;

/**
 * The figures of a budget's cycle after a call.
 *
 * @param charge the budget and cycle
 * @param granted the amount that this call granted
 * @param settled the settled spend of all nodes
 * @param outstanding the money that all nodes have drawn and not settled
 * @param mine the caller's part of that
 * @param limit the lowest limit that a living node enforces on the cycle; it applies to all nodes.
 *     {@link Money#MOST} if none is known
 * @param limitedBy the node with that limit; empty if none is known
 */
public record Standing(
    BudgetCycle charge,
    Money granted,
    Money settled,
    Money outstanding,
    Money mine,
    Money limit,
    String limitedBy) {

  /** A standing without a known limit. */
  public Standing(BudgetCycle charge, Money granted, Money settled, Money outstanding, Money mine) {
    this(charge, granted, settled, outstanding, mine, Money.MOST, "");
  }
}
