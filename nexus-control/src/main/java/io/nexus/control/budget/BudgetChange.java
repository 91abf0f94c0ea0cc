package io.nexus.control.budget;

/**
 * The effect of an operator's change to a budget.
 *
 * @param before its figures before the change
 * @param after its figures after the change
 */
public record BudgetChange(BudgetState before, BudgetState after) {}
