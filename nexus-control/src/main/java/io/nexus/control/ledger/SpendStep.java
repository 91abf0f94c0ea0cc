package io.nexus.control.ledger;

import java.time.Instant;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;

/** How long the slices are that spend is cut into over time. */
public enum SpendStep {
  /** An hour of the clock. */
  HOUR,
  /** A day of the calendar. */
  DAY;

  /** Where the slice begins that a moment lies in. */
  public Instant startOf(Instant at, ZoneId zone) {
    var local = at.atZone(zone);
    return switch (this) {
      // Not by the local time, of which one hour comes twice when clocks are set back.
      case HOUR ->
          local.minusSeconds(local.getMinute() * 60L).truncatedTo(ChronoUnit.MINUTES).toInstant();
      case DAY -> local.toLocalDate().atStartOfDay(zone).toInstant();
    };
  }
}
