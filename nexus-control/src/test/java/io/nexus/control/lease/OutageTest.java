package io.nexus.control.lease;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nexus.control.ledger.LedgerException;
import io.nexus.control.ledger.LedgerException.Kind;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class OutageTest {

  private static final Instant START = Instant.parse("2026-11-30T10:00:00Z");
  private static final long MILLI = 1_000_000;

  private final Outage outage = new Outage();

  private boolean fails(String why, int seconds, long nowNanos) {
    return outage.failed(
        new LedgerException(Kind.UNREACHABLE, why), START.plusSeconds(seconds), nowNanos);
  }

  @Test
  void failures_inARow_pauseEverLongerUpToTwoSeconds() {
    long now = Long.MAX_VALUE - 10 * MILLI; // The counter overflows on the way.
    for (long millis : List.of(50L, 100L, 200L, 400L, 800L, 1_600L, 2_000L, 2_000L)) {
      fails("cut off", 0, now);
      assertTrue(outage.isPausing(now + millis * MILLI - 1), millis + " ms");
      now += millis * MILLI;
      assertFalse(outage.isPausing(now), millis + " ms");
    }
    assertEquals(8, outage.errors());
  }

  @Test
  void outage_isSinceItsFirstFailureAndSaysTheLast() {
    assertEquals("", outage.why());
    assertTrue(fails("cut off", 1, 0));
    assertFalse(fails("full", 2, 0));
    assertEquals("full", outage.why());
    assertEquals(Optional.of(START.plusSeconds(1)), outage.since());
  }

  @Test
  void success_endsItAndTheNextOneBeginsAnew() {
    assertFalse(outage.ended(), "there is none");
    fails("cut off", 1, 0);
    fails("cut off", 2, 0);
    assertTrue(outage.ended());
    assertFalse(outage.ended());
    assertEquals("", outage.why());
    assertEquals(Optional.empty(), outage.since());
    assertFalse(outage.isPausing(0));
    assertTrue(fails("cut off", 3, 0));
    assertFalse(outage.isPausing(50 * MILLI), "the shortest pause again");
    assertEquals(3, outage.errors());
  }
}
