package io.nexus.control.lease;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nexus.control.lease.Chores.Chore;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ChoresTest {

  private static final long MILLI = 1_000_000;

  @Test
  void next_allDue_takesEachOnceBeforeAnyTwice() {
    var chores = new Chores(0);
    var done = new ArrayList<Chore>();
    for (int i = 0; i < Chore.values().length; i++) {
      chores.next(chore -> chores.isTimeFor(chore, 0)).ifPresent(done::add);
    }
    assertEquals(EnumSet.allOf(Chore.class), EnumSet.copyOf(done));
    assertEquals(done.getFirst(), chores.next(_ -> true).orElseThrow());
  }

  @Test
  void next_noneDue_isNone() {
    var chores = new Chores(0);
    List.of(Chore.values()).forEach(chore -> chores.due(chore, 5));
    assertTrue(chores.next(chore -> chores.isTimeFor(chore, 4)).isEmpty());
    assertFalse(chores.any(chore -> chores.isTimeFor(chore, 4)));
    assertTrue(chores.any(chore -> chores.isTimeFor(chore, 5)));
  }

  /** The counter may have any value, and overflow. */
  @ParameterizedTest
  @ValueSource(longs = {0, Long.MAX_VALUE - 1, -3})
  void rest_isUntilTheFirstThatIsWanted(long now) {
    var chores = new Chores(now);
    for (var chore : Chore.values()) {
      chores.due(chore, now + 700 * MILLI);
    }
    chores.due(Chore.RENEW, now + 300 * MILLI);
    chores.due(Chore.POST, now - MILLI);
    assertEquals(300, chores.restMillis(now, chore -> chore != Chore.POST));
    assertEquals(700, chores.restMillis(now, chore -> chore == Chore.LOOK));
    assertFalse(chores.isTimeFor(Chore.RENEW, now));
    assertTrue(chores.isTimeFor(Chore.RENEW, now + 300 * MILLI));
  }

  @ParameterizedTest
  @CsvSource({"-5000000, 1", "0, 1", "1, 1", "1000001, 2", "3999000000, 3999", "60000000000, 4000"})
  void rest_ofAnyTime_isFromOneMillisecondToFourSeconds(long dueNanos, long millis) {
    var chores = new Chores(0);
    for (var chore : Chore.values()) {
      chores.due(chore, dueNanos);
    }
    assertEquals(millis, chores.restMillis(0, _ -> true));
  }

  /** Ticks are four seconds apart, and for shorter times half a second. */
  @ParameterizedTest
  @CsvSource({
    "8_000, 4_000, 12_000",
    "8_100, 4_000, 12_000",
    "11_999, 4_000, 12_000",
    "8_100, 5_000, 12_000",
    "8_100, 60_000, 68_000",
    "8_100, 2_000, 10_000",
    "8_000, 500, 8_500",
    "8_499, 500, 8_500",
    "8_100, 1_000, 9_000",
    "8_100, 499, 8_599",
    "8_100, 0, 8_100",
    "-8_100, 4_000, -8_000"
  })
  void dueIn_withOthers_isOnTheLastTickBefore(String now, String in, String due) {
    assertDue(nanos(due), nanos(now), nanos(in), true);
    assertDue(nanos(now) + nanos(in), nanos(now), nanos(in), false);
  }

  private static void assertDue(long due, long now, long in, boolean withOthers) {
    var chores = new Chores(0);
    chores.dueIn(Chore.LOOK, now, in, withOthers);
    assertFalse(chores.isTimeFor(Chore.LOOK, due - 1));
    assertTrue(chores.isTimeFor(Chore.LOOK, due));
  }

  private static long nanos(String millis) {
    return Long.parseLong(millis.replace("_", "")) * MILLI;
  }
}
