package io.nexus.config;

import io.nexus.control.money.Item;
import io.nexus.control.money.Money;
import io.nexus.control.money.PriceKind;
import io.nexus.control.money.ServiceTier;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** {@code [[pricing]]} and {@code [pricing_files]}. */
final class PricingSection {

  private static final Key<String> MODEL = Key.of("model", Types.glob());
  private static final Key<String> PROVIDER = Key.of("provider", Types.name());
  private static final Key<LocalDate> FROM = Key.of("from", Types.date());
  private static final Key<Money> INPUT = Key.of("input", Types.usd());
  private static final Key<Money> OUTPUT = Key.of("output", Types.usd());
  private static final Key<Money> PER_REQUEST = Key.of("per_request", Types.usd());
  private static final Key<Long> LONG_PROMPT_ABOVE =
      Key.of("long_prompt_above", Types.wholeFrom(1));
  private static final Key<Money> LONG_PROMPT_INPUT = Key.of("long_prompt_input", Types.usd());
  private static final Key<Money> LONG_PROMPT_OUTPUT = Key.of("long_prompt_output", Types.usd());
  private static final Key<Long> MAX_OUTPUT_TOKENS =
      Key.of("max_output_tokens", Types.wholeFrom(1));
  private static final Key<Long> CONTEXT_WINDOW = Key.of("context_window", Types.wholeFrom(1));
  private static final Key<Path> LITELLM = Key.of("litellm", Types.path());
  private static final String FEES = "fees";
  private static final String TIERS = "tiers";
  private static final Item REQUEST = Item.of(PriceKind.REQUEST);

  /** The kinds of tokens other than plain input and output, with their keys. */
  private static final Map<PriceKind, Key<Money>> KINDS = kinds();

  /** The known tiers; other names are reported as mistakes. */
  private static final List<String> TIER_NAMES =
      List.of(
          "batch", "flex", "priority", "fast", "ultrafast", "balanced", "decisions", "performance");

  private PricingSection() {}

  private static Map<PriceKind, Key<Money>> kinds() {
    var kinds = new LinkedHashMap<PriceKind, Key<Money>>();
    put(kinds, PriceKind.CACHED_INPUT, "cached_input");
    put(kinds, PriceKind.CACHED_INPUT_EXPLICIT, "cached_input_explicit");
    put(kinds, PriceKind.CACHE_WRITE, "cache_write");
    put(kinds, PriceKind.CACHE_WRITE_1H, "cache_write_1h");
    put(kinds, PriceKind.CACHE_WRITE_12H, "cache_write_12h");
    put(kinds, PriceKind.REASONING, "reasoning");
    put(kinds, PriceKind.CITATION, "citation");
    put(kinds, PriceKind.INPUT_AUDIO, "audio_input");
    put(kinds, PriceKind.CACHED_AUDIO, "cached_audio");
    put(kinds, PriceKind.CACHE_WRITE_AUDIO, "cache_write_audio");
    put(kinds, PriceKind.OUTPUT_AUDIO, "audio_output");
    put(kinds, PriceKind.INPUT_IMAGE, "image_input");
    put(kinds, PriceKind.CACHED_IMAGE, "cached_image");
    put(kinds, PriceKind.OUTPUT_IMAGE, "image_output");
    put(kinds, PriceKind.INPUT_VIDEO, "video_input");
    put(kinds, PriceKind.OUTPUT_VIDEO, "video_output");
    return kinds;
  }

  private static void put(Map<PriceKind, Key<Money>> kinds, PriceKind kind, String name) {
    kinds.put(kind, Key.of(name, Types.usd()));
  }

  /** The keys that are an amount of US dollars. */
  static List<String> amounts() {
    var names = new ArrayList<String>();
    for (var key : List.of(INPUT, OUTPUT, PER_REQUEST, LONG_PROMPT_INPUT, LONG_PROMPT_OUTPUT)) {
      names.add(key.name());
    }
    KINDS.values().forEach(key -> names.add(key.name()));
    return List.copyOf(names);
  }

