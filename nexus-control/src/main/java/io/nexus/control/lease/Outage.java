package io.nexus.control.lease;

import io.nexus.control.ledger.LedgerException;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.atomic.LongAdder;

/**
 * Whether the ledger is unreachable, since when, and when it is tried again: after a pause that
 * grows from 50 milliseconds to two seconds.
 *
 * <p>For the ledger thread, except {@link #why}, {@link #since} and {@link #errors}.
 */
final class Outage {

  private static final long SHORTEST_PAUSE_NANOS = 50_000_000;
  private static final long LONGEST_PAUSE_NANOS = 2_000_000_000;

  private long triesNanos;
  private long pauseNanos;
  private volatile String away = "";
  private volatile Optional<Instant> awaySince = Optional.empty();
  private final LongAdder errors = new LongAdder();

  /** Why the ledger is unreachable; empty if it is not. */
  String why() {
    return away;
  }

  Optional<Instant> since() {
    return awaySince;
  }

  /** The number of failures. */
  long errors() {
    return errors.sum();
  }

  /** Whether it is too early to try again. */
  boolean isPausing(long nowNanos) {
    return !away.isEmpty() && nowNanos - triesNanos < 0;
  }

  /** Notes a failure and returns whether it is the first one. */
  boolean failed(LedgerException e, Instant now, long nowNanos) {
    // Counted first: a reader that sees the ledger unreachable also sees the count.
    errors.increment();
    boolean first = away.isEmpty();
    awaySince = first ? Optional.of(now) : awaySince;
    away = e.getMessage();
    pauseNanos = Math.clamp(pauseNanos * 2, SHORTEST_PAUSE_NANOS, LONGEST_PAUSE_NANOS);
    triesNanos = nowNanos + pauseNanos;
    return first;
  }

  /** Notes a success and returns whether it ends an outage. */
  boolean ended() {
    if (away.isEmpty()) {
      return false;
    }
    away = "";
    awaySince = Optional.empty();
    pauseNanos = 0;
    return true;
  }
}
