package io.nexus.server.mock;

import java.math.BigDecimal;
import java.math.RoundingMode;

/**
 * The tokens of one answer as OpenAI reports them: cached ones are among the prompt's, reasoning
 * ones among the completion's.
 */
public record UpstreamUsage(long prompt, long cached, long completion, long reasoning) {

  /** US dollars per million tokens. */
  public record Prices(
      BigDecimal input, BigDecimal cached, BigDecimal output, BigDecimal reasoning) {

    public static final Prices FREE = of("0", "0");

    /** Cached and reasoning tokens at the price of the others. */
    public static Prices of(String input, String output) {
      return of(input, input, output, output);
    }

    public static Prices of(String input, String cached, String output, String reasoning) {
      return new Prices(
          new BigDecimal(input),
          new BigDecimal(cached),
          new BigDecimal(output),
          new BigDecimal(reasoning));
    }
  }

  public static UpstreamUsage of(long prompt, long completion) {
    return new UpstreamUsage(prompt, 0, completion, 0);
  }

  /** What it costs, in nano-dollars, rounded up once. */
  public long nanos(Prices prices) {
    // Dollars per million tokens are thousands of nano-dollars per token.
    return part(prices.input(), prompt - cached)
        .add(part(prices.cached(), cached))
        .add(part(prices.output(), completion - reasoning))
        .add(part(prices.reasoning(), reasoning))
        .movePointRight(3)
        .setScale(0, RoundingMode.CEILING)
        .longValueExact();
  }

  private static BigDecimal part(BigDecimal price, long tokens) {
    return price.multiply(BigDecimal.valueOf(tokens));
  }

  /** The usage object of an answer. */
  public String json() {
    return """
        {"prompt_tokens":%d,"completion_tokens":%d,"total_tokens":%d,\
        "prompt_tokens_details":{"cached_tokens":%d},\
        "completion_tokens_details":{"reasoning_tokens":%d}}"""
        .formatted(prompt, completion, prompt + completion, cached, reasoning);
  }
}
