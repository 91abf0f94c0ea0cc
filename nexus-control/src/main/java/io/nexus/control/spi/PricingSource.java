package io.nexus.control.spi;

import io.nexus.control.money.ModelFacts;
import io.nexus.control.money.Price;
import java.time.LocalDate;
import java.util.Optional;
import java.util.Set;

/**
 * A price list. Sources are queried after the configuration's own prices and before the built-in
 * table, and only when a model is first seen at a backend: the answer is cached, until its {@link
 * Price#until} if it has one.
 *
 * <p>Must be safe for concurrent use.
 */
public non-sealed interface PricingSource extends NexusExtension {

  /**
   * Looks a model up.
   *
   * @param provider the billing provider in lower case, such as {@code "openai"}; empty if it is
   *     not known or no price list has it; the right answer is then the model's dearest price
   * @param model the model's name as the provider spells it
   * @return its price; empty means unknown, never free
   */
  Optional<Price> priceOf(String provider, String model);

  /**
   * Looks a model up on a day. A source whose prices do not change need not implement this.
   *
   * @param day the day of the request, in UTC
   */
  default Optional<Price> priceOf(String provider, String model, LocalDate day) {
    return priceOf(provider, model);
  }

  /** Facts of the model other than its price, under the same name. */
  default ModelFacts factsOf(String provider, String model) {
    return ModelFacts.UNKNOWN;
  }

  /**
   * The providers whose models it lists. A provider that no source lists is looked up as unknown.
   */
  default Set<String> providers() {
    return Set.of();
  }
}
