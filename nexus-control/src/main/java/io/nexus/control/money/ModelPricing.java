package io.nexus.control.money;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.UnaryOperator;

/**
 * The prices of one model on one day.
 *
 * @param rates the prices of tokens
 * @param fees the prices of everything else, such as each request
 * @param levels the prices of tokens in requests with long prompts, the lowest threshold first
 * @param tiers the service tiers with prices of their own; these have no tiers or regions in turn
 * @param regions factors on the prices of tokens for requests served in these regions
 */
public record ModelPricing(
    Rates rates,
    Fees fees,
    List<Level> levels,
    Map<ServiceTier, ModelPricing> tiers,
    Map<String, BigDecimal> regions) {

  /** Costs nothing. */
  public static final ModelPricing FREE = of(Rates.FREE);

  /**
   * A price level for long prompts. It applies to all tokens of the request, not only to those
   * above the threshold, as providers bill it. Of several levels the highest that the prompt
   * exceeds applies.
   *
   * @param above the level applies when a prompt has more input tokens than this
   * @param rates the prices then
   */
  public record Level(long above, Rates rates) {
    /**
     * @throws IllegalArgumentException if the threshold is negative
     */
    public Level {
      if (above < 0) {
        throw new IllegalArgumentException("a prompt's threshold is at least 0: " + above);
      }
    }
  }

  /**
   * Copies the lists.
   *
   * @throws IllegalArgumentException if the thresholds do not rise
   */
  public ModelPricing {
    levels = List.copyOf(levels);
    tiers = Map.copyOf(tiers);
    regions = Map.copyOf(regions);
    for (int i = 1; i < levels.size(); i++) {
      if (levels.get(i).above() <= levels.get(i - 1).above()) {
        throw new IllegalArgumentException("thresholds rise: " + levels);
      }
    }
  }

  /** Prices of tokens alone. */
  public static ModelPricing of(Rates rates) {
    return new ModelPricing(rates, Fees.NONE, List.of(), Map.of(), Map.of());
  }

  /** These prices with a fee for each request. */
  public ModelPricing withPerRequest(Money fee) {
    return fee.equals(perRequest()) ? this : withFees(fees.with(Item.of(PriceKind.REQUEST), fee));
  }

  /** These prices with other fees, in every tier. */
  public ModelPricing withFees(Fees others) {
    return withFees(_ -> others);
  }

  /** These prices with their fees changed, in every tier. */
  public ModelPricing withFees(UnaryOperator<Fees> change) {
    var all = new HashMap<ServiceTier, ModelPricing>();
    tiers.forEach((tier, pricing) -> all.put(tier, pricing.withFees(change)));
    return new ModelPricing(rates, change.apply(fees), levels, all, regions);
  }

  /** These prices with one tier added. */
  public ModelPricing withTier(ServiceTier tier, ModelPricing pricing) {
    var all = new HashMap<>(tiers);
    all.put(tier, pricing);
    return new ModelPricing(rates, fees, levels, all, regions);
  }

  /**
   * These prices, with a level for long prompts above all others. Other kinds of tokens keep their
   * ratio to plain input or output, rounded up.
   *
   * @param above the level applies when a prompt has more input tokens than this
   * @param inputPerMillion plain input at that level
   * @param outputPerMillion plain output at that level
   * @throws ArithmeticException if a scaled price does not fit
   */
  public ModelPricing withLongPrompt(long above, Money inputPerMillion, Money outputPerMillion) {
    return withLevel(new Level(above, rates.scaledTo(inputPerMillion, outputPerMillion)));
  }

  /** These prices, with a level for long prompts above all others. */
  public ModelPricing withLevel(Level level) {
    var all = new ArrayList<>(levels);
    all.add(level);
    return new ModelPricing(rates, fees, all, tiers, regions);
  }

  /** The fee for each request. */
  public Money perRequest() {
    return fees.perRequest();
  }

  /** Whether requests are free in every tier, except calls of the provider's own tools. */
  public boolean isFree() {
    return rates.isFree()
        && fees.isFree()
        && levels.stream().allMatch(level -> level.rates().isFree())
        && tiers.values().stream().allMatch(ModelPricing::isFree);
  }

  /**
   * The prices to charge for a request served in a tier: the tier's own, or else these. OpenAI
   * renamed {@code priority} to {@code fast}, so each stands in for the other if only one has
   * prices. The name may also be that of a region with its own prices.
   */
  public ModelPricing served(ServiceTier tier) {
    if (tier.isStandard() || (tiers.isEmpty() && regions.isEmpty())) {
      return this;
    }
    var own = tiers.get(tier);
    if (own == null && tier.equals(ServiceTier.FAST)) {
      own = tiers.get(ServiceTier.PRIORITY);
    }
    return own == null ? in(tier.name()) : own;
  }

  /**
   * The prices to hold at for a request that asks for a tier: the dearer of the tier's and these,
   * kind by kind, because the provider may serve it in either.
   */
  public ModelPricing requested(ServiceTier tier) {
    var served = served(tier);
    return served.equals(this) ? this : max(served);
  }

  /** The prices of a region; these if the region has none of its own. */
  public ModelPricing in(String region) {
    var factor = regions.get(region);
    if (factor == null || factor.compareTo(BigDecimal.ONE) == 0) {
      return this;
    }
    var all = new HashMap<ServiceTier, ModelPricing>();
    tiers.forEach((tier, pricing) -> all.put(tier, pricing.times(factor)));
    var here = times(factor);
    return new ModelPricing(here.rates, fees, here.levels, all, Map.of());
  }

  private ModelPricing times(BigDecimal factor) {
    return new ModelPricing(
        rates.times(factor),
        fees,
        levels.stream().map(l -> new Level(l.above(), l.rates().times(factor))).toList(),
        Map.of(),
        Map.of());
  }

  /** The dearer of both, kind by kind and at each length of a prompt; it has no tiers. */
  ModelPricing max(ModelPricing other) {
    var thresholds = new TreeSet<Long>();
    levels.forEach(level -> thresholds.add(level.above()));
    other.levels.forEach(level -> thresholds.add(level.above()));
    return new ModelPricing(
        rates.max(other.rates),
        fees.max(other.fees),
        thresholds.stream()
            .map(above -> new Level(above, level(above + 1).max(other.level(above + 1))))
            .toList(),
        Map.of(),
        regions);
  }

  /**
   * The cost of the usage, rounded up once to the nano-dollar.
   *
   * @throws ArithmeticException if it does not fit {@link Money}
   */
  public Money cost(Usage used) {
    var level = level(used.inputTokens());
    return used.extras().isEmpty()
        ? level.cost(used).plus(perRequest())
        : fees.costWith(level.exact(used), used);
  }

  /** The price of one unit of an item other than tokens; zero if there is none. */
  public Money fee(Item item) {
    return fees.price(item).orElse(Money.ZERO);
  }

  /**
   * The cost of an amount of an item other than tokens, rounded up; {@link Money#MOST} on overflow.
   *
   * @param amount in parts of the kind's unit: calls, images, characters, milliseconds
   */
  public Money fee(Item item, long amount) {
    return fees.cost(item, amount);
  }

  /** The prices of tokens for a prompt of that length. */
  public Rates level(long inputTokens) {
    var holds = rates;
    for (int i = 0; i < levels.size() && inputTokens > levels.get(i).above(); i++) {
      holds = levels.get(i).rates();
    }
    return holds;
  }

  /**
   * The most that a request can cost, for any mix of token kinds and on either side of a
   * long-prompt threshold.
   *
   * @param inputTokens the most input tokens that the provider can count
   * @param outputTokens the most output tokens that it can generate, over all choices
   * @param kinds the kinds of tokens that the request can use
   * @throws ArithmeticException if it does not fit {@link Money}
   */
  public Money worstCase(long inputTokens, long outputTokens, TokenKinds kinds) {
    var worst = rates.worstCase(inputTokens, outputTokens, kinds);
    for (int i = 0; i < levels.size() && inputTokens > levels.get(i).above(); i++) {
      var there = levels.get(i).rates().worstCase(inputTokens, outputTokens, kinds);
      worst = worst.compareTo(there) >= 0 ? worst : there;
    }
    return worst.plus(perRequest());
  }

  /**
   * For text, and also for audio if that is input or output.
   *
   * @throws ArithmeticException if it does not fit {@link Money}
   */
  public Money worstCase(long inputTokens, long outputTokens, boolean audio) {
    return worstCase(inputTokens, outputTokens, kinds(audio));
  }

  /** The {@link #worstCase}; {@link Money#MOST} on overflow. */
  public Money worstCaseOrMost(long inputTokens, long outputTokens, TokenKinds kinds) {
    try {
      return worstCase(inputTokens, outputTokens, kinds);
    } catch (ArithmeticException e) {
      return Money.MOST;
    }
  }

  /** For text, and also for audio if that is input or output. */
  public Money worstCaseOrMost(long inputTokens, long outputTokens, boolean audio) {
    return worstCaseOrMost(inputTokens, outputTokens, kinds(audio));
  }

  /**
   * The largest number of output tokens for which {@link #worstCase} stays within the money.
   *
   * @return tokens over all choices, {@link Long#MAX_VALUE} where output costs nothing; 0 if the
   *     prompt alone costs more
   */
  public long affordableOutput(Money available, long inputTokens, TokenKinds kinds) {
    if (available.compareTo(perRequest()) < 0) {
      return 0;
    }
    var left = available.minus(perRequest());
    long tokens = rates.affordableOutput(left, inputTokens, kinds);
    for (int i = 0; i < levels.size() && inputTokens > levels.get(i).above(); i++) {
      tokens = Math.min(tokens, levels.get(i).rates().affordableOutput(left, inputTokens, kinds));
    }
    return tokens;
  }

  /** For text, and also for audio if that is input or output. */
  public long affordableOutput(Money available, long inputTokens, boolean audio) {
    return affordableOutput(available, inputTokens, kinds(audio));
  }

  /** These prices with every token at the dearest of the kinds. */
  ModelPricing dearest(TokenKinds kinds) {
    return new ModelPricing(
        rates.dearest(kinds),
        fees,
        levels.stream().map(each -> new Level(each.above(), each.rates().dearest(kinds))).toList(),
        Map.of(),
        regions);
  }

  /** The most that this number of output tokens can cost, for any length of prompt. */
  Money outputAtMost(long tokens, TokenKinds kinds) {
    var most = rates.worstCase(0, tokens, kinds);
    for (var level : levels) {
      var there = level.rates().worstCase(0, tokens, kinds);
      most = most.compareTo(there) >= 0 ? most : there;
    }
    return most;
  }

  private static TokenKinds kinds(boolean audio) {
    return audio ? TokenKinds.TEXT_AND_AUDIO : TokenKinds.TEXT;
  }
}
