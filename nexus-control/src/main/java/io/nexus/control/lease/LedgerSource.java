package io.nexus.control.lease;

import io.nexus.control.ledger.Ledger;
import io.nexus.control.ledger.LedgerException;

/** Opens the ledger; called again while it cannot be opened. */
@FunctionalInterface
public interface LedgerSource {

  /** The ledger, open. */
  Ledger open() throws LedgerException;
}
