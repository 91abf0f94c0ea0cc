package io.nexus.server.pricing;

import io.nexus.control.money.Item;
import io.nexus.control.money.ModelFacts;
import io.nexus.control.money.Money;
import io.nexus.control.money.PriceKind;
import io.nexus.control.money.ServiceTier;
import io.nexus.control.pricing.PriceEntry;
import io.nexus.control.pricing.PriceSheet;
import io.nexus.control.pricing.PriceSheet.Row;
import io.nexus.control.pricing.Providers;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * One entry of LiteLLM's price map. Its prices are USD for one token, second or picture, decimals
 * that are taken exactly.
 *
 * <p>A 0 among other prices counts as missing. A price above a threshold that is lower than the
 * price below it, and a cache write cheaper than plain input, are ignored too.
 *
 * @param provider who bills, in its one spelling
 * @param name the model's name there
 * @param mode its purpose; empty if not known
 * @param rows its prices
 * @param regions factors on the prices of tokens by region
 * @param facts its other facts
 */
record LiteLlmModel(
    String provider,
    String name,
    String mode,
    List<Row> rows,
    Map<String, BigDecimal> regions,
    ModelFacts facts) {

  private static final Map<String, String> REGIONS =
      Map.of(
          "regional_processing_uplift_multiplier_us", "us",
          "regional_processing_uplift_multiplier_eu", "eu",
          "regional_endpoint_uplift_multiplier", "regional",
          "fedramp_uplift_multiplier", "fedramp",
          "provider_specific_entry.us", "us");

  private static final String SEARCH = "search_context_cost_per_query.search_context_size_";
  private static final String GUARDRAIL = "guardrail_cost_per_unit.";
  private static final String TIERED = "tiered_pricing.";
  private static final String FAST = "provider_specific_entry.fast";
  private static final int DECIMALS_OF_A_PICTURE = 5;

  private record Place(Item item, ServiceTier tier, long above) {
    Place at(long threshold) {
      return new Place(item, tier, threshold);
    }
  }

  /**
   * Reads an entry.
   *
   * @param fields its fields; nested ones are named by path, with dots
   * @return empty if it has no known price, or one that makes no sense
   */
  static Optional<LiteLlmModel> read(String key, Map<String, String> fields) {
    if (key.isBlank()) {
      return Optional.empty();
    }
    try {
      var provider = Providers.canonical(fields.getOrDefault("litellm_provider", ""));
      var name = LiteLlmName.of(key, provider);
      var mode = LiteLlmFacts.mode(fields.getOrDefault("mode", ""));
      var prices = new HashMap<Place, BigDecimal>();
      for (var field : fields.entrySet()) {
        var place = place(field.getKey(), fields, mode, provider, name);
        if (place != null) {
          prices.merge(place.at(), usd(field.getValue(), place, name), BigDecimal::max);
        }
      }
      return model(provider, name, mode, prices, fields);
    } catch (IllegalArgumentException | ArithmeticException e) {
      return Optional.empty();
    }
  }

  private static Optional<LiteLlmModel> model(
      String provider,
      LiteLlmName name,
      String mode,
      Map<Place, BigDecimal> prices,
      Map<String, String> fields) {
    boolean free = prices.values().stream().allMatch(usd -> usd.signum() == 0);
    // Zero for tokens together with another price means that the model is billed otherwise, not
    // that it is free.
    if (prices.isEmpty() || (free && hasOtherPrice(fields))) {
      return Optional.empty();
    }
    if (!free) {
      prices.values().removeIf(usd -> usd.signum() == 0);
    }
    if (provider.equals("fireworks") && mode.equals("image")) {
      takeTokensForPictures(prices, name.model());
    }
    if (mode.startsWith("image")) {
      takePicturesSentForMade(prices);
    }
    takeOutWhatIsTooLow(prices);
    addFast(prices, fields.get(FAST));
    var rows = new ArrayList<Row>();
    prices.forEach(
        (at, usd) -> rows.add(new Row(at.item(), at.tier(), at.above(), LocalDate.MIN, usd, "")));
    if (isWithoutOutput(name.model(), mode, rows)) {
      return Optional.empty();
    }
    return Optional.of(
        new LiteLlmModel(
            provider, name.model(), mode, rows, regions(fields), LiteLlmFacts.of(fields, mode)));
  }

  /** Merges both entries of one model: of two prices the dearer. */
  LiteLlmModel together(LiteLlmModel other) {
    var prices = new HashMap<Place, Row>();
    for (var row : Stream.concat(rows.stream(), other.rows.stream()).toList()) {
      prices.merge(
          new Place(row.item(), row.tier(), row.above()),
          row,
          (a, b) -> a.usd().compareTo(b.usd()) >= 0 ? a : b);
    }
    var factors = new HashMap<>(other.regions);
    factors.putAll(regions);
    return new LiteLlmModel(
        provider, name, mode, List.copyOf(prices.values()), factors, facts.or(other.facts));
  }

  /** Its line in a price table. */
  PriceEntry entry() {
    return PriceEntry.listed(provider, name, PriceSheet.of(name, mode, rows, regions), facts);
  }

  /** A price's place, and the number of LiteLLM's units in one of ours. */
  private record Priced(Place at, BigDecimal units) {}

  private static @Nullable Priced place(
      String field, Map<String, String> fields, String mode, String provider, LiteLlmName name) {
    if (!name.picture().isEmpty()) {
      return picture(field, mode, name);
    }
    if (field.startsWith(SEARCH)) {
      var kind =
          provider.equals("perplexity") && isSonar(name.model())
              ? PriceKind.REQUEST
              : PriceKind.SEARCH;
      return each(new Item(kind, field.substring(SEARCH.length())));
    }
    if (field.startsWith(GUARDRAIL)) {
      return each(new Item(PriceKind.GUARDRAIL, field.substring(GUARDRAIL.length())));
    }
    if (field.startsWith(TIERED)) {
      return tiered(field, fields, mode);
    }
    if (field.equals("output_cost_per_image") && name.model().startsWith("lyria")) {
      return each(Item.of(PriceKind.CLIP)); // It makes music.
    }
    long less = provider.equals("xai") ? 1 : 0; // "200k or more", where others say "above".
    return LiteLlmField.of(field, mode)
        .map(
            known ->
                new Priced(
                    new Place(known.item(), known.tier(), Math.max(0, known.above() - less)),
                    known.units()))
        .orElse(null);
  }

  private static Priced each(Item item) {
    return new Priced(new Place(item, ServiceTier.STANDARD, 0), BigDecimal.ONE);
  }

  /** Perplexity's Sonar models search once for each request, and take the fee with it. */
  private static boolean isSonar(String model) {
    return model.startsWith("sonar") && !model.contains("deep-research");
  }

  /** A price of a picture by its size, which the key names. */
  private static @Nullable Priced picture(String field, String mode, LiteLlmName name) {
    var known = LiteLlmField.of(field, mode).map(LiteLlmField::item).map(Item::kind);
    var item = new Item(PriceKind.IMAGE, name.picture());
    if (known.equals(Optional.of(PriceKind.IMAGE))
        || known.equals(Optional.of(PriceKind.IMAGE_INPUT))) {
      return each(item);
    }
    return known.equals(Optional.of(PriceKind.PIXEL)) && name.pixels() > 0
        ? new Priced(new Place(item, ServiceTier.STANDARD, 0), BigDecimal.valueOf(name.pixels()))
        : null;
  }

  /** A level of {@code tiered_pricing}, which holds from the beginning of its range on. */
  private static @Nullable Priced tiered(String field, Map<String, String> fields, String mode) {
    int dot = field.indexOf('.', TIERED.length());
    var start = dot < 0 ? null : fields.get(field.substring(0, dot) + ".range.0");
    if (start == null) {
      return null;
    }
    long above = new BigDecimal(start.strip()).longValueExact();
    return LiteLlmField.of(field.substring(dot + 1), mode)
        .map(known -> new Priced(new Place(known.item(), known.tier(), above), known.units()))
        .orElse(null);
  }

  /**
   * @throws IllegalArgumentException if it is not a number, negative or too large
   */
  private static BigDecimal usd(String value, Priced priced, LiteLlmName name) {
    var usd = new BigDecimal(value.strip()).multiply(priced.units());
    if (usd.signum() < 0) {
      throw new IllegalArgumentException("a price is at least 0: " + value);
    }
    Money.usdRoundedUp(usd);
    // A price for a pixel is itself a rounded quotient.
    return name.pixels() > 0 && priced.units().compareTo(BigDecimal.ONE) > 0
        ? usd.setScale(DECIMALS_OF_A_PICTURE, RoundingMode.HALF_UP)
        : usd;
  }

  /**
   * The map lists Fireworks' images as tokens at a millionth of the price: per image for kontext
   * models, per step for the others. Converts them.
   */
  private static void takeTokensForPictures(Map<Place, BigDecimal> prices, String model) {
    var usd = prices.remove(new Place(Item.of(PriceKind.INPUT), ServiceTier.STANDARD, 0));
    prices.remove(new Place(Item.of(PriceKind.OUTPUT), ServiceTier.STANDARD, 0));
    if (usd != null) {
      var kind = model.contains("kontext") ? PriceKind.IMAGE : PriceKind.IMAGE_STEP;
      prices.put(new Place(Item.of(kind), ServiceTier.STANDARD, 0), usd);
    }
  }

  /**
   * For an image model with only a price of input images, that price is meant for generated ones.
   */
  private static void takePicturesSentForMade(Map<Place, BigDecimal> prices) {
    boolean made =
        prices.keySet().stream()
            .map(at -> at.item().kind())
            .anyMatch(kind -> kind != PriceKind.IMAGE_INPUT);
    var usd = prices.get(new Place(Item.of(PriceKind.IMAGE_INPUT), ServiceTier.STANDARD, 0));
    if (!made && usd != null) {
      prices.clear();
      prices.put(new Place(Item.of(PriceKind.IMAGE), ServiceTier.STANDARD, 0), usd);
    }
  }

  private static void takeOutWhatIsTooLow(Map<Place, BigDecimal> prices) {
    var all = Map.copyOf(prices);
    prices
        .entrySet()
        .removeIf(
            price -> {
              var at = price.getKey();
              var below = at.above() == 0 ? null : all.get(at.at(0));
              var plain = isCacheWrite(at.item().kind()) ? plain(at, all) : null;
              return isLess(price.getValue(), below) || isLess(price.getValue(), plain);
            });
  }

  private static boolean isCacheWrite(PriceKind kind) {
    return kind == PriceKind.CACHE_WRITE || kind.whole() == PriceKind.CACHE_WRITE;
  }

  private static @Nullable BigDecimal plain(Place at, Map<Place, BigDecimal> all) {
    var kind =
        at.item().kind() == PriceKind.CACHE_WRITE_AUDIO ? PriceKind.INPUT_AUDIO : PriceKind.INPUT;
    return all.get(new Place(Item.of(kind), at.tier(), at.above()));
  }

  private static boolean isLess(BigDecimal usd, @Nullable BigDecimal other) {
    return other != null && usd.compareTo(other) < 0;
  }

  /** Adds Anthropic's fast mode, priced as a multiple of the standard prices of tokens. */
  private static void addFast(Map<Place, BigDecimal> prices, @Nullable String factor) {
    if (factor == null) {
      return;
    }
    var times = new BigDecimal(factor.strip());
    var fast = new HashMap<Place, BigDecimal>();
    prices.forEach(
        (at, usd) -> {
          if (at.tier().isStandard() && at.item().kind().isTokens()) {
            fast.put(new Place(at.item(), ServiceTier.FAST, at.above()), usd.multiply(times));
          }
        });
    fast.forEach(prices::putIfAbsent);
  }

  /** Whether a text model lacks a price of output, so that its cost is unknown. */
  private static boolean isWithoutOutput(String model, String mode, List<Row> rows) {
    return PriceSheet.of(model, mode, rows, Map.of()).writes()
        && has(rows, PriceKind.INPUT)
        && !has(rows, PriceKind.OUTPUT)
        && !has(rows, PriceKind.OUTPUT_AUDIO)
        && !has(rows, PriceKind.OUTPUT_IMAGE);
  }

  private static boolean has(List<Row> rows, PriceKind kind) {
    return rows.stream()
        .anyMatch(row -> row.item().kind() == kind && row.tier().isStandard() && row.above() == 0);
  }

  private static boolean hasOtherPrice(Map<String, String> fields) {
    return fields.entrySet().stream()
        .filter(field -> field.getKey().contains("cost"))
        .anyMatch(field -> new BigDecimal(field.getValue().strip()).signum() != 0);
  }

  private static Map<String, BigDecimal> regions(Map<String, String> fields) {
    var regions = new HashMap<String, BigDecimal>();
    REGIONS.forEach(
        (field, region) -> {
          var factor = fields.get(field);
          if (factor != null) {
            regions.put(region, new BigDecimal(factor.strip()));
          }
        });
    return regions;
  }
}
