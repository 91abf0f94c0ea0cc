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

  /** Whether tokens of every kind cost nothing. */
  public boolean isFree() {
    return (input | cachedInput | cacheWrite | audioInput | output | reasoning | audioOutput) == 0;
  }

  /** Every kind of input at the one price and every kind of output at the other. */
  public static Rates text(Money inputPerMillion, Money outputPerMillion) {
    long in = inputPerMillion.nanos();
    long out = outputPerMillion.nanos();
    return new Rates(in, in, in, in, out, out, out);
  }

  /** These, with another price for input read from the prompt cache. */
  public Rates withCachedInput(Money perMillion) {
    return new Rates(
        input, perMillion.nanos(), cacheWrite, audioInput, output, reasoning, audioOutput);
  }

  /** These, with another price for input written to the prompt cache. */
  public Rates withCacheWrite(Money perMillion) {
    return new Rates(
        input, cachedInput, perMillion.nanos(), audioInput, output, reasoning, audioOutput);
  }

  /** These, with another price for audio input. */
  public Rates withAudioInput(Money perMillion) {
    return new Rates(
        input, cachedInput, cacheWrite, perMillion.nanos(), output, reasoning, audioOutput);
  }

  /** These, with another price for output spent on reasoning. */
  public Rates withReasoning(Money perMillion) {
    return new Rates(
        input, cachedInput, cacheWrite, audioInput, output, perMillion.nanos(), audioOutput);
  }

  /** These, with another price for audio output. */
  public Rates withAudioOutput(Money perMillion) {
    return new Rates(
        input, cachedInput, cacheWrite, audioInput, output, reasoning, perMillion.nanos());
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
    return text(new Money(dearestInput(audio)), new Money(dearestOutput(audio)))
        .cost(Usage.of(inputTokens, outputTokens));
  }

  /**
   * The largest number of output tokens whose {@link #worstCase} is within the money; 0 if there is
   * none.
   */
  long affordableOutput(Money available, long inputTokens, boolean audio) {
    long rate = dearestOutput(audio);
    try {
      // Rounding up comes last in a cost, so what the input leaves is taken with its fraction of a
      // nano-dollar: it is left * MILLION + spare millionths.
      long input = Math.multiplyExact(Math.max(0, inputTokens), dearestInput(audio));
      long roundedUp = Math.ceilDiv(input, MILLION);
      long left = Math.subtractExact(available.nanos(), roundedUp);
      long spare = roundedUp * MILLION - input;
      if (left < 0) {
        return 0;
      }
      if (rate == 0) {
        return Long.MAX_VALUE;
      }
      long rest = Math.addExact(Math.multiplyExact(left % rate, MILLION), spare);
      return Math.addExact(Math.multiplyExact(left / rate, MILLION), rest / rate);
    } catch (ArithmeticException e) {
      return largeAffordableOutput(available, inputTokens, audio);
    }
  }

  /** The same where an intermediate product does not fit a long. */
  private long largeAffordableOutput(Money available, long inputTokens, boolean audio) {
    var left =
        BigInteger.valueOf(available.nanos())
            .multiply(BigInteger.valueOf(MILLION))
            .subtract(
                BigInteger.valueOf(Math.max(0, inputTokens))
                    .multiply(BigInteger.valueOf(dearestInput(audio))));
    if (left.signum() < 0) {
      return 0;
    }
    long rate = dearestOutput(audio);
    return rate == 0
        ? Long.MAX_VALUE
        : left.divide(BigInteger.valueOf(rate))
            .min(BigInteger.valueOf(Long.MAX_VALUE))
            .longValueExact();
  }

  /**
   * These prices at a second level of plain input and output: the other kinds keep their proportion
   * to the plain kind of their direction, rounded up.
   */
  Rates scaledTo(Money inputPerMillion, Money outputPerMillion) {
    long in = inputPerMillion.nanos();
    long out = outputPerMillion.nanos();
    return new Rates(
        in,
        scaled(cachedInput, in, input),
        scaled(cacheWrite, in, input),
        scaled(audioInput, in, input),
        out,
        scaled(reasoning, out, output),
        scaled(audioOutput, out, output));
  }

  private static long scaled(long rate, long level, long base) {
    if (base == 0) {
      return Math.max(rate, level);
    }
    var divisor = BigInteger.valueOf(base);
    return BigInteger.valueOf(rate)
        .multiply(BigInteger.valueOf(level))
        .add(divisor.subtract(BigInteger.ONE))
        .divide(divisor)
        .longValueExact();
  }

  private long dearestInput(boolean audio) {
    long text = Math.max(Math.max(input, cachedInput), cacheWrite);
    return audio ? Math.max(text, audioInput) : text;
  }

  private long dearestOutput(boolean audio) {
    long text = Math.max(output, reasoning);
    return audio ? Math.max(text, audioOutput) : text;
  }
}
