package io.nexus.control.lease;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LedgerClockTest {

  private static final Instant START = Instant.parse("2026-11-23T10:30:00Z");

  private long nanos = 7_000_000_000L;
  private Instant wall = START;
  private long sleptMillis;
  private Instant ledger = START.plusSeconds(30);
  private final LedgerClock clock =
      new LedgerClock(new MachineTime(() -> wall, () -> nanos, () -> sleptMillis));

  private void pass(Duration time) {
    nanos += time.toNanos();
    wall = wall.plus(time);
    ledger = ledger.plus(time);
  }

  /** Asks the ledger, whose answer takes this time. */
  private void measure(long tookMillis) {
    long asked = nanos;
    pass(Duration.ofMillis(tookMillis / 2));
    var answer = ledger;
    pass(Duration.ofMillis(tookMillis - tookMillis / 2));
    clock.set(answer, asked, nanos);
  }

  @Test
  void millis_notSetYet_areTheMachines() {
    pass(Duration.ofSeconds(5));
    wall = wall.plusSeconds(3600);
    assertEquals(START.plusSeconds(5).toEpochMilli(), clock.millis());
  }

  @Test
  void millis_set_areTheLedgersAtTheMiddleOfTheCall() {
    measure(400);
    assertEquals(ledger.toEpochMilli(), clock.millis());
    pass(Duration.ofMinutes(10));
    assertEquals(ledger, clock.instant());
  }

  @ParameterizedTest
  @CsvSource({
    // jumps in seconds: the ledger's clock, the machine's, its sleep -> followed
    "     1,     0,     0, true", // a clock that is a little slow
    " -3600,     0,     0, true", // another machine's clock decides
    "  3600,     0,     0, true",
    "     0, -3600,     0, true", // the machine's own does not matter then
    " -3600, -3600,     0, false", // one clock, which was set
    "  3600,  3600,     0, false",
    " 28800, 28800, 28800, true", // one clock, and the machine was asleep
    " 28800, 28800,  3600, false",
    "  3600,  3600,    -1, true", // unknown: it may have been asleep
    " -3600, -3600,    -1, false",
  })
  void set_clocksLeap_followsTheLedgersUnlessSomebodySetIt(
      long ledgerSeconds, long wallSeconds, long sleptSeconds, boolean followed) {
    measure(20);
    if (sleptSeconds < 0) {
      sleptMillis = MachineTime.UNKNOWN;
      measure(20);
    }
    pass(Duration.ofSeconds(5));
    long even = clock.millis();
    ledger = ledger.plusSeconds(ledgerSeconds);
    wall = wall.plusSeconds(wallSeconds);
    if (sleptSeconds > 0) {
      sleptMillis += TimeUnit.SECONDS.toMillis(sleptSeconds);
    }
    measure(20);
    long expected = followed ? even + ledgerSeconds * 1000 : even;
    long apart = clock.millis() - expected - 20;
    assertTrue(Math.abs(apart) <= 1, "apart " + apart);
  }

  @Test
  void set_clockSetAndSetRight_isFollowedAgain() {
    measure(20);
    wall = wall.plusSeconds(3600);
    ledger = ledger.plusSeconds(3600);
    measure(20);
    wall = wall.minusSeconds(3600);
    ledger = ledger.minusSeconds(3600).plusMillis(500);
    measure(20);
    assertEquals(ledger.toEpochMilli(), clock.millis());
  }
}
