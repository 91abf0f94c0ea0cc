package io.nexus.control.memory;

import io.nexus.control.ledger.LedgerException;
import io.nexus.control.ledger.LedgerException.Kind;
import io.nexus.control.ledger.LedgerReports;
import io.nexus.control.ledger.LedgerSettings;
import io.nexus.control.spi.LedgerFactory;
import java.time.InstantSource;

/** Makes ledgers that live in the process and end with it: {@code ledger.url = "memory"}. */
public final class MemoryLedgerFactory implements LedgerFactory {

  /** The only address that it opens. */
  public static final String URL = "memory";

  private static final int RECORDS_KEPT = 20_000;

  /** Called by the service loader. */
  public MemoryLedgerFactory() {}

  @Override
  public String name() {
    return URL;
  }

  @Override
  public boolean opens(String url) {
    return url.equals(URL);
  }

  @Override
  public MemoryLedger open(LedgerSettings settings) {
    return ledger(InstantSource.system());
  }

  /** A ledger with the given clock. */
  public static MemoryLedger ledger(InstantSource clock) {
    return new MemoryLedger(clock, RECORDS_KEPT);
  }

  @Override
  public LedgerReports books(LedgerSettings settings) throws LedgerException {
    throw new LedgerException(
        Kind.ADDRESS,
        "ledger: \"memory\": it ends with its gateway, so there are no reports to open: ask the"
            + " gateway, or set [ledger] url to a database");
  }
}
