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

class HoldExtenderTest {

  private static final long MILLI = 1_000_000;

  /** What so many tokens were held from, of so many that there are. */
  private static final class Pool {
    private long left;

    Pool(long tokens) {
      left = tokens;
    }
  }

  private static final class Held implements HoldExtender.Extensible {
    private final Pool pool;
    private final long allowed;
    private long covered;
    private int extensions;
    private long waitNanos;
    private boolean plenty;
    private final List<Long> patience = new ArrayList<>();

    Held(Pool pool, long covered, long allowed) {
      this.pool = pool;
      this.covered = covered;
      this.allowed = allowed;
      pool.left -= covered;
    }

    @Override
    public long covered() {
      return covered;
    }

    @Override
    public long allowed() {
      return allowed;
    }

    @Override
    public boolean extend(long moreTokens, long patienceNanos) {
      patience.add(patienceNanos / MILLI);
      if (moreTokens > pool.left) {
        return false;
      }
      extensions++;
      pool.left -= moreTokens;
      covered += moreTokens;
      return true;
    }

    @Override
    public long waitNanos() {
      return waitNanos;
    }

    @Override
    public boolean isPlenty(long moreTokens) {
      return plenty;
    }

    @Override
    public boolean isScarce(long moreTokens) {
      return pool.left < 8 * moreTokens && moreTokens <= pool.left * 3 / 4;
    }
  }

  /** Text of four characters a token. */
  private static final class Text implements HoldExtender.Shown {
    private long tokens;

    @Override
    public long chars() {
      return 4 * tokens;
    }

    @Override
    public long atLeast() {
      return tokens;
    }

    @Override
    public long tokens() {
      return tokens;
    }
  }

  private final Text text = new Text();

  private static HoldExtender extender(Held held, Showing showing, long tokensASecond) {
    return new HoldExtender(held, new MadeOutput(new OutputPace(showing, tokensASecond), 1, 0), 0);
  }

  /** Shows more, and says whether the stream may go on. */
  private boolean shows(HoldExtender extender, long tokens, long millis) {
    text.tokens += tokens;
    return extender.covers(text, 0, millis * MILLI);
  }

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
  void stream_whereMoneyIsPlenty_canWaitForALedgerThatIsSuddenlySlow() {
    long first = HoldExtender.ahead(OutputPace.UNKNOWN);
    assertEquals(5_200, first);
    var held = new Held(new Pool(1_000_000), first, 16_000);
    held.plenty = true;
    var extender = extender(held, Showing.UNKNOWN, 2_000);
    assertTrue(extender.coversSilence(200 * MILLI));
    assertEquals(0, held.extensions, "what it has suffices for now");
    for (long millis = 300; millis < 4_000; millis += 50) {
      assertTrue(extender.coversSilence(millis * MILLI));
      assertTrue(held.covered >= 2 * millis + 2_600, "by " + millis + " ms");
    }
    held.patience.forEach(millis -> assertTrue(millis >= 1_000, () -> "waits " + held.patience));
  }

  @Test
  void ahead_ofAModelThatShowsAll_isNothing() {
    assertEquals(0, HoldExtender.ahead(new OutputPace(Showing.ALL, 100)));
    assertEquals(0, HoldExtender.ahead(new OutputPace(Showing.LUMPS, 100)));
    assertEquals(260, HoldExtender.ahead(new OutputPace(Showing.PART, 100)));
  }

