package io.nexus.control.money;

import java.math.BigDecimal;
import java.math.RoundingMode;
import org.jspecify.annotations.Nullable;

/**
 * An exact amount of US dollars, counted in nano-dollars (1 USD = 1,000,000,000 nanos).
 *
 * <p>A {@code long} of nano-dollars reaches $9.2 billion, and one token at $0.0375 per million
 * tokens is still a whole 37.5 nanos away from zero, so no budget arithmetic needs a fraction.
 * Arithmetic is exact: an overflow throws {@link ArithmeticException} instead of wrapping.
 *
 * <p>Immutable and safe for any number of threads.
 *
 * @param nanos the amount in nano-dollars; negative for a credit
 */
public record Money(long nanos) implements Comparable<Money> {

  /** How many nano-dollars make a dollar. */
  public static final long NANOS_PER_USD = 1_000_000_000L;

  /** No money at all. */
  public static final Money ZERO = new Money(0);

  /** The largest amount; stands for any that does not fit. */
  public static final Money MOST = new Money(Long.MAX_VALUE);

  private static final int DECIMALS = 9;

  /**
   * Reads a plain or scientific decimal number of dollars.
   *
   * @param usd for instance {@code "0.0375"}
   * @return the same amount, exactly
   * @throws IllegalArgumentException if it is not a number, has more than nine decimals, or does
   *     not fit
   */
  public static Money usd(String usd) {
    try {
      return usd(new BigDecimal(usd.strip()));
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException("not an amount in USD: '" + usd + "'", e);
    }
  }

  /**
   * Converts a decimal number of dollars.
   *
   * @return the same amount, exactly
   * @throws IllegalArgumentException if it has more than nine decimals or does not fit
   */
  public static Money usd(BigDecimal usd) {
    try {
      return new Money(usd.scaleByPowerOfTen(DECIMALS).longValueExact());
    } catch (ArithmeticException e) {
      throw new IllegalArgumentException(
          "an amount in USD has at most 9 decimals and is below 9.2 billion: " + usd, e);
    }
  }

  /**
   * Converts a decimal number of dollars that may be finer than a nano-dollar.
   *
   * @return the smallest amount that is not less
   * @throws IllegalArgumentException if it does not fit
   */
  public static Money usdRoundedUp(BigDecimal usd) {
    // The exponent is untrusted input: a number such as 1e-999999999 must not be expanded.
    long integerDigits = (long) usd.precision() - usd.scale() + DECIMALS;
    if (integerDigits <= 0) {
      return usd.signum() > 0 ? new Money(1) : ZERO;
    }
    if (integerDigits > 19) {
      return usd(usd);
    }
    return usd(usd.setScale(DECIMALS, RoundingMode.CEILING));
  }

  /**
   * The sum of both.
   *
   * @throws ArithmeticException on overflow
   */
  public Money plus(Money other) {
    return new Money(Math.addExact(nanos, other.nanos));
  }

  /**
   * This less the other; negative if the other is larger.
   *
   * @throws ArithmeticException on overflow
   */
  public Money minus(Money other) {
    return new Money(Math.subtractExact(nanos, other.nanos));
  }

  /** The sum of both; saturates at the bounds of a {@code long}. */
  public Money saturatedPlus(Money other) {
    return new Money(saturatedAdd(nanos, other.nanos));
  }

  /** The sum of two amounts in nano-dollars; saturates at the bounds of a {@code long}. */
  public static long saturatedAdd(long a, long b) {
    long sum = a + b;
    boolean overflows = ((a ^ sum) & (b ^ sum)) < 0;
    return overflows ? (a < 0 ? Long.MIN_VALUE : Long.MAX_VALUE) : sum;
  }

  /** The difference of two amounts in nano-dollars; saturates at the bounds of a {@code long}. */
  public static long saturatedSubtract(long a, long b) {
    long difference = a - b;
    boolean overflows = ((a ^ b) & (a ^ difference)) < 0;
    return overflows ? (a < 0 ? Long.MIN_VALUE : Long.MAX_VALUE) : difference;
  }

  /** Whether this is exactly zero. */
  public boolean isZero() {
    return nanos == 0;
  }

  /** The amount in dollars as a decimal without trailing zeros, for printing and for JSON. */
  public BigDecimal toUsd() {
    var usd = BigDecimal.valueOf(nanos, DECIMALS).stripTrailingZeros();
    return usd.scale() < 0 ? usd.setScale(0) : usd;
  }

  /** Written out, since the generated one is slow until the last compiler has seen its caller. */
  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Money money && money.nanos == nanos;
  }

  @Override
  public int hashCode() {
    return Long.hashCode(nanos);
  }

  @Override
  public int compareTo(Money other) {
    return Long.compare(nanos, other.nanos);
  }

  /** The amount in dollars: a plain decimal, at most nine decimals, no trailing zeros. */
  @Override
  public String toString() {
    if (nanos == Long.MIN_VALUE) {
      return toUsd().toPlainString();
    }
    long amount = Math.abs(nanos);
    var text = new StringBuilder(20);
    if (nanos < 0) {
      text.append('-');
    }
    text.append(amount / NANOS_PER_USD);
    long fraction = amount % NANOS_PER_USD;
    if (fraction > 0) {
      text.append('.');
      for (long digit = NANOS_PER_USD / 10; fraction > 0; digit /= 10) {
        text.append((char) ('0' + fraction / digit));
        fraction %= digit;
      }
    }
    return text.toString();
  }
}
