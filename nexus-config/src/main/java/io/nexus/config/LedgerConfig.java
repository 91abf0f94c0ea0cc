package io.nexus.config;

import io.nexus.control.money.Money;
import java.time.Duration;
import java.util.Optional;

/**
 * {@code [ledger]}: where spend is kept, and how much of a budget a gateway draws from it at a
 * time.
 *
 * @param url {@link #MEMORY}, the JDBC address of SQLite or PostgreSQL, or an address that an
 *     extension opens, without a password
 * @param password of the database; need not have a value
 * @param node this gateway's name among those that share the ledger; empty for host name and port
 * @param keepDays for how many days spend records are kept
 * @param leaseTtl after so long without a sign of life a gateway's draws may be reclaimed
 * @param maxChunk the most that is drawn at once, and so the most that one crash can strand on a
 *     budget
 * @param journalMaxBytes how large the file of records that wait for the ledger may grow
 */
public record LedgerConfig(
    String url,
    Secret password,
    Optional<String> node,
    int keepDays,
    Duration leaseTtl,
    Money maxChunk,
    long journalMaxBytes) {

  /** The address of the ledger that forgets at the end of the process. */
  public static final String MEMORY = "memory";

  /** Whether nothing is kept beyond the process. */
  public boolean isMemory() {
    return url.equals(MEMORY);
  }
}
