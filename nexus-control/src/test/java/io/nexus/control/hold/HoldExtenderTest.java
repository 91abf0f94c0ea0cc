package io.nexus.control.hold;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nexus.control.hold.OutputPace.Showing;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HoldExtenderTest extends HoldExtenderFixture {

  @Test
  void stream_thatShowsAll_growsByWhatItShows() {
    var held = new Held(new Pool(100_000), 512, 16_000);
    var extender = extender(held, Showing.ALL, 100);
    for (int i = 1; i <= 400; i++) {
      assertTrue(shows(extender, 1, 20L * i));
    }
    assertEquals(512, held.covered, "the reserve is 32 tokens twice");
    for (int i = 401; i <= 2_000; i++) {
      assertTrue(shows(extender, 1, 20L * i));
      assertTrue(held.covered >= text.tokens + 32, "ahead of it");
      assertTrue(held.covered <= text.tokens + 32 + 64 + 256, "and not far");
    }
  }

  /** 2,000 tokens a second: 2,600 until a ledger that takes a second has answered and it stops. */
  @Test
  void stream_whereMoneyIsPlenty_keepsEnoughForALedgerThatIsSuddenlySlow() {
    long first = HoldExtender.ahead(OutputPace.UNKNOWN);
    assertEquals(5_200, first);
    var held = new Held(new Pool(1_000_000), first, 16_000);
    held.plenty = true;
    var extender = extender(held, Showing.UNKNOWN, 2_000);
    assertTrue(extender.coversSilence(100 * MILLI));
    assertEquals(0, held.extensions, "what it has suffices for now");
    for (long millis = 300; millis < 4_000; millis += 50) {
      assertTrue(extender.coversSilence(millis * MILLI));
      assertTrue(held.covered >= 2 * millis + 2_600, "by " + millis + " ms");
    }
  }

  @Test
  void ahead_ofAModelThatShowsAll_isNothing() {
    assertEquals(0, HoldExtender.ahead(new OutputPace(Showing.ALL, 100)));
    assertEquals(0, HoldExtender.ahead(new OutputPace(Showing.LUMPS, 100)));
    assertEquals(260, HoldExtender.ahead(new OutputPace(Showing.PART, 100)));
  }

  @Test
  void stream_ofASlowLedger_asksSooner() {
    var near = new Held(new Pool(100_000), 2_000, 16_000);
    var far = new Held(new Pool(100_000), 2_000, 16_000);
    far.waitNanos = 500 * MILLI;
    near.granted = 0;
    far.granted = 0;
    var nearby = extender(near, Showing.ALL, 100);
    var distant = extender(far, Showing.ALL, 100);
    long shownNear = 0;
    long shownFar = 0;
    for (int i = 1; i <= 1_600; i++) {
      // A token a millisecond: 250 are made until the backend has stopped.
      assertTrue(shows(nearby, 1, i));
      assertTrue(distant.covers(text, 0, i * MILLI));
      shownNear = near.asked.isEmpty() ? i : shownNear;
      shownFar = far.asked.isEmpty() ? i : shownFar;
    }
    assertAbout(1_500, shownNear, "twice 250 are kept");
    assertAbout(500, shownFar, "twice 750 are kept");
  }

  private static void assertAbout(long expected, long actual, String why) {
    assertTrue(Math.abs(actual - expected) <= 100, () -> why + ": " + actual);
  }

  @Test
  void largest_isWhatCameAtOnce() {
    var extender = extender(new Held(new Pool(100_000), 512, 16_000), Showing.ALL, 100);
    assertEquals(0, extender.largestTokens());
    assertTrue(shows(extender, 3, 20));
    assertTrue(shows(extender, 10, 40));
    assertTrue(shows(extender, 2, 60));
    assertEquals(10, extender.largestTokens());
  }

  @Test
  void shownASecond_countsFromTheFirstEvent_andNeedsEnough() {
    var extender = extender(new Held(new Pool(100_000), 512, 16_000), Showing.ALL, 100);
    assertEquals(0, extender.shownASecond(0, 900 * MILLI));
    assertTrue(shows(extender, 20, 1_000));
    assertEquals(0, extender.shownASecond(20, 1_000 * MILLI));
    assertTrue(shows(extender, 30, 1_040));
    assertEquals(0, extender.shownASecond(50, 1_040 * MILLI), "too soon");
    assertTrue(shows(extender, 20, 1_250));
    assertEquals(200, extender.shownASecond(70, 1_250 * MILLI));
  }

  /**
   * Of 512 tokens the reserve, 32 twice, is kept back; the rest takes 10 ms a token. The ledger has
   * 150 ms.
   */
  @Test
  void due_isWhenTheSilenceMayHaveUsedAllButTheReserve() {
    var held = new Held(new Pool(100_000), 512, 16_000);
    var extender = extender(held, Showing.ALL, 100);
    assertEquals(((512 - 64) * 10 - 150) * MILLI, extender.dueNanos());
    assertTrue(shows(extender, 20, 100));
    assertEquals((100 + (512 - 64 - 20) * 10 - 150) * MILLI, extender.dueNanos());
    held.covered = held.allowed;
    assertTrue(extender.covers(text, 1, 200 * MILLI));
    assertTrue(extender.coversSilence(200 * MILLI));
  }

  /** What waits unread is generated, too: a stream that is not read would outgrow its hold. */
  @Test
  void stream_isReadWhileTheLedgerIsAsked_andCutWhenOnlyTheReserveIsLeft() {
    var held = new Held(new Pool(100_000), 2_000, 16_000);
    held.waitNanos = 500 * MILLI;
    held.granted = 0;
    var extender = extender(held, Showing.ALL, 100);
    int millis = 0;
    while (shows(extender, 1, ++millis)) {
      assertTrue(millis < 2_000);
    }
    assertAbout(1_750, text.tokens, "250 are kept until it has stopped");
    assertEquals(1, held.asked.size(), "one question at a time");
    assertEquals(List.of(), held.waited);
    assertFalse(extender.coversSilence(millis * MILLI));
    held.answers(10_000);
    assertEquals(2_000, held.covered, "nothing is held for a stream that was cut");
  }

  @Test
  void stream_thatIsAnsweredInTime_continues() {
    var held = new Held(new Pool(100_000), 2_000, 4_000);
    held.waitNanos = 500 * MILLI;
    held.granted = 0;
    var extender = extender(held, Showing.ALL, 100);
    for (int millis = 1; millis <= 3_400; millis++) {
      assertTrue(shows(extender, 1, millis), "at " + millis);
      if (held.open != null && millis % 500 == 0) {
        held.answers(held.asked.getLast());
        assertTrue(held.covered >= millis + 500, "held when it is answered, not when it is read");
      }
    }
  }

  /** A refused question is repeated for less: the budget may have a part of it. */
  @Test
  void stream_whoseQuestionIsRefused_asksForLess() {
    var held = new Held(new Pool(100_000), 600, 16_000);
    held.granted = 0;
    var extender = extender(held, Showing.ALL, 100);
    List<Long> moments = new ArrayList<>();
    for (int token = 1; token <= 560; token++) {
      long millis = 20L * token;
      assertTrue(shows(extender, 1, millis));
      if (held.open != null) {
        held.answers(0);
        moments.add(millis);
      }
    }
    for (int i = 1; i < moments.size(); i++) {
      assertTrue(moments.get(i) - moments.get(i - 1) >= 50, "not at once: " + moments);
    }
    assertEquals(List.of(256L, 128L, 64L, 32L, 16L, 16L), held.asked.subList(0, 6));
  }

  /** In that time the backend would generate what nothing is held for. */
  @Test
  void stream_whoseEventUsedUpItsHold_waitsOnlyForANearLedger() {
    var near = new Held(new Pool(600), 600, 16_000);
    var far = new Held(new Pool(600), 600, 16_000);
    far.waitNanos = 500 * MILLI;
    for (var held : List.of(near, far)) {
      var extender = extender(held, Showing.ALL, 100);
      text.tokens = 0;
      assertTrue(shows(extender, 200, 500));
      assertFalse(shows(extender, 380, 1_000));
    }
    assertEquals(List.of(100L), near.waited);
    assertEquals(List.of(), far.waited);
  }

  @Test
  void stream_whoseHoldIsComplete_isNeverAsked() {
    var held = new Held(new Pool(100), 100, 100);
    var extender = extender(held, Showing.UNKNOWN, 2_000);
    assertTrue(extender.isComplete());
    assertTrue(shows(extender, 100, 60_000));
    assertTrue(extender.coversSilence(120_000 * MILLI));
    assertEquals(0, held.extensions);
  }

  @Test
  void stream_farBeyondWhatItWasAskedFor_isDenied() {
    var held = new Held(new Pool(1_000), 100, 100);
    var extender = extender(held, Showing.ALL, 100);
    assertTrue(shows(extender, 157, 1_000));
    assertFalse(shows(extender, 1, 1_001));
    assertFalse(extender.coversSilence(2_000 * MILLI), "once and for all");
    assertEquals(157, held.covered, "no money makes up for the rest");
  }

  /** Counts by length may be too high, so the stream may go on if that is paid for. */
  @ParameterizedTest
  @CsvSource({"1000, 158, 157", "120, 121, 120", "100, 101, 100"})
  void stream_beyondItsClientsLimit_continuesOnlyIfThatIsHeld(int pool, int denied, long covered) {
    var held = new Held(new Pool(pool), 100, 100);
    var extender = extender(held, Showing.ALL, 100);
    int token = 1;
    while (shows(extender, 1, 10L * token)) {
      token++;
    }
    assertEquals(denied, token);
    assertTrue(held.covered >= covered && held.covered <= pool, "held: " + held.covered);
  }

  /**
   * An honest answer of 100 tokens may be estimated as 150. But a limit that was lowered for want
   * of money leaves none for that error, and the backend may not heed it.
   */
  @ParameterizedTest
  @CsvSource({"false, 201", "true, 100"})
  void stream_whoseCountIsAnEstimate_isCutWhereItsLimitIsExceeded(boolean lowered, int most) {
    var held = new Held(new Pool(100), 100, 100);
    held.lowered = lowered;
    text.estimated = true;
    var extender = extender(held, Showing.ALL, 100);
    assertTrue(shows(extender, most, 1_000));
    assertFalse(shows(extender, 1, 1_001));
  }

  @Test
  void stream_beyondItsLimit_continuesWhereMoneyIsPlentyAndTheLedgerSlow() {
    var held = new Held(new Pool(1_000), 100, 100);
    held.waitNanos = 500 * MILLI;
    held.granted = 0;
    held.plenty = true;
    var extender = extender(held, Showing.ALL, 100);
    assertTrue(shows(extender, 157, 1_000));
    assertFalse(shows(extender, 1, 1_001));
  }

  /** The backend may not heed a limit, and generates on until it notices that it was cut. */
  @ParameterizedTest
  @CsvSource({"10, 405", "1, 219"})
  void stream_withALimitForWantOfMoney_keepsWhatIsGeneratedUntilItStops(int millis, int denied) {
    var held = new Held(new Pool(436), 436, 436);
    held.ourLimit = true;
    var extender = extender(held, Showing.ALL, 100);
    int token = 1;
    while (shows(extender, 1, (long) millis * token)) {
      token++;
    }
    assertEquals(denied, token);
    assertEquals(436, held.covered);
  }

  @Test
  void stream_whoseMoneyEnds_isDeniedWithTheReserveUntouched() {
    var held = new Held(new Pool(1_000), 512, 16_000);
    var extender = extender(held, Showing.ALL, 100);
    int token = 0;
    while (shows(extender, 1, 20L * token)) {
      token++;
      assertTrue(token < 1_000);
    }
    assertTrue(held.covered >= 980, "the last tokens are used in small steps");
    assertTrue(text.tokens >= held.covered - 34, () -> text.tokens + " of " + held.covered);
    assertFalse(shows(extender, 0, 60_000), "denied is denied");
    assertFalse(extender.coversSilence(60_000 * MILLI));
  }

  /** A thousand tokens a second, of which a quarter of a second stays in reserve. */
  @Test
  void reserve_ofAFastStream_isWhatItMakesUntilItHasStopped() {
    var held = new Held(new Pool(3_000), 512, 16_000);
    var extender = extender(held, Showing.ALL, 1_250);
    int millis = 0;
    while (shows(extender, 1, ++millis)) {
      assertTrue(millis < 3_000);
    }
    assertTrue(held.covered - text.tokens >= 249, () -> text.tokens + " of " + held.covered);
    long charged = extender.whenCut(text.tokens, millis * MILLI);
    assertTrue(Math.abs(held.covered - charged) <= 5, () -> charged + " of " + held.covered);
  }

  @Test
  void reserve_ofLargeEvents_isOneMoreOfThem() {
    var held = new Held(new Pool(3_000), 512, 16_000);
    var extender = extender(held, Showing.ALL, 100);
    int events = 0;
    while (shows(extender, 100, 1_000L * ++events)) {
      assertTrue(events < 30);
    }
    assertTrue(held.covered - text.tokens >= 0, "the event that passed the reserve is paid");
    assertTrue(held.covered - text.tokens <= 200, () -> text.tokens + " of " + held.covered);
  }

  @ParameterizedTest
  @CsvSource({
    // model, rate, shown, milliseconds, covered, charged when cut, when broken off
    "ALL, 100, 3, 10000, 512, 512, 512",
    "ALL, 100, 3, 1500, 512, 4, 3",
    "ALL, 100, 0, 1500, 512, 0, 0",
    "UNKNOWN, 2000, 0, 100, 512, 0, 0",
    "UNKNOWN, 2000, 0, 1000, 5000, 2500, 2000",
    "UNKNOWN, 2000, 0, 10000, 5000, 5000, 5000",
    "PART, 100, 3, 10000, 5000, 1025, 1000",
    "PART, 100, 3, 10000, 700, 700, 700",
    "ALL, 100, 1000, 1000, 5000, 1251, 1000",
    "ALL, 100, 9000, 1000, 5000, 9000, 9000",
  })
  void charge_ofAStreamThatDidNotEnd_isWhatMayHaveBeenMade(
      Showing showing, long rate, long shown, long millis, long covered, long cut, long broken) {
    var held = new Held(new Pool(covered), covered, 20_000);
    var extender = extender(held, showing, rate);
    text.tokens = shown;
    if (shown > 0) {
      var _ = extender.covers(text, 0, MILLI);
    }
    assertEquals(cut, extender.whenCut(shown, millis * MILLI));
    assertEquals(broken, extender.whenBroken(shown, millis * MILLI));
  }

  /** A reset discards what came since the last read, here for 100 ms at 400 tokens a second. */
  @Test
  void charge_ofAStreamThatWasReset_countsWhatWasNotRead() {
    var extender = extender(new Held(new Pool(5_000), 5_000, 20_000), Showing.ALL, 100);
    for (int i = 1; i <= 40; i++) {
      assertTrue(shows(extender, 10, 25L * i));
    }
    assertEquals(400, extender.whenReset(400, 1_000 * MILLI));
    assertEquals(438, extender.whenReset(400, 1_100 * MILLI));
    assertEquals(400, extender.whenBroken(400, 1_100 * MILLI), "a close discards nothing");
  }

  /** A busy machine cuts a stream late, when more may have been made than was held for. */
  @ParameterizedTest
  @CsvSource({"1000, 20000, 1500", "300, 20000, 1300", "0, 20000, 1000", "1000, 1200, 1200"})
  void charge_ofAStreamThatWasCutLate_takesWhatTheBudgetsStillHave(
      long left, long allowed, long charged) {
    var pool = new Pool(1_000 + left);
    var extender = extender(new Held(pool, 1_000, allowed), Showing.PART, 1_000);
    assertEquals(charged, extender.whenCut(0, 1_250 * MILLI));
    assertEquals(1_000 + left - charged, pool.left);
  }
}
