package io.nexus.server;

import io.nexus.config.NexusConfig;
import io.nexus.control.ledger.LedgerException;
import io.nexus.control.ledger.LedgerReports;
import io.nexus.control.pricing.PricingRegistry;
import io.nexus.server.settings.PriceLines;
import java.time.InstantSource;

/** The prices that a gateway with a given configuration uses. */
public final class Prices {

  private Prices() {}

  /** With the installed extensions. */
  public static PricingRegistry of(NexusConfig config) {
    return Wiring.prices(config, Extensions.installed().pricingSources(), InstantSource.system());
  }

  /**
   * Also with the lines set by the admin API.
   *
   * @throws LedgerException if they cannot be read from the ledger
   */
  public static PricingRegistry of(NexusConfig config, LedgerReports books) throws LedgerException {
    var made = PriceLines.of(books.settings(PriceLines.PRICE));
    return of(config).with(OwnPrices.of(config.pricing(), made));
  }
}
