package io.nexus.config;

import io.nexus.control.money.Money;
import java.time.Duration;
import java.util.Optional;

/**
 * {@code [ledger]}: where spend is stored, and how much of a budget a gateway draws at a time.
 *
 * @param url {@link #MEMORY}, the JDBC address of SQLite or PostgreSQL, or an address that an
 *     extension opens, without a password
 * @param password the database password; may be unset
 * @param node this gateway's name among those that share the ledger; empty for host name and port
 * @param keepDays for how many days spend records are kept
 * @param leaseTtl a gateway that has not renewed for this long counts as dead
 * @param maxChunk the most money drawn ahead at once, and so the most that a crash can strand on a
 *     budget
 * @param journalMaxBytes the largest size of the journal
 */
public record LedgerConfig(
    String url,
    Secret password,
    Optional<String> node,
    int keepDays,
    Duration leaseTtl,
    Money maxChunk,
    long journalMaxBytes) {

  /** The address of the in-memory ledger. */
  public static final String MEMORY = "memory";

  /** Whether the ledger is in memory. */
  public boolean isMemory() {
    return url.equals(MEMORY);
  }
}
