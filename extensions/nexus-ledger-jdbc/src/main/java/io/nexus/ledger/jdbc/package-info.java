/**
 * The ledger in SQLite and PostgreSQL. Start at {@code JdbcLedger}; what the two databases say
 * differently is behind {@code Dialect}.
 */
@org.jspecify.annotations.NullMarked
package io.nexus.ledger.jdbc;
