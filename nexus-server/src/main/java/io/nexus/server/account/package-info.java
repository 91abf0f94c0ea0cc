/**
 * Totals since the start for {@code /v1/stats}, and the end of records that the ledger has kept for
 * long enough.
 */
@org.jspecify.annotations.NullMarked
package io.nexus.server.account;
