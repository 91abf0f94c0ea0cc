package io.nexus.control.spi;

import io.nexus.control.money.Price;
import java.util.Optional;

/**
 * A price list. Sources are asked after the configuration's own prices and before the built-in
 * table, and only when a model is first seen at a backend: the answer is remembered.
 *
 * <p>Must be safe for concurrent use.
 */
public non-sealed interface PricingSource extends NexusExtension {

  /**
   * Looks a model up.
   *
   * @param provider the billing provider, such as {@code "openai"}
   * @param model the model's name as the provider spells it
   * @return its price; empty means unknown, never free
   */
  Optional<Price> priceOf(String provider, String model);
}
