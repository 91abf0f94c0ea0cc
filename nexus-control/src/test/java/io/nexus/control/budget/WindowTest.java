package io.nexus.control.budget;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class WindowTest {

  private static final List<String> ZONES =
      List.of(
          "UTC",
          "Europe/Berlin",
          "America/New_York",
          "Asia/Kolkata",
          "Asia/Kathmandu",
          "Australia/Lord_Howe",
          "America/St_Johns",
          "America/Sao_Paulo",
          "America/Havana",
          "Pacific/Apia",
          "Pacific/Kiritimati",
          "Africa/Casablanca",
          "-03:30");

  @ParameterizedTest
  @CsvSource({
    "31, 2025-02-15T00:00:00Z, 2025-01-31T00:00:00Z, 2025-02-28T00:00:00Z",
    "31, 2025-02-28T00:00:00Z, 2025-02-28T00:00:00Z, 2025-03-31T00:00:00Z",
    "31, 2024-02-29T12:00:00Z, 2024-02-29T00:00:00Z, 2024-03-31T00:00:00Z",
    "30, 2024-02-28T23:59:59Z, 2024-01-30T00:00:00Z, 2024-02-29T00:00:00Z",
    "29, 2100-02-28T10:00:00Z, 2100-02-28T00:00:00Z, 2100-03-29T00:00:00Z",
    "31, 2025-04-30T00:00:00Z, 2025-04-30T00:00:00Z, 2025-05-31T00:00:00Z",
    "1, 2025-12-31T23:59:59.999Z, 2025-12-01T00:00:00Z, 2026-01-01T00:00:00Z",
    "1, 2026-01-01T00:00:00Z, 2026-01-01T00:00:00Z, 2026-02-01T00:00:00Z",
    "15, 2026-01-14T23:59:59Z, 2025-12-15T00:00:00Z, 2026-01-15T00:00:00Z"
  })
  void monthly_startDay_isClampedToTheMonth(int day, Instant at, Instant start, Instant end) {
    assertEquals(new Cycle(start, end), new Window.Monthly(day).cycleAt(at, ZoneOffset.UTC));
  }

  @ParameterizedTest
  @CsvSource({
    "2025-03-30T12:00:00Z, 2025-03-29T23:00:00Z, 2025-03-30T22:00:00Z, 23",
    "2025-10-26T12:00:00Z, 2025-10-25T22:00:00Z, 2025-10-26T23:00:00Z, 25",
    "2025-07-01T12:00:00Z, 2025-06-30T22:00:00Z, 2025-07-01T22:00:00Z, 24"
  })
  void daily_clockChange_staysOneDay(Instant at, Instant start, Instant end, long hours) {
    var cycle = new Window.Daily().cycleAt(at, ZoneId.of("Europe/Berlin"));

    assertEquals(new Cycle(start, end), cycle);
    assertEquals(Duration.ofHours(hours), Duration.between(cycle.start(), cycle.end()));
  }

  @Test
  void monthly_clockChange_startsAtLocalMidnight() {
    assertEquals(
        new Cycle(Instant.parse("2025-02-28T23:00:00Z"), Instant.parse("2025-03-31T22:00:00Z")),
        new Window.Monthly(1)
            .cycleAt(Instant.parse("2025-03-15T00:00:00Z"), ZoneId.of("Europe/Berlin")));
  }

  @ParameterizedTest
  @CsvSource({
    "2026-01-01T00:00:00Z, 2025-12-29T00:00:00Z",
    "2025-12-28T23:59:59Z, 2025-12-22T00:00:00Z",
    "2025-12-29T00:00:00Z, 2025-12-29T00:00:00Z",
    "1969-12-31T00:00:00Z, 1969-12-29T00:00:00Z"
  })
  void weekly_anyDay_startsOnMonday(Instant at, Instant start) {
    assertEquals(
        new Cycle(start, start.plus(Duration.ofDays(7))),
        new Window.Weekly().cycleAt(at, ZoneOffset.UTC));
  }

  @Test
  void hourly_halfHourZone_startsAtItsFullHour() {
    assertEquals(
        new Cycle(Instant.parse("2025-01-01T09:30:00Z"), Instant.parse("2025-01-01T10:30:00Z")),
        new Window.Hourly()
            .cycleAt(Instant.parse("2025-01-01T10:00:00Z"), ZoneId.of("Asia/Kolkata")));
  }

  @Test
  void hourly_clockChangeByHalfAnHour_beginsAnHour() {
    var lordHowe = ZoneId.of("Australia/Lord_Howe");

    // 02:00 +11 becomes 01:30 +10:30 at 15:00Z.
    assertEquals(
        new Cycle(Instant.parse("2025-04-05T15:00:00Z"), Instant.parse("2025-04-05T15:30:00Z")),
        new Window.Hourly().cycleAt(Instant.parse("2025-04-05T15:15:00Z"), lordHowe));
    assertEquals(
        Instant.parse("2025-04-05T15:00:00Z"),
        new Window.Hourly().cycleAt(Instant.parse("2025-04-05T14:59:59Z"), lordHowe).end());
  }

  @ParameterizedTest
  @CsvSource({
    // By half an hour back: 02:00 becomes 01:30.
    "Australia/Lord_Howe, 2025-04-05T14:00:00Z, 2025-04-05T15:00:00Z",
    "Australia/Lord_Howe, 2025-04-05T15:00:00Z, 2025-04-05T15:30:00Z",
    "Australia/Lord_Howe, 2025-04-05T15:30:00Z, 2025-04-05T16:30:00Z",
    // By half an hour on: 02:00 becomes 02:30.
    "Australia/Lord_Howe, 2015-10-03T14:30:00Z, 2015-10-03T15:30:00Z",
    "Australia/Lord_Howe, 2015-10-03T15:30:00Z, 2015-10-03T16:00:00Z",
    "Australia/Lord_Howe, 2015-10-03T16:00:00Z, 2015-10-03T17:00:00Z",
    // In the middle of an hour: 23:30 becomes 00:00.
    "Asia/Pyongyang,      2018-05-04T14:30:00Z, 2018-05-04T15:00:00Z",
    "Asia/Pyongyang,      2018-05-04T15:00:00Z, 2018-05-04T16:00:00Z",
    "Asia/Pyongyang,      2015-08-14T15:00:00Z, 2015-08-14T15:30:00Z",
    "America/Caracas,     2016-05-01T06:30:00Z, 2016-05-01T07:00:00Z",
    "America/Caracas,     2016-05-01T07:00:00Z, 2016-05-01T08:00:00Z",
    // By whole hours, which splits none.
    "Antarctica/Troll,    2015-03-29T00:00:00Z, 2015-03-29T01:00:00Z",
    "Antarctica/Troll,    2015-10-25T01:00:00Z, 2015-10-25T02:00:00Z",
  })
  void hourly_clockChange_isOneCycleFromItsFirstInstantToItsLast(
      ZoneId zone, Instant start, Instant end) {
    var cycle = new Cycle(start, end);
    for (var instant :
        List.of(start, start.plusNanos(1), start.plusSeconds(900), end.minusNanos(1))) {
      assertEquals(cycle, new Window.Hourly().cycleAt(instant, zone), instant::toString);
      assertTrue(cycle.contains(instant));
    }
  }

  @Test
  void lifetime_any_neverEnds() {
    var cycle =
        new Window.Lifetime().cycleAt(Instant.parse("2025-01-01T00:00:00Z"), ZoneOffset.UTC);

    assertEquals(Long.MAX_VALUE, cycle.endMillis());
  }

  @Test
  void every_duration_isCountedFromTheEpoch() {
    assertEquals(
        new Cycle(Instant.parse("2025-01-01T10:15:00Z"), Instant.parse("2025-01-01T10:30:00Z")),
        new Window.Every(Duration.ofMinutes(15))
            .cycleAt(Instant.parse("2025-01-01T10:29:59.999Z"), ZoneId.of("Asia/Kathmandu")));
  }

  @Test
  void every_longestDuration_neverEnds() {
    assertEquals(
        Long.MAX_VALUE,
        new Window.Every(Duration.ofMillis(Long.MAX_VALUE))
            .cycleAt(Instant.parse("2025-01-01T00:00:00Z"), ZoneOffset.UTC)
            .endMillis());
  }

  @Test
  void constructor_impossibleLength_isRefused() {
    assertThrows(IllegalArgumentException.class, () -> new Window.Every(Duration.ofNanos(999_999)));
    assertThrows(IllegalArgumentException.class, () -> new Window.Every(Duration.ofSeconds(-1)));
    assertThrows(
        IllegalArgumentException.class, () -> new Window.Every(Duration.ofSeconds(Long.MAX_VALUE)));
    assertThrows(IllegalArgumentException.class, () -> new Window.Monthly(0));
    assertThrows(IllegalArgumentException.class, () -> new Window.Monthly(32));
  }

  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void cycleAt_anyInstant_liesInItsCycleAndCyclesTileTime(long seed) {
    var random = new SplittableRandom(seed);
    for (int i = 0; i < 2_000; i++) {
      var zone = ZoneId.of(ZONES.get(random.nextInt(ZONES.size())));
      var window = anyWindow(random);
      var instant = anyInstant(random, zone);
      var cycle = window.cycleAt(instant, zone);
      var told = "seed " + seed + ": " + window + " in " + zone + " at " + instant + ": " + cycle;

      assertTrue(!instant.isBefore(cycle.start()) && instant.isBefore(cycle.end()), told);
      assertEquals(cycle, window.cycleAt(cycle.start(), zone), told);
      assertEquals(cycle, window.cycleAt(cycle.end().minusNanos(1), zone), told);
      assertEquals(cycle.end(), window.cycleAt(cycle.end(), zone).start(), told);
      assertEquals(cycle.start(), window.cycleAt(cycle.start().minusNanos(1), zone).end(), told);
    }
  }

  private static Window anyWindow(SplittableRandom random) {
    return switch (random.nextInt(5)) {
      case 0 -> new Window.Hourly();
      case 1 -> new Window.Daily();
      case 2 -> new Window.Weekly();
      case 3 -> new Window.Monthly(random.nextInt(1, 32));
      default -> new Window.Every(Duration.ofMillis(random.nextLong(1, 1_000_000_000)));
    };
  }

  /** Anywhere from 1971 to 2065, half of the time close to a change of the clocks. */
  private static Instant anyInstant(SplittableRandom random, ZoneId zone) {
    var instant = Instant.ofEpochMilli(random.nextLong(31_536_000_000L, 3_000_000_000_000L));
    var transition = zone.getRules().nextTransition(instant);
    return transition == null || random.nextBoolean()
        ? instant
        : transition.getInstant().plusSeconds(random.nextInt(-7_200, 7_200));
  }
}
