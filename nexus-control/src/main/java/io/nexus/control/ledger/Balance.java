package io.nexus.control.ledger;

import io.nexus.control.money.Money;

/**
 * The ledger's figures of a budget's cycle.
 *
 * @param charge the budget and cycle
 * @param limit the limit at the last draw; zero if there was none
 * @param settled the settled spend
 * @param outstanding the money that nodes have drawn and not settled
 */
public record Balance(BudgetCycle charge, Money limit, Money settled, Money outstanding) {}
