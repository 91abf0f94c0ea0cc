package io.nexus.control.budget;

import io.nexus.control.money.Money;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * A budget's limit per cycle and its temporary increases.
 *
 * <p>Not safe for concurrent use; the budget's lock guards it.
 */
final class Limit {

  private final List<LimitIncrease> increases = new ArrayList<>(0);
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
    var increase = new LimitIncrease(by, until);
    if (!until.isAfter(Instant.ofEpochMilli(nowMillis))) {
      throw new IllegalArgumentException("an increase ends in the future: " + until);
    }
    increases.add(increase);
  }

  /** Replaces the limit and all increases, except those that have ended. */
  void replace(Money newBase, List<LimitIncrease> newIncreases, long nowMillis) {
    replace(newBase);
    increases.clear();
    increases.addAll(newIncreases);
    expire(nowMillis);
  }

  /** Drops the increases that have ended. */
  void expire(long nowMillis) {
    increases.removeIf(increase -> Cycle.millis(increase.until()) <= nowMillis);
  }

  /** The limit plus its increases, in nano-dollars; saturates at {@link Long#MAX_VALUE}. */
  long inForce() {
    long sum = base;
    for (var increase : increases) {
      sum += Math.min(increase.amount().nanos(), Long.MAX_VALUE - sum);
    }
    return sum;
  }

  /** When the next increase ends; {@link Long#MAX_VALUE} if there is none. */
  long endMillis() {
    long end = Long.MAX_VALUE;
    for (var increase : increases) {
      end = Math.min(end, Cycle.millis(increase.until()));
    }
    return end;
  }
}
