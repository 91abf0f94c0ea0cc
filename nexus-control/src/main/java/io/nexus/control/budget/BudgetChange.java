package io.nexus.control.budget;

/**
 * What an operator's change of a budget did.
 *
 * @param before its figures before the change
 * @param after its figures once the change held
 */
public record BudgetChange(BudgetState before, BudgetState after) {}
