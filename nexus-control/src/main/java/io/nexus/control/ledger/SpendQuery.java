package io.nexus.control.ledger;

import java.time.Instant;
import java.time.ZoneId;

/**
 * Which records a report is about, and how it groups them.
 *
 * @param by the groups
 * @param since the first instant
 * @param until the first instant after
 * @param zone where days begin
 */
public record SpendQuery(SpendGroup by, Instant since, Instant until, ZoneId zone) {

  /** The first instant as milliseconds of the epoch, cut to what these can say. */
  public long sinceMillis() {
    return millis(since);
  }

  /** The first instant after as milliseconds of the epoch, cut to what these can say. */
  public long untilMillis() {
    return millis(until);
  }

  /** Whether a record of this time is asked for. */
  public boolean covers(Instant at) {
    return at.toEpochMilli() >= sinceMillis() && at.toEpochMilli() < untilMillis();
  }

  private static long millis(Instant instant) {
    if (instant.isBefore(Instant.EPOCH)) {
      return 0;
    }
    return instant.isAfter(Instant.ofEpochMilli(Long.MAX_VALUE))
        ? Long.MAX_VALUE
        : instant.toEpochMilli();
  }
}
