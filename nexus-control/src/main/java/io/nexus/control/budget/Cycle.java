package io.nexus.control.budget;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One period of a budget's window: the time in which one limit is spent.
 *
 * @param start its first instant
 * @param end the first instant of the next one; {@link Instant#MAX} if there is none
 */
public record Cycle(Instant start, Instant end) {

  private static final Instant LAST = Instant.ofEpochMilli(Long.MAX_VALUE);

  /** All of time since 1970. */
  public static final Cycle ENDLESS = new Cycle(Instant.EPOCH, Instant.MAX);

  /** Whether the instant lies in it. */
  public boolean contains(Instant instant) {
    return !instant.isBefore(start) && instant.isBefore(end);
  }

  /** When it ends, in milliseconds of the epoch; {@link Long#MAX_VALUE} if it does not. */
  public long endMillis() {
    return millis(end);
  }

  // Written by hand: see BudgetCycle.
  @Override
  public int hashCode() {
    return 31 * start.hashCode() + end.hashCode();
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Cycle cycle && start.equals(cycle.start) && end.equals(cycle.end);
  }

  /** The first millisecond that is not before the instant. */
  static long millis(Instant instant) {
    if (instant.isAfter(LAST)) {
      return Long.MAX_VALUE;
    }
    long millis = instant.toEpochMilli();
    return Instant.ofEpochMilli(millis).isBefore(instant) ? millis + 1 : millis;
  }
}
