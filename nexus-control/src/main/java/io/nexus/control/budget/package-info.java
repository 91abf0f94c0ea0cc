/**
 * Limits on spend: budgets, their cycles, and the account that decides on each hold. Start at
 * {@link io.nexus.control.budget.Budgets}. Knows no ledger, no routing and no HTTP.
 */
@org.jspecify.annotations.NullMarked
package io.nexus.control.budget;
