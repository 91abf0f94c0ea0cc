package io.nexus.control.budget;

import io.nexus.control.money.Money;
import java.time.Instant;

/**
 * A temporary addition to a budget's limit.
 *
 * @param amount how much; more than zero
 * @param until the first instant at which it is no longer in force, to the millisecond
 */
public record LimitIncrease(Money amount, Instant until) {

  /**
   * @throws IllegalArgumentException if the amount is not above zero
   */
  public LimitIncrease {
    if (amount.nanos() <= 0) {
      throw new IllegalArgumentException("an increase is above zero: " + amount);
    }
  }
}
