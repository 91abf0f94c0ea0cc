package io.nexus.control.pricing;

import io.nexus.control.money.ModelPricing;
import java.time.LocalDate;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;

/** A model's prices by day, in UTC. */
public interface DatedPricing {

  /** The prices on a day; empty before the first. */
  Optional<ModelPricing> on(LocalDate day);

  /** The first later day on which other prices apply; {@link LocalDate#MAX} if none. */
  LocalDate until(LocalDate day);

  /** The source of a day's prices; empty for the list itself. */
  default String sourceOn(LocalDate day) {
    return "";
  }

  /** The same prices on every day. */
  static DatedPricing always(ModelPricing pricing) {
    var prices = new TreeMap<LocalDate, ModelPricing>();
    prices.put(LocalDate.MIN, pricing);
    return from(prices);
  }

  /** Prices, each valid from its day until the next. */
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

  /** Prices, each valid from its day until the next and with its source. */
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
