package io.nexus.control.spi;

import io.nexus.control.ledger.Ledger;
import io.nexus.control.ledger.LedgerException;
import io.nexus.control.ledger.LedgerReports;
import io.nexus.control.ledger.LedgerSettings;
import io.nexus.control.ledger.Moved;
import io.nexus.control.ledger.Restored;
import java.nio.file.Path;
import java.time.Instant;

/** Opens ledgers of one or more kinds. */
public non-sealed interface LedgerFactory extends NexusExtension {

  /** Whether it can open such an address. */
  boolean opens(String url);

  /**
   * Opens a ledger for a gateway; creates it if it does not exist.
   *
   * <p>The gateway calls it on a platform thread, repeatedly while the ledger is unreachable.
   *
   * @throws LedgerException of kind {@code IN_USE} if the ledger serves only one gateway and
   *     another has it open
   */
  Ledger open(LedgerSettings settings) throws LedgerException;

  /**
   * Opens the reports of an existing ledger, also while gateways use it.
   *
   * @throws LedgerException if there is no such ledger
   */
  LedgerReports books(LedgerSettings settings) throws LedgerException;

  /**
   * Copies a ledger into an empty one, which is created if it does not exist. Opens both itself.
   *
   * @throws LedgerException of kind {@code IN_USE} if a gateway runs on the first or has money
   *     drawn there, or if the second is not empty; nothing is changed then
   */
  default Moved move(LedgerSettings from, LedgerSettings to) throws LedgerException {
    throw new LedgerException(
        LedgerException.Kind.ADDRESS,
        "ledger move: " + from.shownUrl() + ": such a ledger cannot be moved: name another");
  }

  /**
   * Replaces a ledger by a backup, and keeps the previous ledger.
   *
   * @param backup the file that {@link LedgerReports#backup} wrote
   * @param at the time, used to name the previous ledger
   * @throws LedgerException of kind {@code IN_USE} if a gateway uses the ledger; of kind {@code
   *     ADDRESS} if this kind of ledger is restored by other means, which the message names
   */
  default Restored restore(LedgerSettings settings, Path backup, Instant at)
      throws LedgerException {
    throw new LedgerException(
        LedgerException.Kind.ADDRESS,
        "ledger restore: "
            + settings.shownUrl()
            + ": such a ledger has no files: set [ledger] url to a database");
  }
}
