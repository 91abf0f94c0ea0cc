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
 */
public record Standing(
    BudgetCycle charge, Money granted, Money settled, Money outstanding, Money mine) {}
