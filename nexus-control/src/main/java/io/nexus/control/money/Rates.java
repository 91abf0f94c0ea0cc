package io.nexus.control.money;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * Prices of tokens by kind, in nano-dollars per million tokens, so that a price such as $0.0375 per
 * million tokens is exact. Each token is priced once, by its kind; a kind without a price of its
 * own uses that of the kind it {@linkplain PriceKind#fallback falls back} to.
 *
 * <p>Immutable. Two are equal if every kind costs the same.
 */
public final class Rates {

  private static final long MILLION = 1_000_000;
  private static final PriceKind[] KINDS = Arrays.copyOf(PriceKind.values(), PriceKind.TOKEN_KINDS);

  /** Tokens that cost nothing. */
  public static final Rates FREE = text(Money.ZERO, Money.ZERO);

  private final long[] perMillion;
  private final TokenKinds given;
  private final long dearestTextInput;
  private final long dearestTextOutput;

  private Rates(long[] perMillion, TokenKinds given) {
    for (long price : perMillion) {
      if (price < 0) {
        throw new IllegalArgumentException("a price is at least 0");
      }
    }
    this.perMillion = perMillion;
    this.given = given;
    this.dearestTextInput = dearest(TokenKinds.TEXT, false);
    this.dearestTextOutput = dearest(TokenKinds.TEXT, true);
  }

  /**
   * Prices in nano-dollars per million tokens.
   *
   * @throws IllegalArgumentException if one is negative or not a price of tokens
   */
  public static Rates of(Map<PriceKind, Long> given) {
    var perMillion = new long[PriceKind.TOKEN_KINDS];
    var named = new TokenKinds(0);
    for (var kind : KINDS) {
      var own = given.get(kind);
      if (own != null) {
        named = named.with(kind);
      }
      perMillion[kind.slot()] =
          own != null ? own : kind.fallback() == kind ? 0 : perMillion[kind.fallback().slot()];
    }
    return new Rates(perMillion, named);
  }

  /** Every kind of input at the one price and every kind of output at the other. */
  public static Rates text(Money inputPerMillion, Money outputPerMillion) {
    return of(
        Map.of(
            PriceKind.INPUT, inputPerMillion.nanos(), PriceKind.OUTPUT, outputPerMillion.nanos()));
  }

  /** These rates with another price for one kind, and for those that fall back to it. */
  public Rates with(PriceKind kind, Money price) {
    var all = given();
    all.put(kind, price.nanos());
    return of(all);
  }

  /** These rates with another price for input read from the prompt cache. */
  public Rates withCachedInput(Money price) {
    return with(PriceKind.CACHED_INPUT, price);
  }

  /** These rates with another price for input written to the prompt cache. */
  public Rates withCacheWrite(Money price) {
    return with(PriceKind.CACHE_WRITE, price);
  }

  /** These rates with another price for audio input. */
  public Rates withAudioInput(Money price) {
    return with(PriceKind.INPUT_AUDIO, price);
  }

  /** These rates with another price for reasoning. */
  public Rates withReasoning(Money price) {
    return with(PriceKind.REASONING, price);
  }

  /** These rates with another price for audio output. */
  public Rates withAudioOutput(Money price) {
    return with(PriceKind.OUTPUT_AUDIO, price);
  }

  /** The kinds with a price of their own, and their prices. */
  public Map<PriceKind, Long> given() {
    var own = new EnumMap<PriceKind, Long>(PriceKind.class);
    for (var kind : KINDS) {
      if (given.contains(kind)) {
        own.put(kind, perMillion[kind.slot()]);
      }
    }
    return own;
  }

  /** Whether the kind has a price of its own. */
  public boolean isGiven(PriceKind kind) {
    return given.contains(kind);
  }

  /** The price of a kind of tokens. */
  public long of(PriceKind kind) {
    return perMillion[kind.slot()];
  }

  /** The price of plain input. */
  public long input() {
    return of(PriceKind.INPUT);
  }

  /** The price of input read from the prompt cache. */
  public long cachedInput() {
    return of(PriceKind.CACHED_INPUT);
  }

  /** The price of input written to the prompt cache for the shortest time. */
  public long cacheWrite() {
    return of(PriceKind.CACHE_WRITE);
  }

  /** The price of audio input. */
  public long audioInput() {
    return of(PriceKind.INPUT_AUDIO);
  }

  /** The price of plain output. */
  public long output() {
    return of(PriceKind.OUTPUT);
  }

  /** The price of output spent on reasoning. */
  public long reasoning() {
    return of(PriceKind.REASONING);
  }

  /** The price of audio output. */
  public long audioOutput() {
    return of(PriceKind.OUTPUT_AUDIO);
  }

  /** Whether tokens of every kind cost nothing. */
  public boolean isFree() {
    for (long price : perMillion) {
      if (price != 0) {
        return false;
      }
    }
    return true;
  }

  /**
   * The cost of the usage's tokens, rounded up once to the nano-dollar; {@linkplain Usage#extras
   * extra kinds} are priced as the kind they are part of.
   *
   * @throws ArithmeticException if it does not fit {@link Money}
   */
  Money cost(Usage used) {
    long plainInput = used.plainInputTokens();
    long plainOutput = used.plainOutputTokens();
    try {
      long nanosTimesMillion = Math.multiplyExact(plainInput, input());
      nanosTimesMillion = add(nanosTimesMillion, used.cachedInputTokens(), cachedInput());
      nanosTimesMillion = add(nanosTimesMillion, used.cacheWriteTokens(), cacheWrite());
      nanosTimesMillion = add(nanosTimesMillion, used.audioInputTokens(), audioInput());
      nanosTimesMillion = add(nanosTimesMillion, plainOutput, output());
      nanosTimesMillion = add(nanosTimesMillion, used.reasoningTokens(), reasoning());
      nanosTimesMillion = add(nanosTimesMillion, used.audioOutputTokens(), audioOutput());
      return new Money(Math.ceilDiv(nanosTimesMillion, MILLION));
    } catch (ArithmeticException e) {
      return new Money(
          exact(used)
              .add(BigInteger.valueOf(MILLION - 1))
              .divide(BigInteger.valueOf(MILLION))
              .longValueExact());
    }
  }

  private static long add(long sum, long tokens, long rate) {
    return Math.addExact(sum, Math.multiplyExact(tokens, rate));
  }

  /** The cost of all tokens of the usage, in millionths of a nano-dollar. */
  BigInteger exact(Usage used) {
    var sum = product(used.plainInputTokens(), PriceKind.INPUT);
    sum = sum.add(product(used.cachedInputTokens(), PriceKind.CACHED_INPUT));
    sum = sum.add(product(used.cacheWriteTokens(), PriceKind.CACHE_WRITE));
    sum = sum.add(product(used.audioInputTokens(), PriceKind.INPUT_AUDIO));
    sum = sum.add(product(used.plainOutputTokens(), PriceKind.OUTPUT));
    sum = sum.add(product(used.reasoningTokens(), PriceKind.REASONING));
    sum = sum.add(product(used.audioOutputTokens(), PriceKind.OUTPUT_AUDIO));
    for (var extra : used.extras().entrySet()) {
      var kind = extra.getKey().kind();
      if (kind.isTokens()) {
        sum = sum.add(product(extra.getValue(), kind));
        sum = kind.whole() == kind ? sum : sum.subtract(product(extra.getValue(), kind.whole()));
      }
    }
    return sum;
  }

  private BigInteger product(long tokens, PriceKind kind) {
    return BigInteger.valueOf(tokens).multiply(BigInteger.valueOf(of(kind)));
  }

  /** The most that this number of tokens can cost, for any mix of the kinds. */
  Money worstCase(long inputTokens, long outputTokens, TokenKinds kinds) {
    long in = dearestInput(kinds);
    long out = dearestOutput(kinds);
    try {
      long sum =
          add(Math.multiplyExact(Math.max(0, inputTokens), in), Math.max(0, outputTokens), out);
      return new Money(Math.ceilDiv(sum, MILLION));
    } catch (ArithmeticException e) {
      return text(new Money(in), new Money(out)).cost(Usage.of(inputTokens, outputTokens));
    }
  }

  /**
   * The largest number of output tokens whose {@link #worstCase} is within the money; 0 if there is
   * none.
   */
  long affordableOutput(Money available, long inputTokens, TokenKinds kinds) {
    long rate = dearestOutput(kinds);
    try {
      // A cost is rounded up last, so the money left after the input includes a fraction of a
      // nano-dollar: left * MILLION + spare, in millionths.
      long input = Math.multiplyExact(Math.max(0, inputTokens), dearestInput(kinds));
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
      return largeAffordableOutput(available, inputTokens, kinds);
    }
  }

  /** Computes {@link #affordableOutput} where an intermediate product does not fit a long. */
  private long largeAffordableOutput(Money available, long inputTokens, TokenKinds kinds) {
    var left =
        BigInteger.valueOf(available.nanos())
            .multiply(BigInteger.valueOf(MILLION))
            .subtract(
                BigInteger.valueOf(Math.max(0, inputTokens))
                    .multiply(BigInteger.valueOf(dearestInput(kinds))));
    if (left.signum() < 0) {
      return 0;
    }
    long rate = dearestOutput(kinds);
    return rate == 0
        ? Long.MAX_VALUE
        : left.divide(BigInteger.valueOf(rate))
            .min(BigInteger.valueOf(Long.MAX_VALUE))
            .longValueExact();
  }

  /** These rates with every input and output token at the dearest of the kinds. */
  Rates dearest(TokenKinds kinds) {
    return text(new Money(dearestInput(kinds)), new Money(dearestOutput(kinds)));
  }

  private long dearestInput(TokenKinds kinds) {
    return kinds.equals(TokenKinds.TEXT) ? dearestTextInput : dearest(kinds, false);
  }

  private long dearestOutput(TokenKinds kinds) {
    return kinds.equals(TokenKinds.TEXT) ? dearestTextOutput : dearest(kinds, true);
  }

  private long dearest(TokenKinds kinds, boolean output) {
    long most = 0;
    for (var kind : KINDS) {
      if (kind != PriceKind.CITATION && kind.isOutput() == output && kinds.contains(kind)) {
        most = Math.max(most, of(kind));
      }
    }
    return most;
  }

  /** The dearer of both, kind by kind. */
  Rates max(Rates other) {
    return each(
        kind -> Math.max(of(kind), other.of(kind)),
        new TokenKinds(given.bits() | other.given.bits()));
  }

  /**
   * Every price times the factor, rounded up.
   *
   * @throws ArithmeticException if one does not fit
   */
  Rates times(BigDecimal factor) {
    return each(
        kind -> Money.usdRoundedUp(new Money(of(kind)).toUsd().multiply(factor)).nanos(), given);
  }

  /**
   * These rates at other prices of plain input and output: the other kinds keep their ratio to the
   * plain kind of their direction, rounded up.
   *
   * @throws ArithmeticException if one does not fit
   */
  public Rates scaledTo(Money inputPerMillion, Money outputPerMillion) {
    return each(
        kind ->
            kind.isOutput()
                ? scaled(of(kind), outputPerMillion.nanos(), output())
                : scaled(of(kind), inputPerMillion.nanos(), input()),
        given);
  }

  private Rates each(ToLongFunction<PriceKind> price, TokenKinds named) {
    var all = new long[PriceKind.TOKEN_KINDS];
    for (var kind : KINDS) {
      all[kind.slot()] = price.applyAsLong(kind);
    }
    return new Rates(all, named);
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

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Rates rates && Arrays.equals(perMillion, rates.perMillion);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(perMillion);
  }

  /** The given prices, in dollars per million tokens. */
  @Override
  public String toString() {
    var text = new StringBuilder();
    given()
        .forEach(
            (kind, price) ->
                text.append(text.isEmpty() ? "" : ", ")
                    .append(kind.label())
                    .append(' ')
                    .append(new Money(price)));
    return text.toString();
  }
}
