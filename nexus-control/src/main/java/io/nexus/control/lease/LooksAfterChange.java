package io.nexus.control.lease;

/**
 * Schedules the refreshes of all budgets after a change of settings. Other gateways may draw until
 * they, too, have read that a limit is lower, and their draws must become known here; so there are
 * several refreshes in a row.
 *
 * <p>For the ledger thread alone. Times are those of {@link System#nanoTime}.
 */
final class LooksAfterChange {

  private static final int LOOKS = 4;
  private static final long BETWEEN_NANOS = 250_000_000;

  private long changedNanos;

  /** Starts without a recent change. */
  LooksAfterChange(long nowNanos) {
    changedNanos = nowNanos - LOOKS * BETWEEN_NANOS;
  }

  /** A change was read. */
  void begin(long nowNanos) {
    changedNanos = nowNanos;
  }

  /** A budget refreshed before this time is due again. */
  long sinceNanos(long nowNanos) {
    return changedNanos + looks(nowNanos) * BETWEEN_NANOS;
  }

  /** The time until the next refresh; at most the given one. */
  long next(long nowNanos, long otherwiseNanos) {
    return looks(nowNanos) < LOOKS - 1 ? BETWEEN_NANOS : otherwiseNanos;
  }

  /** The number of refreshes due by then, after the first one. */
  private long looks(long nowNanos) {
    return Math.min(LOOKS - 1, (nowNanos - changedNanos) / BETWEEN_NANOS);
  }
}
