package io.nexus.control.budget;

import io.nexus.control.money.Money;

/**
 * Why a request does not fit its budgets.
 *
 * @param budget the tightest budget that it does not fit
 * @param required the amount to hold
 * @param action the most severe action of all budgets that it does not fit
 */
public record BudgetViolation(BudgetState budget, Money required, HardLimitAction action) {}
