package io.nexus.control.pricing;

import io.nexus.control.money.ModelPricing;
import java.time.LocalDate;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;

/** A model's prices over time: which hold on which day, in UTC. */
public interface DatedPricing {

  /** What holds on a day; empty if nothing does yet. */
  Optional<ModelPricing> on(LocalDate day);

  /** The first day after this one on which other prices hold; {@link LocalDate#MAX} if none. */
  LocalDate until(LocalDate day);

  /** Who says what holds on a day; empty for the list that the line stands in. */
  default String sourceOn(LocalDate day) {
    return "";
  }

  /** The same prices on every day. */
  static DatedPricing always(ModelPricing pricing) {
    var prices = new TreeMap<LocalDate, ModelPricing>();
    prices.put(LocalDate.MIN, pricing);
    return from(prices);
  }

  /** Prices, each from a day on and until the next. */
  static DatedPricing from(NavigableMap<LocalDate, ModelPricing> prices) {
    return new DatedPricing() {
      @Override
      public Optional<ModelPricing> on(LocalDate day) {
        return Optional.ofNullable(prices.floorEntry(day)).map(Map.Entry::getValue);
      }

      @Override
      public LocalDate until(LocalDate day) {
        var next = prices.higherKey(day);
        return next == null ? LocalDate.MAX : next;
      }
    };
  }

  /** The same, each with who says so from that day on. */
  static DatedPricing from(
      NavigableMap<LocalDate, ModelPricing> prices, NavigableMap<LocalDate, String> sources) {
    var said = from(prices);
    return new DatedPricing() {
      @Override
      public Optional<ModelPricing> on(LocalDate day) {
        return said.on(day);
      }

      @Override
      public LocalDate until(LocalDate day) {
        return said.until(day);
      }

      @Override
      public String sourceOn(LocalDate day) {
        return Optional.ofNullable(sources.floorEntry(day)).map(Map.Entry::getValue).orElse("");
      }
    };
  }
}
