package io.nexus.control.budget;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.YearMonth;
import java.time.ZoneId;
import java.time.temporal.ChronoField;
import java.time.zone.ZoneOffsetTransition;
import java.util.function.LongFunction;

/** How often a budget starts a new cycle. Immutable. */
public sealed interface Window {

  /**
   * The cycle that contains an instant.
   *
   * @param zone the zone of the days; a day that daylight saving makes longer or shorter stays one
   *     day
   */
  Cycle cycleAt(Instant instant, ZoneId zone);

  /**
   * The cycle that contains an instant, between two consecutive numbered starts. The guess can be
   * one off, because daylight saving can make midnight occur twice.
   */
  private static Cycle cycleAt(Instant instant, long guess, LongFunction<Instant> startOf) {
    long number = guess;
    while (instant.isBefore(startOf.apply(number))) {
      number--;
    }
    while (!instant.isBefore(startOf.apply(number + 1))) {
      number++;
    }
    return new Cycle(startOf.apply(number), startOf.apply(number + 1));
  }

  /** From one full hour to the next; a clock change by part of an hour also begins a cycle. */
  record Hourly() implements Window {

    private static final int SECONDS = 3_600;

    @Override
    public Cycle cycleAt(Instant instant, ZoneId zone) {
      var rules = zone.getRules();
      int offset = rules.getOffset(instant).getTotalSeconds();
      long start =
          instant.getEpochSecond() - Math.floorMod(instant.getEpochSecond() + offset, SECONDS);
      long end = start + SECONDS;
      var last = rules.previousTransition(instant.plusNanos(1));
      if (last != null && last.toEpochSecond() > start && splitsHour(last)) {
        start = last.toEpochSecond();
      }
      var next = rules.nextTransition(instant);
      if (next != null && next.toEpochSecond() < end && splitsHour(next)) {
        end = next.toEpochSecond();
      }
      return new Cycle(Instant.ofEpochSecond(start), Instant.ofEpochSecond(end));
    }

    private static boolean splitsHour(ZoneOffsetTransition transition) {
      return transition.getDuration().toSeconds() % SECONDS != 0;
    }
  }

  /** From midnight to midnight. */
  record Daily() implements Window {
    @Override
    public Cycle cycleAt(Instant instant, ZoneId zone) {
      return Window.cycleAt(
          instant,
          instant.atZone(zone).toLocalDate().toEpochDay(),
          day -> LocalDate.ofEpochDay(day).atStartOfDay(zone).toInstant());
    }
  }

  /** From Monday's midnight to the next Monday's. */
  record Weekly() implements Window {

    /** The Monday before the epoch, which was a Thursday. */
    private static final long FIRST_MONDAY = -3;

    @Override
    public Cycle cycleAt(Instant instant, ZoneId zone) {
      long day = instant.atZone(zone).toLocalDate().toEpochDay();
      return Window.cycleAt(
          instant,
          Math.floorDiv(day - FIRST_MONDAY, 7),
          week -> LocalDate.ofEpochDay(week * 7 + FIRST_MONDAY).atStartOfDay(zone).toInstant());
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
      return Window.cycleAt(
          instant,
          instant.atZone(zone).getLong(ChronoField.PROLEPTIC_MONTH),
          month -> startIn(YearMonth.of(0, 1).plusMonths(month), zone));
    }

    private Instant startIn(YearMonth month, ZoneId zone) {
      return month.atDay(Math.min(startDay, month.lengthOfMonth())).atStartOfDay(zone).toInstant();
    }
  }

  /** Never: one limit for all time. */
  record Lifetime() implements Window {
    @Override
    public Cycle cycleAt(Instant instant, ZoneId zone) {
      return Cycle.ENDLESS;
    }
  }

  /**
   * Every {@code length}, counted from 1970-01-01T00:00Z in every zone.
   *
   * @param length a millisecond or more; fractions of a millisecond are dropped
   */
  record Every(Duration length) implements Window {

    private static final Duration SHORTEST = Duration.ofMillis(1);
    private static final Duration LONGEST = Duration.ofMillis(Long.MAX_VALUE);

    /**
     * @throws IllegalArgumentException if it is shorter than a millisecond, or its milliseconds
     *     exceed a {@code long}
     */
    public Every {
      if (length.compareTo(SHORTEST) < 0 || length.compareTo(LONGEST) > 0) {
        throw new IllegalArgumentException(
            "a window lasts from a millisecond to 292 million years: " + length);
      }
    }

    @Override
    public Cycle cycleAt(Instant instant, ZoneId zone) {
      long millis = length.toMillis();
      long start = Math.floorDiv(instant.toEpochMilli(), millis) * millis;
      return new Cycle(
          Instant.ofEpochMilli(start),
          start > Long.MAX_VALUE - millis ? Instant.MAX : Instant.ofEpochMilli(start + millis));
    }
  }
}
