package io.nexus.control.spi;

import io.nexus.control.ledger.Ledger;
import io.nexus.control.ledger.LedgerException;
import io.nexus.control.ledger.LedgerReports;
import io.nexus.control.ledger.LedgerSettings;

/** Opens ledgers of one or more kinds. */
public non-sealed interface LedgerFactory extends NexusExtension {

  /** Whether it knows how to open such an address. */
  boolean opens(String url);

  /**
   * Opens a ledger for a gateway, and makes it if it does not exist.
   *
   * <p>The gateway calls it on a platform thread, again and again while the ledger is away.
   *
   * @throws LedgerException of kind {@code IN_USE} if the ledger serves one gateway and has it
   */
  Ledger open(LedgerSettings settings) throws LedgerException;

  /**
   * Opens the books of an existing ledger, also while gateways run on it.
   *
   * @throws LedgerException if there is no such ledger
   */
  LedgerReports books(LedgerSettings settings) throws LedgerException;
}
