/**
 * How a gateway draws from a ledger that it shares with others. Start at {@code LedgerThread},
 * whose comment explains the whole; requests enter at {@code LeasedFunds}. Knows no database, no
 * routing and no HTTP.
 */
@org.jspecify.annotations.NullMarked
package io.nexus.control.lease;
