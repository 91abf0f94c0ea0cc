package io.nexus.server;

import io.nexus.config.LedgerConfig;
import io.nexus.config.NexusConfig;
import io.nexus.control.ledger.LedgerException;
import io.nexus.control.ledger.LedgerReports;
import io.nexus.control.ledger.LedgerSettings;
import io.nexus.control.spi.LedgerFactory;

/** The books of the ledger that a configuration names. */
public final class Books {

  private Books() {}

  /**
   * Opens them with the extensions that are installed, also while gateways run on them.
   *
   * @throws LedgerException if there are none, or they cannot be read
   * @throws StartException if no extension opens such a ledger
   */
  public static LedgerReports open(NexusConfig config) throws LedgerException {
    var settings = settings(config.ledger());
    return factory(settings).books(settings);
  }

  /**
   * What opens such a ledger.
   *
   * @throws StartException if no extension does
   */
  public static LedgerFactory factory(LedgerSettings settings) {
    return factory(Extensions.installed(), settings);
  }

  /**
   * What of some extensions opens such a ledger.
   *
   * @throws StartException if none does
   */
  public static LedgerFactory factory(Extensions extensions, LedgerSettings settings) {
    for (var factory : extensions.ledgers()) {
      if (factory.opens(settings.url())) {
        return factory;
      }
    }
    throw new StartException(
        "ledger",
        settings.shownUrl(),
        "nothing opens such a ledger: use jdbc:sqlite:FILE or jdbc:postgresql://HOST/DATABASE");
  }

  /** Where the ledger is; the password is empty if none is set. */
  public static LedgerSettings settings(LedgerConfig ledger) {
    return new LedgerSettings(
        ledger.url(), ledger.password().isSet() ? ledger.password().reveal() : "");
  }
}
