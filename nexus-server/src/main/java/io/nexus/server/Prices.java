package io.nexus.server;

import io.nexus.config.NexusConfig;
import io.nexus.control.pricing.PricingRegistry;
import java.time.InstantSource;

/** The prices that a gateway with some configuration would go by. */
public final class Prices {

  private Prices() {}

  /** With the extensions that are installed. */
  public static PricingRegistry of(NexusConfig config) {
    return Wiring.prices(config, Extensions.installed().pricingSources(), InstantSource.system());
  }
}
