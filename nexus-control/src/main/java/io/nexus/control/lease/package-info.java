/** How a gateway draws from a ledger that it shares with others. Start at {@code LedgerThread}. */
@org.jspecify.annotations.NullMarked
package io.nexus.control.lease;