  @Test
  void stream_ofASlowLedger_asksSoonerAndWaitsWhileTheHoldPays() {
    var near = new Held(new Pool(100_000), 2_000, 16_000);
    var far = new Held(new Pool(100_000), 2_000, 16_000);
    far.waitNanos = 500 * MILLI;
    var nearby = extender(near, Showing.ALL, 100);
    var distant = extender(far, Showing.ALL, 100);
    long shownNear = 0;
    long shownFar = 0;
    for (int i = 1; i <= 2_000; i++) {
      // A token a millisecond: 250 are made until the backend has stopped.
      assertTrue(shows(nearby, 1, i));
      assertTrue(distant.covers(text, 0, i * MILLI));
      shownNear = near.patience.isEmpty() ? i : shownNear;
      shownFar = far.patience.isEmpty() ? i : shownFar;
    }
    assertAbout(1_500, shownNear, "twice 250 are kept");
    assertAbout(500, shownFar, "twice 750 are kept");
    assertAbout(250, near.patience.getFirst(), "of 500 left 250 are for stopping");
    assertAbout(1_250, far.patience.getFirst(), "of 1500 left 250 are for stopping");
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

  /** Of 512 tokens the reserve, 32 twice, is kept back; the rest takes 10 ms a token. */
  @Test
  void due_isWhenTheSilenceMayHaveUsedAllButTheReserve() {
    var held = new Held(new Pool(100_000), 512, 16_000);
    var extender = extender(held, Showing.ALL, 100);
    assertEquals((512 - 64) * 10 * MILLI, extender.dueNanos());
    assertTrue(shows(extender, 20, 100));
    assertEquals((100 + (512 - 64 - 20) * 10) * MILLI, extender.dueNanos());
    held.covered = held.allowed;
    assertTrue(extender.covers(text, 1, 200 * MILLI));
    assertTrue(extender.coversSilence(200 * MILLI));
  }

  @Test
  void stream_thatWasDenied_waitsForTheLedgerOnce() {
    var held = new Held(new Pool(600), 600, 16_000);
    var extender = extender(held, Showing.ALL, 100);
    int millis = 0;
    while (held.patience.isEmpty()) {
      millis++;
      assertTrue(shows(extender, 1, millis));
    }
    assertTrue(held.patience.size() > 2, "smaller steps are tried");
    assertTrue(held.patience.getFirst() > 0);
    assertEquals(0, held.patience.stream().skip(1).mapToLong(Long::longValue).max().orElse(-1));
  }

  @Test
  void stream_whoseHoldIsComplete_isNeverAsked() {
    var held = new Held(new Pool(100), 100, 100);
    var extender = extender(held, Showing.UNKNOWN, 2_000);
    assertTrue(extender.isComplete());
    assertTrue(shows(extender, 157, 60_000), "as far as counting may be off");
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
    assertEquals(0, held.extensions, "no money makes up for it");
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

  @Test
  void silence_ofAnUnknownModel_extendsTheHoldInTime() {
    var held = new Held(new Pool(1_000_000), 512, 20_000);
    var extender = extender(held, Showing.UNKNOWN, 2_000);
    for (long millis = 0; millis <= 20_000; millis += 50) {
      if (millis * MILLI >= extender.dueNanos()) {
        assertTrue(extender.coversSilence(millis * MILLI));
      }
      long made = Math.min(2 * millis, 20_000);
      assertTrue(held.covered >= made, millis + " ms: " + made + " of " + held.covered);
    }
    assertTrue(extender.isComplete());
    assertTrue(held.extensions < 60, () -> held.extensions + " extensions");
  }

  /** Where there is plenty, no stream holds its worst case before it may have come to that. */
  @Test
  void silence_withPlentyOfMoney_doesNotPinTheWorstCase() {
    var held = new Held(new Pool(10_000_000), 512, 1_000_000);
    var extender = extender(held, Showing.UNKNOWN, 2_000);
    assertTrue(extender.coversSilence(2_000 * MILLI));
    assertTrue(held.covered < 8_000, () -> "holds " + held.covered);
  }

  /** Twenty streams and money for 100,000 tokens: the first are served, also without a limit. */
  @ParameterizedTest
  @CsvSource({"20000, 20000, 4", "1000000, 20000, 1", "1000000, 5000, 2"})
  void silence_whereMoneyIsScarce_servesTheFirst(
      long allowed, long lastsMillis, int servedAtLeast) {
    var pool = new Pool(100_000);
    List<Held> held = new ArrayList<>();
    List<HoldExtender> extenders = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      held.add(new Held(pool, 512, allowed));
      extenders.add(extender(held.get(i), Showing.UNKNOWN, 2_000));
    }
    List<Integer> served = new ArrayList<>();
    for (long millis = 0; millis <= lastsMillis; millis += 50) {
      served.clear();
      for (int i = 0; i < 20; i++) {
        if (extenders.get(i).coversSilence(millis * MILLI)) {
          served.add(i);
        }
      }
    }
    assertTrue(served.size() >= servedAtLeast, served::toString);
    for (int i = 0; i < servedAtLeast; i++) {
      assertEquals(i, served.get(i));
    }
    assertTrue(pool.left >= 0);
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
