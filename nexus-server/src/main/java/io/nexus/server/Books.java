package io.nexus.server;

import io.nexus.config.LedgerConfig;
import io.nexus.config.NexusConfig;
import io.nexus.control.ledger.LedgerException;
import io.nexus.control.ledger.LedgerReports;
import io.nexus.control.ledger.LedgerSettings;
import io.nexus.control.spi.LedgerFactory;

/** Opens the reports of a configuration's ledger. */
public final class Books {

  private Books() {}

  /**
   * Opens them with the installed extensions, also while gateways use the ledger.
   *
   * @throws LedgerException if there is no ledger, or it cannot be read
   * @throws StartException if no extension opens this kind of ledger
   */
  public static LedgerReports open(NexusConfig config) throws LedgerException {
    var settings = settings(config.ledger());
    return factory(settings).books(settings);
  }

  /**
   * The factory that opens the ledger.
   *
   * @throws StartException if there is none
   */
  public static LedgerFactory factory(LedgerSettings settings) {
    return factory(Extensions.installed(), settings);
  }

  /**
   * The factory, among some extensions, that opens the ledger.
   *
   * @throws StartException if there is none
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

  /** The ledger's address; the password is empty if none is set. */
  public static LedgerSettings settings(LedgerConfig ledger) {
    return new LedgerSettings(
        ledger.url(), ledger.password().isSet() ? ledger.password().reveal() : "");
  }
}
