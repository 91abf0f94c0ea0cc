package io.nexus.control.pricing;

import io.nexus.control.money.Fees;
import io.nexus.control.money.ModelFacts;
import io.nexus.control.money.ModelPricing;
import io.nexus.control.money.Price;
import io.nexus.control.spi.PricingSource;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ref.SoftReference;
import java.time.LocalDate;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The built-in price list: {@code src/prices/prices.csv} and {@code models.csv}, compiled to the
 * resource {@code prices.bin}. It is read at the first look-up, and again if the garbage collector
 * has dropped it.
 *
 * <p>A row for the model {@code *} applies to every model of its provider without such a row of its
 * own: the fees of a provider's tools. It does not apply to models whose prices are all 0.
 *
 * <p>Safe for any number of threads.
 */
final class BuiltInPrices implements PricingSource {

  static final String NAME = "built-in table";

  private static final String RESOURCE = "prices.bin";
  private static final String EVERY_MODEL = "*";
  private static final int LONGEST_LISTED = 128;
  private static final String LATEST = "-latest";

  /** Empty before the first look-up. */
  private volatile SoftReference<@Nullable CompactPrices> read = new SoftReference<>(null);

  /** A line that prices a model. */
  private record Found(String provider, String listed) {}

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public Set<String> providers() {
    return table().providers();
  }

  @Override
  public Optional<Price> priceOf(String provider, String model) {
    return priceOf(provider, model, LocalDate.MAX);
  }

  /**
   * Looks a model up.
   *
   * @param provider who bills; empty to search every provider's models for the closest name; of
   *     equally close ones the dearest, since a guess must not be too low
   */
  @Override
  public Optional<Price> priceOf(String provider, String model, LocalDate day) {
    return find(provider, model, day).flatMap(found -> price(found, model, day));
  }

  private Optional<Price> price(Found found, String model, LocalDate day) {
    var sheet = table().sheet(found.provider(), found.listed()).orElseThrow();
    var rule = model.equals(found.listed()) ? Price.Rule.EXACT : Price.Rule.PREFIX;
    return sheet
        .on(day)
        .map(
            pricing ->
                sheet.isFree()
                    ? pricing
                    : pricing.withFees(own -> own.or(feesOf(found.provider(), day))))
        .map(pricing -> new Price(pricing, NAME, rule, found.listed(), sheet.until(day)));
  }

  /**
   * The facts listed for exactly this name, even without a price; else those of the line that
   * prices it.
   */
  @Override
  public ModelFacts factsOf(String provider, String model) {
    var own = table().facts(provider, model);
    return own.isUnknown()
        ? find(provider, model, LocalDate.MAX)
            .filter(found -> PriceEntry.isSame(found.listed(), model))
            .map(found -> table().facts(found.provider(), found.listed()))
            .orElse(own)
        : own;
  }

  /** The fees of a provider's tools for models without fees of their own. */
  Fees feesOf(String provider, LocalDate day) {
    return table()
        .sheet(provider, EVERY_MODEL)
        .flatMap(sheet -> sheet.on(day))
        .map(ModelPricing::fees)
        .orElse(Fees.NONE);
  }

  private Optional<Found> find(String provider, String model, LocalDate day) {
    var table = table();
    if (!provider.isEmpty()) {
      return find(table, provider, model);
    }
    var all =
        table.providers().stream().flatMap(each -> find(table, each, model).stream()).toList();
    int closest = all.stream().mapToInt(found -> found.listed().length()).max().orElse(0);
    return all.stream()
        .filter(found -> found.listed().length() == closest)
        .flatMap(found -> price(found, model, day).map(price -> Map.entry(price, found)).stream())
        .max(BuiltInPrices::compareDearness)
        .map(Map.Entry::getValue);
  }

  private static int compareDearness(Map.Entry<Price, Found> one, Map.Entry<Price, Found> other) {
    int byPrice = PriceTable.BY_DEARNESS.compare(one.getKey(), other.getKey());
    return byPrice == 0
        ? other.getValue().provider().compareTo(one.getValue().provider())
        : byPrice;
  }

  /** The line of exactly this name, or the longest name that the model is a version of. */
  private static Optional<Found> find(CompactPrices table, String provider, String model) {
    var own = listed(table, provider, model);
    for (int end = Math.min(model.length() - 1, LONGEST_LISTED); own.isEmpty() && end > 0; end--) {
      if (VersionName.goesOnAt(model, end) || model.charAt(end - 1) == '-') {
        own = listed(table, provider, model.substring(0, end));
      }
      if (own.isEmpty() && VersionName.isDateAt(model, end)) {
        own = listed(table, provider, model.substring(0, end) + LATEST);
      }
    }
    return own;
  }

  private static Optional<Found> listed(CompactPrices table, String provider, String name) {
    return !name.equals(EVERY_MODEL) && table.isPriced(provider, name)
        ? Optional.of(new Found(provider, name))
        : Optional.empty();
  }

  /**
   * The table, read if it is not in memory. Two threads may read it at once, with the same result.
   */
  CompactPrices table() {
    var known = read.get();
    if (known == null) {
      known = new CompactPrices(bytes());
      read = new SoftReference<>(known);
    }
    return known;
  }

  static byte[] bytes() {
    try (var in = Objects.requireNonNull(BuiltInPrices.class.getResourceAsStream(RESOURCE))) {
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
