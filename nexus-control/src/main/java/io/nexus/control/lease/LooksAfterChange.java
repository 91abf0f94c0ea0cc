package io.nexus.control.lease;

/**
 * When all budgets are looked at again after a setting was changed. What others draw until they,
 * too, have heard that a limit is lower is to be known here: so there are a few looks, one after
 * the other.
 *
 * <p>For the ledger's thread alone. Moments are those of {@link System#nanoTime}.
 */
final class LooksAfterChange {

  private static final int LOOKS = 4;
  private static final long BETWEEN_NANOS = 250_000_000;

  private long changedNanos;

  /** Nothing was changed lately. */
  LooksAfterChange(long nowNanos) {
    changedNanos = nowNanos - LOOKS * BETWEEN_NANOS;
  }

  /** A change was heard of. */
  void begin(long nowNanos) {
    changedNanos = nowNanos;
  }

  /** Since when the ledger has to have been asked of a budget. */
  long sinceNanos(long nowNanos) {
    return changedNanos + looks(nowNanos) * BETWEEN_NANOS;
  }

  /** In how long the next look is due, if it otherwise were in so long. */
  long next(long nowNanos, long otherwiseNanos) {
    return looks(nowNanos) < LOOKS - 1 ? BETWEEN_NANOS : otherwiseNanos;
  }

  /** How many follow the first one by then. */
  private long looks(long nowNanos) {
    return Math.min(LOOKS - 1, (nowNanos - changedNanos) / BETWEEN_NANOS);
  }
}
