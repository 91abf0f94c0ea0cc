package io.nexus.control.budget;

import io.nexus.control.money.Money;

/**
 * Why a request does not fit its budgets.
 *
 * @param budget the tightest of those that it does not fit
 * @param required what it would have to hold
 * @param action the most severe action of all that it does not fit
 */
public record BudgetViolation(BudgetState budget, Money required, HardLimitAction action) {}
