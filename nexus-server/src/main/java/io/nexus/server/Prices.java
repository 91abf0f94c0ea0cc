package io.nexus.server;

import io.nexus.config.NexusConfig;
import io.nexus.control.ledger.LedgerException;
import io.nexus.control.ledger.LedgerReports;
import io.nexus.control.pricing.PricingRegistry;
import io.nexus.server.settings.PriceLines;
import java.time.InstantSource;

/** The prices that a gateway with some configuration would go by. */
public final class Prices {

  private Prices() {}

  /** With the extensions that are installed. */
  public static PricingRegistry of(NexusConfig config) {
    return Wiring.prices(config, Extensions.installed().pricingSources(), InstantSource.system());
  }

  /**
   * The same with the lines that the admin API has made.
   *
   * @throws LedgerException if the ledger does not say which
   */
  public static PricingRegistry of(NexusConfig config, LedgerReports books) throws LedgerException {
    var made = PriceLines.of(books.settings(PriceLines.PRICE));
    return of(config).with(OwnPrices.of(config.pricing(), made));
  }
}
