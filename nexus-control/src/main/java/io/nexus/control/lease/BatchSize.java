package io.nexus.control.lease;

/**
 * How many records are posted at once: fewer while that takes long, since draws wait meanwhile. For
 * the ledger thread.
 */
final class BatchSize {

  private static final int MOST = 500;

  /**
   * That of a ledger in this process, where a call takes no round trip: what is in hand meanwhile
   * makes each collection longer.
   */
  private static final int MOST_IN_PROCESS = 100;

  private static final int LEAST = 50;

  /** The longest time that draws wait for posts, unless there is a backlog. */
  private static final long LONG_NANOS = 50_000_000;

  private static final int BACKLOG = 20;

  private int size = MOST;

  /** The size, with so many records that wait. */
  int with(long pending, boolean isShared) {
    if (!isShared) {
      return Math.min(size, MOST_IN_PROCESS);
    }
    return pending > (long) BACKLOG * size ? MOST : size;
  }

  /** So many records, of as many as there may be at once, took so long. */
  void took(int records, int most, long nanos) {
    if (nanos > LONG_NANOS) {
      size = Math.max(LEAST, size / 2);
    } else if (records >= most) {
      size = Math.min(MOST, size * 2);
    }
  }
}
