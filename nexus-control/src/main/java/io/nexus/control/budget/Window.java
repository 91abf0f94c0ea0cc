package io.nexus.control.budget;

import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.YearMonth;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.time.temporal.TemporalAdjusters;

/** How often a budget starts afresh. Immutable. */
public sealed interface Window {

  /**
   * The cycle that an instant lies in.
   *
   * @param zone where days begin and end; a day that a change of the clocks makes longer or shorter
   *     stays one day
   */
  Cycle cycleAt(Instant instant, ZoneId zone);

  /** From the full hour to the next. */
  record Hourly() implements Window {
    @Override
    public Cycle cycleAt(Instant instant, ZoneId zone) {
      var start = instant.atZone(zone).truncatedTo(ChronoUnit.HOURS);
      return new Cycle(start.toInstant(), start.plusHours(1).toInstant());
    }
  }

  /** From midnight to midnight. */
  record Daily() implements Window {
    @Override
    public Cycle cycleAt(Instant instant, ZoneId zone) {
      var day = instant.atZone(zone).toLocalDate();
      return new Cycle(
          day.atStartOfDay(zone).toInstant(), day.plusDays(1).atStartOfDay(zone).toInstant());
    }
  }

  /** From Monday's midnight to the next Monday's. */
  record Weekly() implements Window {
    @Override
    public Cycle cycleAt(Instant instant, ZoneId zone) {
      var monday =
          instant
              .atZone(zone)
              .toLocalDate()
              .with(TemporalAdjusters.previousOrSame(DayOfWeek.MONDAY));
      return new Cycle(
          monday.atStartOfDay(zone).toInstant(),
          monday.plusWeeks(1).atStartOfDay(zone).toInstant());
    }
  }

  /**
   * From a day of the month to the same day of the next.
   *
   * @param startDay 1 to 31; in a shorter month the cycle starts on that month's last day
   */
  record Monthly(int startDay) implements Window {

    /**
     * @throws IllegalArgumentException if there is no such day
     */
    public Monthly {
      if (startDay < 1 || startDay > 31) {
        throw new IllegalArgumentException("a month has no day " + startDay);
      }
    }

    @Override
    public Cycle cycleAt(Instant instant, ZoneId zone) {
      var month = YearMonth.from(instant.atZone(zone));
      var start = startIn(month, zone);
      return instant.isBefore(start)
          ? new Cycle(startIn(month.minusMonths(1), zone), start)
          : new Cycle(start, startIn(month.plusMonths(1), zone));
    }

    private Instant startIn(YearMonth month, ZoneId zone) {
      return month.atDay(Math.min(startDay, month.lengthOfMonth())).atStartOfDay(zone).toInstant();
    }
  }

  /** Never: the limit is for good. */
  record Lifetime() implements Window {
    @Override
    public Cycle cycleAt(Instant instant, ZoneId zone) {
      return Cycle.ENDLESS;
    }
  }

  /**
   * Every so often, counted from 1970-01-01T00:00Z whatever the zone.
   *
   * @param length a millisecond or more
   */
  record Every(Duration length) implements Window {

    /**
     * @throws IllegalArgumentException if it is shorter than a millisecond
     */
    public Every {
      if (length.toMillis() < 1) {
        throw new IllegalArgumentException("a window lasts at least a millisecond: " + length);
      }
    }

    @Override
    public Cycle cycleAt(Instant instant, ZoneId zone) {
      long millis = length.toMillis();
      long start = Math.floorDiv(instant.toEpochMilli(), millis) * millis;
      return new Cycle(Instant.ofEpochMilli(start), Instant.ofEpochMilli(start + millis));
    }
  }
}
