package io.nexus.control.spi;

import io.nexus.control.money.ModelFacts;
import io.nexus.control.money.Price;
import java.time.LocalDate;
import java.util.Optional;
import java.util.Set;

/**
 * A price list. Sources are asked after the configuration's own prices and before the built-in
 * table, and only when a model is first seen at a backend: the answer is remembered, until its
 * {@link Price#until} where it has one.
 *
 * <p>Must be safe for concurrent use.
 */
public non-sealed interface PricingSource extends NexusExtension {

  /**
   * Looks a model up.
   *
   * @param provider the billing provider in lower case, such as {@code "openai"}; empty if it is
   *     not known, or if none of the price lists has it: the dearest price of the model then is the
   *     right answer
   * @param model the model's name as the provider spells it
   * @return its price; empty means unknown, never free
   */
  Optional<Price> priceOf(String provider, String model);

  /**
   * Looks a model up on a day. A source whose prices do not depend on it need not implement this.
   *
   * @param day the day of the request, in UTC
   */
  default Optional<Price> priceOf(String provider, String model, LocalDate day) {
    return priceOf(provider, model);
  }

  /** What it knows of the model beside the price, under the same name. */
  default ModelFacts factsOf(String provider, String model) {
    return ModelFacts.UNKNOWN;
  }

  /**
   * The providers whose models it lists. A provider that no source names is looked up as if it were
   * not known.
   */
  default Set<String> providers() {
    return Set.of();
  }
}
