package io.nexus.control.money;

import java.math.BigInteger;

/**
 * Prices of tokens by kind, in nano-dollars per million tokens, so that a price such as $0.0375 per
 * million tokens is exact. The kinds are those of {@link Usage}; a token is priced by its kind,
 * once.
 *
 * @param input plain input
 * @param cachedInput input read from the prompt cache
 * @param cacheWrite input written to the prompt cache
 * @param audioInput audio input
 * @param output plain output
 * @param reasoning output spent on reasoning
 * @param audioOutput audio output
 */
public record Rates(
    long input,
    long cachedInput,
    long cacheWrite,
    long audioInput,
    long output,
    long reasoning,
    long audioOutput) {

  /** Tokens that cost nothing. */
  public static final Rates FREE = text(Money.ZERO, Money.ZERO);

  private static final long MILLION = 1_000_000;

  /**
   * @throws IllegalArgumentException if a price is negative
   */
  public Rates {
    if ((input | cachedInput | cacheWrite | audioInput | output | reasoning | audioOutput) < 0) {
      throw new IllegalArgumentException("a price is at least 0");
    }
  }

  /** Every kind of input at the one price and every kind of output at the other. */
  public static Rates text(Money inputPerMillion, Money outputPerMillion) {
    long in = inputPerMillion.nanos();
    long out = outputPerMillion.nanos();
    return new Rates(in, in, in, in, out, out, out);
  }

  /**
   * What the usage costs, rounded up to the nano-dollar, once.
   *
   * @throws ArithmeticException if it does not fit {@link Money}
   */
  Money cost(Usage used) {
    long plainInput =
        used.inputTokens()
            - used.cachedInputTokens()
            - used.cacheWriteTokens()
            - used.audioInputTokens();
    long plainOutput = used.outputTokens() - used.reasoningTokens() - used.audioOutputTokens();
    try {
      long nanosTimesMillion = Math.multiplyExact(plainInput, input);
      nanosTimesMillion = add(nanosTimesMillion, used.cachedInputTokens(), cachedInput);
      nanosTimesMillion = add(nanosTimesMillion, used.cacheWriteTokens(), cacheWrite);
      nanosTimesMillion = add(nanosTimesMillion, used.audioInputTokens(), audioInput);
      nanosTimesMillion = add(nanosTimesMillion, plainOutput, output);
      nanosTimesMillion = add(nanosTimesMillion, used.reasoningTokens(), reasoning);
      nanosTimesMillion = add(nanosTimesMillion, used.audioOutputTokens(), audioOutput);
      return new Money(Math.ceilDiv(nanosTimesMillion, MILLION));
    } catch (ArithmeticException e) {
      return large(plainInput, plainOutput, used);
    }
  }

  private static long add(long sum, long tokens, long rate) {
    return Math.addExact(sum, Math.multiplyExact(tokens, rate));
  }

  /** The same sum where the intermediate product does not fit a long. */
  private Money large(long plainInput, long plainOutput, Usage used) {
    long[] tokens = {
      plainInput,
      used.cachedInputTokens(),
      used.cacheWriteTokens(),
      used.audioInputTokens(),
      plainOutput,
      used.reasoningTokens(),
      used.audioOutputTokens()
    };
    long[] rates = {input, cachedInput, cacheWrite, audioInput, output, reasoning, audioOutput};
    var sum = BigInteger.valueOf(MILLION - 1);
    for (int kind = 0; kind < tokens.length; kind++) {
      sum = sum.add(BigInteger.valueOf(tokens[kind]).multiply(BigInteger.valueOf(rates[kind])));
    }
    return new Money(sum.divide(BigInteger.valueOf(MILLION)).longValueExact());
  }

  /** The most that so many tokens can cost, of whatever kind the provider finds them to be. */
  Money worstCase(long inputTokens, long outputTokens, boolean audio) {
    return dearest(audio).cost(Usage.of(inputTokens, outputTokens));
  }

  /** The most output tokens that the money buys after the input is paid; 0 if it buys none. */
  long affordableOutput(Money available, long inputTokens, boolean audio) {
    var dearest = dearest(audio);
    var left = available.minus(dearest.cost(Usage.of(inputTokens, 0)));
    if (left.nanos() <= 0) {
      return 0;
    }
    if (dearest.output == 0) {
      return Long.MAX_VALUE;
    }
    return BigInteger.valueOf(left.nanos())
        .multiply(BigInteger.valueOf(MILLION))
        .divide(BigInteger.valueOf(dearest.output))
        .min(BigInteger.valueOf(Long.MAX_VALUE))
        .longValueExact();
  }

  private Rates dearest(boolean audio) {
    long in = Math.max(Math.max(input, cachedInput), cacheWrite);
    long out = Math.max(output, reasoning);
    return text(
        new Money(audio ? Math.max(in, audioInput) : in),
        new Money(audio ? Math.max(out, audioOutput) : out));
  }
}
