package io.nexus.control.hold;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nexus.control.hold.OutputPace.Showing;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class MadeOutputTest {

  private static final long MILLI = 1_000_000;

  /** Moments may be any, also negative ones. */
  private static final long SENT = -5_000 * MILLI;

  private static MadeOutput made(Showing showing, long tokensASecond) {
    return new MadeOutput(new OutputPace(showing, tokensASecond), 1, SENT, true);
  }

  private static long at(long millis) {
    return SENT + millis * MILLI;
  }

  /** No report will tell whether it reasoned while it was silent. */
  @ParameterizedTest
  @CsvSource({
    // never reasons, milliseconds, made with and without a report
    "false, 250, 0, 0",
    "false, 260, 0, 1",
    "false, 1400, 0, 115",
    "false, 2100, 210, 210",
    "true, 1400, 0, 0",
    "true, 2100, 210, 210",
  })
  void modelThatShowsAll_endsInASilence_mayHaveReasonedInIt(
      boolean never, long millis, long reported, long unreported) {
    var made = new MadeOutput(new OutputPace(Showing.ALL, 100), 1, SENT, never);
    assertEquals(reported, made.by(at(millis), 0));
    assertEquals(unreported, made.withoutReport(at(millis), 0));
  }

  @Test
  void modelThatShowsAll_endsSoonAfterAToken_hasMadeWhatItShows() {
    var made = new MadeOutput(new OutputPace(Showing.ALL, 100), 1, SENT, false);
    made.shown(1, at(1_000));
    assertEquals(1, made.withoutReport(at(1_250), 1));
    made.shown(60, at(1_400));
    assertEquals(60, made.withoutReport(at(1_500), 60));
    assertEquals(60 + 35, made.withoutReport(at(2_000), 60));
  }

  @ParameterizedTest
  @CsvSource({
    // by milliseconds, shown, made
    "0, 0, 0",
    "250, 0, 0",
    "251, 0, 502",
    "1000, 0, 2000",
    "1000, 3, 2003",
    "20000, 3, 40003",
  })
  void unknownModel_silent_makesAllThatTimeAllows(long millis, long shown, long tokens) {
    assertEquals(tokens, made(Showing.UNKNOWN, 2_000).by(at(millis), shown));
  }

  @Test
  void unknownModel_thatFlows_makesWhatItShows() {
    var made = made(Showing.UNKNOWN, 2_000);
    for (int i = 1; i <= 500; i++) {
      made.shown(i, at(40L * i));
      assertEquals(i, made.by(at(40L * i), i));
    }
    assertEquals(500, made.by(at(20_250), 500));
    assertEquals(500 + 502, made.by(at(20_251), 500), "and then stops");
  }

  /** Five tokens a second may well be the summary of something. */
  @Test
  void unknownModel_thatTrickles_makesAllThatTimeAllows() {
    var made = made(Showing.UNKNOWN, 2_000);
    for (int i = 1; i <= 50; i++) {
      made.shown(i, at(200L * i));
    }
    assertTrue(made.by(at(10_000), 50) >= 19_500, () -> "made " + made.by(at(10_000), 50));
  }

  @Test
  void unknownModel_thatThinksFirst_makesTheTimeBeforeItFlows() {
    var made = made(Showing.UNKNOWN, 2_000);
    made.shown(1, at(3_000));
    for (int i = 1; i <= 100; i++) {
      made.shown(1 + i, at(3_000 + 20L * i));
    }
    assertEquals(6_000 + 101, made.by(at(5_000), 101));
  }

  @ParameterizedTest
  @CsvSource({"0, 0, 0", "1000, 10, 100", "1000, 150, 150", "20000, 150, 2000"})
  void modelThatHides_makesTheGreaterOfBoth(long millis, long shown, long tokens) {
    var made = made(Showing.PART, 100);
    made.shown(shown, at(millis));
    assertEquals(tokens, made.by(at(millis), shown));
  }

  @ParameterizedTest
  @CsvSource({"1000, 0, 0", "2000, 7, 7", "2001, 7, 208", "10000, 7, 1007"})
  void modelThatShowsAll_countsOnlyLongSilence(long millis, long shown, long tokens) {
    assertEquals(tokens, made(Showing.ALL, 100).by(at(millis), shown));
  }

  @Test
  void choices_areMadeAtTheSameTime() {
    var made = new MadeOutput(new OutputPace(Showing.PART, 100), 3, SENT, true);
    assertEquals(300, made.by(at(1_000), 0));
  }

  /** The assumed output reaches the limit exactly at the returned moment. */
  @ParameterizedTest
  @EnumSource(Showing.class)
  void moment_ofALimit_isWhenItIsReached(Showing showing) {
    for (long shown : new long[] {0, 3, 90}) {
      for (long now : new long[] {0, 100, 300, 2_500, 9_000}) {
        var made = made(showing, 150);
        made.shown(shown, at(now / 2));
        for (long limit : new long[] {1, 100, 512, 20_000, 1L << 40}) {
          long moment = made.momentOf(limit, shown, at(now));
          long by = made.by(at(now), shown);
          if (by > limit) {
            assertEquals(at(now), moment);
          } else {
            assertTrue(moment >= at(now), "never in the past");
            assertTrue(made.by(moment, shown) <= limit + 1, () -> showing + " " + limit);
            assertTrue(made.by(moment + 2_000 * MILLI, shown) > limit || limit > 1L << 30);
          }
        }
      }
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2_000, Integer.MAX_VALUE})
  void tokens_ofAnyTime_fit(long rate) {
    var made = new MadeOutput(new OutputPace(Showing.PART, rate), 128, 0, true);
    long most = made.tokensIn(Long.MAX_VALUE);
    assertTrue(most > 0);
    assertEquals(0, made.tokensIn(-1));
    assertTrue(made.tokensIn(1) >= 1, "rounded up");
    assertTrue(made.momentOf(Long.MAX_VALUE, 0, 0) > 0);
  }
}
