package io.nexus.control.budget;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * What a budget's listener has been told of the running cycle, and from which spend on it is to be
 * told more.
 *
 * <p>Changed under the budget's lock, but for {@link #isCrossed} and {@link #tell}.
 */
final class Crossings {

  private static final Logger LOG = System.getLogger(Budget.class.getName());
  private static final long NEVER = Long.MAX_VALUE;

  private final BudgetListener listener;
  private volatile long softAt;
  private volatile long hardAt;
  private volatile long noticeAt;
  private volatile boolean softNoticed;
  private volatile boolean hardNoticed;

  Crossings(BudgetListener listener) {
    this.listener = listener;
  }

  /** Goes by a limit from now on, in the same cycle. */
  void limit(long limitNanos, int softPercent) {
    softAt = softAt(limitNanos, softPercent);
    hardAt = limitNanos;
  }

  /** The least spend that is the soft limit's share of the limit; split so as not to overflow. */
  private static long softAt(long limitNanos, long percent) {
    return limitNanos / 100 * percent + Math.ceilDiv(limitNanos % 100 * percent, 100L);
  }

  /** A new cycle has begun, of which nothing was told. */
  void begin() {
    softNoticed = false;
    hardNoticed = false;
    arm();
  }

  /** Takes back what was told and no longer holds. */
  void rearm(long settled) {
    softNoticed &= settled >= softAt;
    hardNoticed &= settled >= hardAt;
    arm();
  }

  private void arm() {
    noticeAt = !softNoticed ? softAt : hardNoticed ? NEVER : hardAt;
  }

  /** Whether there is a crossing to tell of. */
  boolean isCrossed(long settled) {
    return settled >= noticeAt;
  }

  boolean isSoftCrossed(long settled) {
    return settled >= softAt;
  }

  boolean isHardNoticed() {
    return hardNoticed;
  }

  /** Tells what has not been told yet. */
  void cross(long settled, boolean refused, Supplier<BudgetState> state) {
    if (settled >= softAt && !softNoticed) {
      softNoticed = true;
      tell(told -> told.softLimitReached(state.get()));
    }
    if ((refused || settled >= hardAt) && !hardNoticed) {
      hardNoticed = true;
      tell(told -> told.hardLimitReached(state.get()));
    }
    arm();
  }

  /** A listener that fails must not keep a request from settling. */
  void tell(Consumer<BudgetListener> event) {
    try {
      event.accept(listener);
    } catch (RuntimeException e) {
      LOG.log(Level.ERROR, "A listener of budgets failed on an event", e);
    }
  }
}
