package io.nexus.control.budget;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Which crossings of the running cycle a budget has reported, and the spend at which it reports the
 * next one.
 *
 * <p>Changed under the budget's lock, except by {@link #isCrossed} and {@link #report}.
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

  /** Sets the limit within the running cycle. */
  void limit(long limitNanos, int softPercent) {
    softAt = softAt(limitNanos, softPercent);
    hardAt = limitNanos;
  }

  /** The least spend that is the soft limit's share of the limit; split so as not to overflow. */
  private static long softAt(long limitNanos, long percent) {
    return limitNanos / 100 * percent + Math.ceilDiv(limitNanos % 100 * percent, 100L);
  }

  /** Starts a new cycle, in which nothing is reported yet. */
  void begin() {
    softNoticed = false;
    hardNoticed = false;
    arm();
  }

  /** Clears notices that no longer apply, so that they are sent again when they recur. */
  void rearm(long settled) {
    softNoticed &= settled >= softAt;
    hardNoticed &= settled >= hardAt;
    arm();
  }

  private void arm() {
    noticeAt = !softNoticed ? softAt : hardNoticed ? NEVER : hardAt;
  }

  /** Whether a crossing is yet to be reported. */
  boolean isCrossed(long settled) {
    return settled >= noticeAt;
  }

  boolean isSoftCrossed(long settled) {
    return settled >= softAt;
  }

  boolean isHardNoticed() {
    return hardNoticed;
  }

  /** Reports the crossings not reported yet. */
  void cross(long settled, boolean refused, Supplier<BudgetState> state) {
    if (settled >= softAt && !softNoticed) {
      softNoticed = true;
      report(listener -> listener.softLimitReached(state.get()));
    }
    if ((refused || settled >= hardAt) && !hardNoticed) {
      hardNoticed = true;
      report(listener -> listener.hardLimitReached(state.get()));
    }
    arm();
  }

  /** Calls the listener; its failure must not keep a request from settling. */
  void report(Consumer<BudgetListener> event) {
    try {
      event.accept(listener);
    } catch (RuntimeException e) {
      LOG.log(Level.ERROR, "A listener of budgets failed on an event", e);
    }
  }
}
