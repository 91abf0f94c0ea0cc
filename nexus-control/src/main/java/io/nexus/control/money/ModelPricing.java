package io.nexus.control.money;

/**
 * What requests to one model cost.
 *
 * @param rates the prices of tokens
 * @param perRequest what each request costs whatever its tokens
 * @param longPrompt the prices of tokens in requests with a long prompt
 */
public record ModelPricing(Rates rates, Money perRequest, LongPrompt longPrompt) {

  /** Costs nothing. */
  public static final ModelPricing FREE = of(Rates.FREE);

  /**
   * A second price level. It applies to all tokens of a request whose prompt is long, not only to
   * those above the threshold, as the providers that have it bill.
   *
   * @param above the level applies when a prompt has more input tokens than this
   * @param rates the prices then
   */
  public record LongPrompt(long above, Rates rates) {
    /** No such level. */
    public static final LongPrompt NONE = new LongPrompt(Long.MAX_VALUE, Rates.FREE);

    /**
     * @throws IllegalArgumentException if the threshold is negative
     */
    public LongPrompt {
      if (above < 0) {
        throw new IllegalArgumentException("a prompt's threshold is at least 0: " + above);
      }
    }
  }

  /**
   * @throws IllegalArgumentException if the price of a request is negative
   */
  public ModelPricing {
    if (perRequest.nanos() < 0) {
      throw new IllegalArgumentException("a price is at least 0: " + perRequest);
    }
  }

  /** Prices of tokens alone. */
  public static ModelPricing of(Rates rates) {
    return new ModelPricing(rates, Money.ZERO, LongPrompt.NONE);
  }

  /** These prices, and so much for each request. */
  public ModelPricing withPerRequest(Money fee) {
    return new ModelPricing(rates, fee, longPrompt);
  }

  /**
   * These prices, with a second level for long prompts. The kinds of tokens that no price is given
   * for keep their proportion to plain input or output, rounded up.
   *
   * @param above the level applies when a prompt has more input tokens than this
   * @param inputPerMillion plain input at that level
   * @param outputPerMillion plain output at that level
   * @throws ArithmeticException if a scaled price does not fit
   */
  public ModelPricing withLongPrompt(long above, Money inputPerMillion, Money outputPerMillion) {
    var level = rates.scaledTo(inputPerMillion, outputPerMillion);
    return new ModelPricing(rates, perRequest, new LongPrompt(above, level));
  }

  /** Whether every request costs nothing. */
  public boolean isFree() {
    return rates.isFree() && perRequest.isZero() && longPrompt.rates().isFree();
  }

  /**
   * What the usage costs, rounded up to the nano-dollar, once.
   *
   * @throws ArithmeticException if it does not fit {@link Money}
   */
  public Money cost(Usage used) {
    var level = used.inputTokens() > longPrompt.above() ? longPrompt.rates() : rates;
    return level.cost(used).plus(perRequest);
  }

  /**
   * The most that a request can cost, whatever kinds its tokens turn out to be and on whichever
   * side of the long-prompt threshold the provider counts it.
   *
   * @param inputTokens the most input tokens that the provider can count
   * @param outputTokens the most output tokens that it can generate, over all choices
   * @param audio whether audio goes in or comes out
   * @throws ArithmeticException if it does not fit {@link Money}
   */
  public Money worstCase(long inputTokens, long outputTokens, boolean audio) {
    var worst = rates.worstCase(inputTokens, outputTokens, audio);
    if (inputTokens > longPrompt.above()) {
      var atLongLevel = longPrompt.rates().worstCase(inputTokens, outputTokens, audio);
      worst = worst.compareTo(atLongLevel) >= 0 ? worst : atLongLevel;
    }
    return worst.plus(perRequest);
  }

  /** The {@link #worstCase}, or the largest amount there is where it does not fit. */
  public Money worstCaseOrMost(long inputTokens, long outputTokens, boolean audio) {
    try {
      return worstCase(inputTokens, outputTokens, audio);
    } catch (ArithmeticException e) {
      return Money.MOST;
    }
  }

  /**
   * The largest number of output tokens for which {@link #worstCase} stays within the money.
   *
   * @return tokens over all choices, {@link Long#MAX_VALUE} where output costs nothing; 0 if the
   *     prompt alone costs more
   */
  public long affordableOutput(Money available, long inputTokens, boolean audio) {
    if (available.compareTo(perRequest) < 0) {
      return 0;
    }
    var left = available.minus(perRequest);
    long tokens = rates.affordableOutput(left, inputTokens, audio);
    return inputTokens > longPrompt.above()
        ? Math.min(tokens, longPrompt.rates().affordableOutput(left, inputTokens, audio))
        : tokens;
  }
}
