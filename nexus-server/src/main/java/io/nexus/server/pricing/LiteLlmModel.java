package io.nexus.server.pricing;

import io.nexus.control.money.ModelFacts;
import io.nexus.control.money.ModelFacts.Support;
import io.nexus.control.money.ModelPricing;
import io.nexus.control.money.Money;
import io.nexus.control.money.Rates;
import io.nexus.control.pricing.PriceEntry;
import io.nexus.control.pricing.Providers;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * One model of LiteLLM's price map. Its prices are USD per token, decimals that are taken exactly;
 * what is finer than a nano-dollar per million tokens is rounded up.
 */
final class LiteLlmModel {

  private static final String INPUT = "input_cost_per_token";
  private static final String OUTPUT = "output_cost_per_token";
  private static final String CACHED_INPUT = "cache_read_input_token_cost";
  private static final String CACHE_WRITE = "cache_creation_input_token_cost";
  private static final String REASONING = "output_cost_per_reasoning_token";
  private static final String AUDIO_INPUT = "input_cost_per_audio_token";
  private static final String AUDIO_OUTPUT = "output_cost_per_audio_token";
  private static final String PER_REQUEST = "input_cost_per_request";
  private static final String ABOVE = "_above_";
  private static final String THOUSANDS = "k_tokens";
  private static final Set<String> WITHOUT_OUTPUT = Set.of("embedding", "rerank", "moderation");
  private static final int MILLION_EXPONENT = 6;

  private final Map<String, String> fields;

  private LiteLlmModel(Map<String, String> fields) {
    this.fields = fields;
  }

  /**
   * The lines that the model makes in a price table: under its key, and under what follows the
   * provider in the key, since {@code groq/llama-3.1-8b-instant} is asked of Groq without the
   * provider.
   *
   * @return none if tokens have no price in it, or one that makes no sense
   */
  static List<PriceEntry> entries(String key, Map<String, String> fields) {
    var model = new LiteLlmModel(fields);
    var provider = Providers.canonical(fields.getOrDefault("litellm_provider", ""));
    try {
      var pricing = model.pricing();
      if (pricing.isEmpty() || key.isBlank()) {
        return List.of();
      }
      var facts = model.facts();
      int slash = key.indexOf('/');
      boolean prefixed =
          slash >= 0 && Providers.canonical(key.substring(0, slash)).equals(provider);
      var name = prefixed ? key.substring(slash + 1) : key;
      return List.of(PriceEntry.listed(provider, name, pricing.get(), facts));
    } catch (IllegalArgumentException | ArithmeticException e) {
      return List.of();
    }
  }

  private Optional<ModelPricing> pricing() {
    var input = perMillion(INPUT);
    var output =
        perMillion(OUTPUT)
            .or(() -> WITHOUT_OUTPUT.contains(text("mode")) ? some(Money.ZERO) : none());
    if (input.isEmpty() || output.isEmpty()) {
      return Optional.empty();
    }
    var rates = kinds(Rates.text(input.get(), output.get()), "");
    var pricing = longPrompt(ModelPricing.of(rates).withPerRequest(perRequest()));
    // Zero for tokens beside another price is not a free model but one that is billed otherwise.
    return pricing.isFree() && hasOtherPrice() ? Optional.empty() : Optional.of(pricing);
  }

  /** The kinds of tokens that have a price of their own at a level, the others as they are. */
  private Rates kinds(Rates rates, String level) {
    var all = rates;
    all = perMillion(CACHED_INPUT + level).map(all::withCachedInput).orElse(all);
    all = perMillion(CACHE_WRITE + level).map(all::withCacheWrite).orElse(all);
    all = perMillion(REASONING + level).map(all::withReasoning).orElse(all);
    all = perMillion(AUDIO_INPUT + level).map(all::withAudioInput).orElse(all);
    return perMillion(AUDIO_OUTPUT + level).map(all::withAudioOutput).orElse(all);
  }

  /** The level for long prompts: of several the lowest threshold with the prices of the highest. */
  private ModelPricing longPrompt(ModelPricing base) {
    var thresholds = thresholds();
    if (thresholds.isEmpty()) {
      return base;
    }
    var level = ABOVE + thresholds.last() + THOUSANDS;
    var plain = base.rates();
    var scaled =
        base.withLongPrompt(
            Math.multiplyExact(thresholds.first(), 1000L),
            perMillion(INPUT + level).orElse(new Money(plain.input())),
            perMillion(OUTPUT + level).orElse(new Money(plain.output())));
    var rates = kinds(scaled.levels().getLast().rates(), level);
    return base.withLevel(new ModelPricing.Level(scaled.levels().getLast().above(), rates));
  }

  private NavigableSet<Long> thresholds() {
    var thresholds = new TreeSet<Long>();
    for (var name : fields.keySet()) {
      for (var price : List.of(INPUT, OUTPUT)) {
        var start = price + ABOVE;
        if (name.startsWith(start) && name.endsWith(THOUSANDS)) {
          var number = name.substring(start.length(), name.length() - THOUSANDS.length());
          thresholds.add(Long.parseLong(number));
        }
      }
    }
    return thresholds;
  }

  private boolean hasOtherPrice() {
    return fields.entrySet().stream()
        .filter(field -> field.getKey().contains("cost"))
        .anyMatch(field -> new BigDecimal(field.getValue()).signum() != 0);
  }

  private Money perRequest() {
    return number(PER_REQUEST).map(Money::usdRoundedUp).orElse(Money.ZERO);
  }

  private Optional<Money> perMillion(String name) {
    return number(name)
        .map(perToken -> Money.usdRoundedUp(perToken.scaleByPowerOfTen(MILLION_EXPONENT)));
  }

  private Optional<BigDecimal> number(String name) {
    return Optional.ofNullable(fields.get(name)).map(String::strip).map(BigDecimal::new);
  }

  private static Optional<Money> some(Money money) {
    return Optional.of(money);
  }

  private static Optional<Money> none() {
    return Optional.empty();
  }

  private ModelFacts facts() {
    long window = tokens("max_input_tokens");
    return new ModelFacts(
        window > 0 ? window : tokens("max_tokens"),
        tokens("max_output_tokens"),
        support("supports_vision"),
        support("supports_function_calling"));
  }

  /** A limit that is text without a number, as the file has it here and there, is not known. */
  private long tokens(String name) {
    try {
      return number(name).map(BigDecimal::longValueExact).filter(n -> n > 0).orElse(0L);
    } catch (ArithmeticException | NumberFormatException e) {
      return 0;
    }
  }

  private Support support(String name) {
    return switch (text(name)) {
      case "true" -> Support.YES;
      case "false" -> Support.NO;
      case String _ -> Support.UNKNOWN;
    };
  }

  private String text(String name) {
    return fields.getOrDefault(name, "");
  }
}
