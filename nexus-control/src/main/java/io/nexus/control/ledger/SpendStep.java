package io.nexus.control.ledger;

import java.time.Instant;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;

/** The length of the time slices of a report. */
public enum SpendStep {
  /** An hour of the clock. */
  HOUR,
  /** A day of the calendar. */
  DAY;

  /** The start of the slice that contains a moment. */
  public Instant startOf(Instant at, ZoneId zone) {
    var local = at.atZone(zone);
    return switch (this) {
      // Not by local time, in which one hour occurs twice when clocks are set back.
      case HOUR ->
          local.minusSeconds(local.getMinute() * 60L).truncatedTo(ChronoUnit.MINUTES).toInstant();
      case DAY -> local.toLocalDate().atStartOfDay(zone).toInstant();
    };
  }
}
