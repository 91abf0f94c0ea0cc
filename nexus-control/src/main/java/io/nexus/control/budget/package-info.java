/**
 * What may be spent: budgets, their cycles, and the one word that decides on each. Start at {@link
 * io.nexus.control.budget.Budgets}. Knows no ledger, no routing and no HTTP.
 */
@org.jspecify.annotations.NullMarked
package io.nexus.control.budget;
