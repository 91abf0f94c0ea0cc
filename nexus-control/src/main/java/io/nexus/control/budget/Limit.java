package io.nexus.control.budget;

import io.nexus.control.money.Money;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * What a budget may cost a cycle: a limit, and the increases that hold for a time.
 *
 * <p>Not safe for concurrent use; the budget's lock guards it.
 */
final class Limit {

  private record Increase(long nanos, long endMillis) {}

  private final List<Increase> increases = new ArrayList<>(0);
  private long base;

  Limit(Money base) {
    this.base = base.nanos();
  }

  void replace(Money newBase) {
    if (newBase.nanos() < 0) {
      throw new IllegalArgumentException("a limit is not negative: " + newBase);
    }
    base = newBase.nanos();
  }

  void raise(Money by, Instant until, long nowMillis) {
    if (by.nanos() <= 0) {
      throw new IllegalArgumentException("an increase is above zero: " + by);
    }
    if (!until.isAfter(Instant.ofEpochMilli(nowMillis))) {
      throw new IllegalArgumentException("an increase ends in the future: " + until);
    }
    increases.add(new Increase(by.nanos(), Cycle.millis(until)));
  }

  /** Drops the increases that have ended. */
  void expire(long nowMillis) {
    increases.removeIf(increase -> increase.endMillis <= nowMillis);
  }

  /** The limit with its increases, at most what a {@code long} of nano-dollars can tell. */
  long inForce() {
    long sum = base;
    for (var increase : increases) {
      sum += Math.min(increase.nanos, Long.MAX_VALUE - sum);
    }
    return sum;
  }

  /** When the next increase ends; {@link Long#MAX_VALUE} if there is none. */
  long endMillis() {
    long end = Long.MAX_VALUE;
    for (var increase : increases) {
      end = Math.min(end, increase.endMillis);
    }
    return end;
  }
}
