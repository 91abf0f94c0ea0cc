package io.nexus.control.pricing;

import io.nexus.control.money.ModelPricing;
import java.time.LocalDate;
import java.util.Optional;

/** A model's prices over time: which hold on which day, in UTC. */
public interface DatedPricing {

  /** What holds on a day; empty if nothing does yet. */
  Optional<ModelPricing> on(LocalDate day);

  /** The first day after this one on which other prices hold; {@link LocalDate#MAX} if none. */
  LocalDate until(LocalDate day);

  /** The same prices on every day. */
  static DatedPricing always(ModelPricing pricing) {
    return from(LocalDate.MIN, pricing);
  }

  /** Prices from a day on. */
  static DatedPricing from(LocalDate first, ModelPricing pricing) {
    return new DatedPricing() {
      @Override
      public Optional<ModelPricing> on(LocalDate day) {
        return day.isBefore(first) ? Optional.empty() : Optional.of(pricing);
      }

      @Override
      public LocalDate until(LocalDate day) {
        return day.isBefore(first) ? first : LocalDate.MAX;
      }
    };
  }
}
