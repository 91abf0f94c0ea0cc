/**
 * Limits other than money: requests, tokens and parallel requests, counted on the accounts that
 * budgets have. Start at {@link io.nexus.control.limit.Limits}. Knows budgets, and neither holds
 * nor ledgers.
 */
@org.jspecify.annotations.NullMarked
package io.nexus.control.limit;
