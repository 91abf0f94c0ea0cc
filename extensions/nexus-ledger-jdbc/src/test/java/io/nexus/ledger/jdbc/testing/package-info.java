/**
 * A database and a network of the tests' own, for this module and for those that run on its
 * ledgers. Start with {@link io.nexus.ledger.jdbc.testing.PostgresServer}. Nothing here knows how a
 * ledger works.
 */
package io.nexus.ledger.jdbc.testing;
