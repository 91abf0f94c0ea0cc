package io.nexus.control.pricing;

import io.nexus.control.money.Fees;
import io.nexus.control.money.Item;
import io.nexus.control.money.ModelPricing;
import io.nexus.control.money.Money;
import io.nexus.control.money.PriceKind;
import io.nexus.control.money.Rates;
import io.nexus.control.money.ServiceTier;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The price rows of one model, and the rules that derive missing prices. A missing price is never
 * zero; the rules are those of the built-in table:
 *
 * <ul>
 *   <li>a kind without a row costs as its {@linkplain PriceKind#fallback fallback}; for a Claude
 *       model, cache writes for an hour cost 1.6 times that;
 *   <li>above a threshold, a kind without a row costs its lower price, times the ratio by which
 *       plain input (or output) rises;
 *   <li>in a tier, a kind without a row costs its standard price, times the ratio by which the
 *       tier's plain input is dearer. A missing row never makes a tier cheaper;
 *   <li>a model that generates text and has only a price of input has the same price of output, and
 *       vice versa.
 * </ul>
 *
 * <p>Prices finer than a nano-dollar are rounded up. Immutable.
 *
 * @param rows the prices, ordered by first day
 * @param regions factors on the prices of tokens by region
 * @param claude whether it is a Claude model
 * @param writes whether it generates text
 */
public record PriceSheet(
    List<Row> rows, Map<String, BigDecimal> regions, boolean claude, boolean writes)
    implements DatedPricing {

  /** Anthropic sells an hour at twice plain input, and five minutes at 1.25 times that. */
  private static final Ratio HOUR_OF_CLAUDE = new Ratio(16, 10);

  /**
   * A price.
   *
   * @param item what it is for
   * @param tier the class of service
   * @param above applies to prompts with more tokens than this; 0 for all
   * @param from the first day on which it applies; {@link LocalDate#MIN} if always
   * @param usd dollars for a unit of the item
   * @param source its source, for people to read
   */
  public record Row(
      Item item, ServiceTier tier, long above, LocalDate from, BigDecimal usd, String source) {

    private long nanos() {
      return Money.usdRoundedUp(usd).nanos();
    }
  }

  private record Ratio(long to, long from) {
    private static final Ratio ONE = new Ratio(1, 1);

    /** The ratio of two prices; 1 if either is unknown. */
    static Ratio of(Prices to, Prices from, PriceKind kind) {
      var dearer = to.own().get(kind);
      var plain = from.own().get(kind);
      return dearer == null || plain == null ? ONE : new Ratio(dearer, plain);
    }

    Ratio atLeastOne() {
      return to > from ? this : ONE;
    }

    long of(long nanos) {
      if (from == 0) {
        return Math.max(nanos, to);
      }
      var divisor = BigInteger.valueOf(from);
      return BigInteger.valueOf(nanos)
          .multiply(BigInteger.valueOf(to))
          .add(divisor.subtract(BigInteger.ONE))
          .divide(divisor)
          .longValueExact();
    }
  }

  /** The prices of tokens with a row at one level of one tier. */
  private record Prices(EnumMap<PriceKind, Long> own) {

    static final Prices NONE = new Prices(new EnumMap<>(PriceKind.class));

    /** These prices, completed from a lower level in proportion. */
    Prices above(Prices below) {
      var input = Ratio.of(this, below, PriceKind.INPUT);
      var output = Ratio.of(this, below, PriceKind.OUTPUT);
      return or(below.times(input, output));
    }

    /** These prices, completed from the standard tier. */
    Prices inTier(Prices standard, Ratio dearer) {
      return or(standard.times(dearer, dearer));
    }

    Prices or(Prices others) {
      var all = new EnumMap<>(others.own);
      all.putAll(own);
      return new Prices(all);
    }

    Prices max(Prices others) {
      var all = new EnumMap<>(others.own);
      for (var price : own.entrySet()) {
        all.merge(price.getKey(), price.getValue(), Math::max);
      }
      return new Prices(all);
    }

    private Prices times(Ratio input, Ratio output) {
      var all = new EnumMap<>(own);
      for (var price : all.entrySet()) {
        boolean written = price.getKey().whole() == PriceKind.OUTPUT;
        price.setValue((written ? output : input).of(price.getValue()));
      }
      return new Prices(all);
    }
  }

  /** One tier's rows: the prices of tokens by threshold, and the fees. */
  private static final class Tier {
    final SortedMap<Long, EnumMap<PriceKind, Long>> levels = new TreeMap<>();
    final Map<Item, Money> fees = new TreeMap<>();

    Prices at(long above) {
      var own = levels.get(above);
      return own == null ? Prices.NONE : new Prices(own);
    }
  }

  /** The purposes of models that generate no text; their output is free if it has no price. */
  private static final Set<String> WITHOUT_TEXT =
      Set.of(
          "embedding",
          "rerank",
          "moderation",
          "evaluation",
          "decisions",
          "extraction",
          "image",
          "image_edit",
          "video",
          "speech",
          "ocr",
          "search",
          "guardrail",
          "vector_store");

  /** Copies the lists. */
  public PriceSheet {
    rows = List.copyOf(rows);
    regions = Map.copyOf(regions);
  }

  /**
   * The sheet of a model.
   *
   * @param model its name, which says whether it is Claude
   * @param mode its purpose; empty if not known
   */
  public static PriceSheet of(
      String model, String mode, List<Row> rows, Map<String, BigDecimal> regions) {
    var name = model.toLowerCase(Locale.ROOT);
    boolean writes = !WITHOUT_TEXT.contains(mode) && !name.contains("embed");
    var inOrder = new ArrayList<>(rows);
    inOrder.sort((a, b) -> a.from().compareTo(b.from()));
    return new PriceSheet(inOrder, regions, name.contains("claude"), writes);
  }

  @Override
  public Optional<ModelPricing> on(LocalDate day) {
    var tiers = tiers(day);
    if (tiers.isEmpty()) {
      return Optional.empty();
    }
    var standard = tiers.getOrDefault(ServiceTier.STANDARD, new Tier());
    var levels = levels(standard);
    var pricing = pricing(levels, new Fees(standard.fees), regions);
    for (var other : tiers.entrySet()) {
      if (!other.getKey().isStandard()) {
        var fees = new TreeMap<>(standard.fees);
        fees.putAll(other.getValue().fees);
        pricing =
            pricing.withTier(
                other.getKey(),
                pricing(levels(other.getValue(), levels), new Fees(fees), Map.of()));
      }
    }
    return Optional.of(pricing);
  }

  /** Whether every price is 0: the list calls the model free. */
  boolean isFree() {
    for (var row : rows) {
      if (row.usd().signum() != 0) {
        return false;
      }
    }
    return true;
  }

  @Override
  public LocalDate until(LocalDate day) {
    for (var row : rows) {
      if (row.from().isAfter(day)) {
        return row.from();
      }
    }
    return LocalDate.MAX;
  }

  /** The rows of a day by tier; a later row replaces an earlier one. */
  private SortedMap<ServiceTier, Tier> tiers(LocalDate day) {
    var tiers = new TreeMap<ServiceTier, Tier>();
    for (var row : rows) {
      if (row.from().isAfter(day)) {
        continue;
      }
      var tier = tiers.computeIfAbsent(row.tier(), _ -> new Tier());
      if (row.item().kind().isTokens()) {
        tier.levels
            .computeIfAbsent(row.above(), _ -> new EnumMap<>(PriceKind.class))
            .put(row.item().kind(), row.nanos());
      } else {
        tier.fees.put(row.item(), new Money(row.nanos()));
      }
    }
    return tiers;
  }

  private static SortedMap<Long, Prices> levels(Tier standard) {
    var levels = new TreeMap<Long, Prices>();
    var base = standard.at(0);
    levels.put(0L, base);
    for (long above : standard.levels.keySet()) {
      if (above > 0) {
        levels.put(above, standard.at(above).above(base));
      }
    }
    return levels;
  }

  /** The levels of another tier, completed from the standard one. */
  private static SortedMap<Long, Prices> levels(Tier tier, SortedMap<Long, Prices> standard) {
    var thresholds = new TreeSet<>(tier.levels.keySet());
    thresholds.addAll(standard.keySet());
    var base = tier.at(0);
    var plain = standard.getOrDefault(0L, Prices.NONE);
    var dearer = Ratio.of(base, plain, PriceKind.INPUT).atLeastOne();
    var levels = new TreeMap<Long, Prices>();
    var below = base.inTier(plain, dearer);
    levels.put(0L, below);
    for (long above : thresholds) {
      if (above == 0) {
        continue;
      }
      var there = standard.getOrDefault(standard.headMap(above + 1).lastKey(), plain);
      if (tier.levels.containsKey(above)) {
        var own = tier.at(above).above(base);
        below = own.inTier(there, Ratio.of(own, there, PriceKind.INPUT).atLeastOne());
      } else {
        below = Prices.NONE.inTier(there, dearer).max(below);
      }
      levels.put(above, below);
    }
    return levels;
  }

  private ModelPricing pricing(
      SortedMap<Long, Prices> levels, Fees fees, Map<String, BigDecimal> factors) {
    var above = new ArrayList<ModelPricing.Level>();
    for (var level : levels.entrySet()) {
      if (level.getKey() > 0) {
        above.add(new ModelPricing.Level(level.getKey(), rates(level.getValue())));
      }
    }
    var base = levels.getOrDefault(0L, Prices.NONE);
    return new ModelPricing(rates(base), fees, above, Map.of(), factors);
  }

  private Rates rates(Prices prices) {
    var all = new EnumMap<>(prices.own());
    var input = all.get(PriceKind.INPUT);
    var output = all.get(PriceKind.OUTPUT);
    if (input == null && output != null) {
      all.put(PriceKind.INPUT, output);
    }
    if (output == null && input != null && writes) {
      all.put(PriceKind.OUTPUT, input);
    }
    if (claude && all.containsKey(PriceKind.INPUT)) {
      long write = all.getOrDefault(PriceKind.CACHE_WRITE, all.get(PriceKind.INPUT));
      long hour = all.computeIfAbsent(PriceKind.CACHE_WRITE_1H, _ -> HOUR_OF_CLAUDE.of(write));
      all.computeIfAbsent(PriceKind.CACHE_WRITE_12H, _ -> HOUR_OF_CLAUDE.of(hour));
    }
    return Rates.of(all);
  }
}
