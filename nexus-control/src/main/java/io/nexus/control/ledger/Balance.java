package io.nexus.control.ledger;

import io.nexus.control.money.Money;

/**
 * A budget's cycle in the books.
 *
 * @param charge the budget and cycle
 * @param limit the limit at the last draw; zero if nobody has drawn
 * @param settled what it has cost
 * @param outstanding what nodes have drawn and not settled
 */
public record Balance(BudgetCycle charge, Money limit, Money settled, Money outstanding) {}
