package io.nexus.control.budget;

import io.nexus.control.money.Money;
import java.math.BigInteger;

/**
 * A budget's figures at one moment.
 *
 * @param terms the configured terms
 * @param limit the limit in force, which may have been changed since
 * @param spent what the cycle has cost so far
 * @param held what running requests may still cost, plus what other gateways have drawn
 * @param heldHere the part of it that requests of this gateway hold
 * @param cycle the cycle of these figures
 */
public record BudgetState(
    BudgetTerms terms, Money limit, Money spent, Money held, Money heldHere, Cycle cycle) {

  private static final BudgetStatus NORMAL = new BudgetStatus.Normal();

  /** The amount that can still be held; 0 if the limit is exceeded. */
  public Money remaining() {
    return new Money(
        Math.max(0, Money.saturatedSubtract(limit.nanos() - spent.nanos(), held.nanos())));
  }

  /**
   * The share of the limit that is spent, in hundredths of a percent, rounded down; 10,000 where
   * the limit is 0.
   */
  public long spentBasisPoints() {
    if (limit.isZero()) {
      return 10_000;
    }
    return Math.abs(spent.nanos()) <= Long.MAX_VALUE / 10_000
        ? spent.nanos() * 10_000 / limit.nanos()
        : BigInteger.valueOf(spent.nanos())
            .multiply(BigInteger.valueOf(10_000))
            .divide(BigInteger.valueOf(limit.nanos()))
            .min(BigInteger.valueOf(Long.MAX_VALUE))
            .longValueExact();
  }

  /** The status that follows from the spend. */
  public BudgetStatus status() {
    if (spent.compareTo(limit) >= 0) {
      return new BudgetStatus.HardLimit(spent, limit, cycle.end());
    }
    long basisPoints = spentBasisPoints();
    return basisPoints >= terms.softLimitPercent() * 100L
        ? new BudgetStatus.SoftLimit((int) (basisPoints / 100))
        : NORMAL;
  }
}
