/**
 * The ledger in SQLite and PostgreSQL. Start at {@code JdbcLedger}; the differences of the two
 * databases are behind {@code Dialect}.
 */
@org.jspecify.annotations.NullMarked
package io.nexus.ledger.jdbc;
