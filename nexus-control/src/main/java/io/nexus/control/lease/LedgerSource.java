package io.nexus.control.lease;

import io.nexus.control.spi.Ledger;
import io.nexus.control.spi.LedgerException;

/** Opens the ledger; called again while it cannot be opened. */
@FunctionalInterface
public interface LedgerSource {

  /** The ledger, open. */
  Ledger open() throws LedgerException;
}