  static PricingConfig read(TableReader in) {
    var model = in.required(MODEL);
    var provider = in.optional(PROVIDER);
    var from = in.optional(FROM);
    var prices = new EnumMap<PriceKind, Money>(PriceKind.class);
    prices.put(PriceKind.INPUT, in.required(INPUT));
    prices.put(PriceKind.OUTPUT, in.required(OUTPUT));
    readKinds(in, prices);
    var above = in.optional(LONG_PROMPT_ABOVE);
    var longPrompt = longPrompt(in);
    if (above.isPresent() || !longPrompt.isEmpty()) {
      in.required(LONG_PROMPT_ABOVE);
      in.required(LONG_PROMPT_INPUT);
      in.required(LONG_PROMPT_OUTPUT);
    }
    var fees = fees(in);
    in.optional(PER_REQUEST).ifPresent(price -> fees.put(REQUEST, price));
    return new PricingConfig(
        model,
        provider,
        from,
        new PricingConfig.Tokens(prices, longPrompt),
        above,
        fees,
        tiers(in),
        in.optional(MAX_OUTPUT_TOKENS),
        in.optional(CONTEXT_WINDOW));
  }

  private static void readKinds(TableReader in, Map<PriceKind, Money> prices) {
    KINDS.forEach((kind, key) -> in.optional(key).ifPresent(price -> prices.put(kind, price)));
  }

  private static Map<PriceKind, Money> longPrompt(TableReader in) {
    var prices = new EnumMap<PriceKind, Money>(PriceKind.class);
    in.optional(LONG_PROMPT_INPUT).ifPresent(price -> prices.put(PriceKind.INPUT, price));
    in.optional(LONG_PROMPT_OUTPUT).ifPresent(price -> prices.put(PriceKind.OUTPUT, price));
    return prices;
  }

  private static Map<ServiceTier, PricingConfig.Tokens> tiers(TableReader in) {
    var tiers = new TreeMap<ServiceTier, PricingConfig.Tokens>();
    in.tablesByName(TIERS, TIER_NAMES, PricingSection::readTier)
        .forEach((name, tokens) -> tiers.put(ServiceTier.of(name), tokens));
    return tiers;
  }

  private static PricingConfig.Tokens readTier(TableReader in) {
    var prices = new EnumMap<PriceKind, Money>(PriceKind.class);
    in.optional(INPUT).ifPresent(price -> prices.put(PriceKind.INPUT, price));
    in.optional(OUTPUT).ifPresent(price -> prices.put(PriceKind.OUTPUT, price));
    readKinds(in, prices);
    return new PricingConfig.Tokens(prices, longPrompt(in));
  }

  private static Map<Item, Money> fees(TableReader in) {
    var known =
        Arrays.stream(PriceKind.values())
            .filter(kind -> !kind.isTokens())
            .map(PriceKind::label)
            .toList();
    var fees = new TreeMap<Item, Money>();
    in.values(FEES, Types.usd(), known, ":")
        .forEach((item, price) -> fees.put(Item.parse(item), price));
    return fees;
  }

  static void write(TomlWriter out, PricingConfig pricing) {
    out.element("pricing")
        .put(MODEL, pricing.model())
        .put(PROVIDER, pricing.provider())
        .put(FROM, pricing.from());
    write(out, pricing.standard());
    out.put(LONG_PROMPT_ABOVE, pricing.longPromptAbove())
        .put(MAX_OUTPUT_TOKENS, pricing.maxOutputTokens())
        .put(CONTEXT_WINDOW, pricing.contextWindow());
    if (!pricing.fees().isEmpty()) {
      out.table("pricing." + FEES);
      new TreeMap<>(pricing.fees())
          .forEach((item, price) -> out.put(Key.of(Toml.key(item.toString()), Types.usd()), price));
    }
    new TreeMap<>(pricing.tiers())
        .forEach(
            (tier, tokens) -> {
              out.table("pricing." + TIERS + "." + Toml.key(tier.name()));
              write(out, tokens);
            });
  }

  private static void write(TomlWriter out, PricingConfig.Tokens tokens) {
    out.put(INPUT, Optional.ofNullable(tokens.prices().get(PriceKind.INPUT)))
        .put(OUTPUT, Optional.ofNullable(tokens.prices().get(PriceKind.OUTPUT)));
    KINDS.forEach((kind, key) -> out.put(key, Optional.ofNullable(tokens.prices().get(kind))));
    out.put(LONG_PROMPT_INPUT, Optional.ofNullable(tokens.longPrompt().get(PriceKind.INPUT)))
        .put(LONG_PROMPT_OUTPUT, Optional.ofNullable(tokens.longPrompt().get(PriceKind.OUTPUT)));
  }

  static PricingFiles readFiles(TableReader in) {
    return new PricingFiles(in.optional(LITELLM));
  }

  static void writeFiles(TomlWriter out, PricingFiles files) {
    out.table("pricing_files").put(LITELLM, files.litellm());
  }
}
