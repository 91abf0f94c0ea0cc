package io.nexus.control.budget;

import java.time.Instant;

/**
 * One turn of a budget's window: the time in which one limit is spent.
 *
 * @param start its first instant
 * @param end the first instant of the next one; {@link Instant#MAX} if there is none
 */
public record Cycle(Instant start, Instant end) {

  /** All of time. */
  public static final Cycle ENDLESS = new Cycle(Instant.EPOCH, Instant.MAX);

  /** When it ends, in milliseconds of the epoch; {@link Long#MAX_VALUE} if it does not. */
  public long endMillis() {
    return end.equals(Instant.MAX) ? Long.MAX_VALUE : end.toEpochMilli();
  }
}
