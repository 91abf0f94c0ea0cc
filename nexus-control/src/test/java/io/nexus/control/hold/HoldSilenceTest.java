package io.nexus.control.hold;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nexus.control.hold.OutputPace.Showing;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Holds of streams that show nothing for a while. */
class HoldSilenceTest extends HoldExtenderFixture {

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

  /** When it counts, a hold of 512 tokens is too small for 500 and what follows until it stops. */
  @Test
  void silence_ofAnUnknownModel_asksTheLedgerBeforeItCounts() {
    var held = new Held(new Pool(1_000_000), 512, 20_000);
    held.granted = 0;
    held.waitNanos = 200 * MILLI;
    var extender = extender(held, Showing.UNKNOWN, 2_000);
    assertEquals(100 * MILLI, extender.dueNanos());
    assertTrue(extender.coversSilence(110 * MILLI));
    assertTrue(extender.coversSilence(200 * MILLI));
    assertEquals(1, held.asked.size());
    held.answers(held.asked.getFirst());
    assertTrue(held.covered >= 1_700, () -> "" + held.covered);
    assertTrue(extender.coversSilence(260 * MILLI));
    assertEquals(List.of(), held.waited);
  }

  /** A provider may generate all that time and send nothing. */
  @ParameterizedTest
  @CsvSource({
    // held at first, shown at once, of a rate of 500 a second: cut in the silence after that
    "565, 0, 910",
    "565, 100, 710",
    "1200, 0, 2110",
    "300, 50, 310",
  })
  void silence_ofAModelThatShowsAll_isCutBeforeItMayExceedTheHold(
      long covered, long shown, long latestMillis) {
    var held = new Held(new Pool(covered), covered, 2_000);
    var extender = extender(held, Showing.ALL, 500);
    assertTrue(shows(extender, shown, 10));
    long millis = 10;
    while (extender.coversSilence(millis * MILLI)) {
      millis += 50;
      assertTrue(millis < 10_000, "never cut");
    }
    assertTrue(millis <= latestMillis, "cut after " + millis);
    long made = shown + (millis + 250) / 2;
    assertTrue(made <= covered + 30, made + " made of " + covered);
  }

  /** With money left, silence of less than two seconds makes a hold no larger than that needs. */
  @Test
  void silence_ofAModelThatShowsAll_growsAShortHoldOnly() {
    var pool = new Pool(1_000_000);
    var shortOne = new Held(pool, 400, 2_000);
    var usual = new Held(pool, 1_400, 2_000);
    for (var held : List.of(shortOne, usual)) {
      assertTrue(extender(held, Showing.ALL, 500).coversSilence(1_400 * MILLI));
    }
    assertTrue(shortOne.covered >= 700 && shortOne.covered < 1_500, () -> "" + shortOne.covered);
    assertEquals(1_400, usual.covered);
  }

  /** A slow first token is no output; more than two seconds may be. */
  @ParameterizedTest
  @CsvSource({"1500, 1, 2", "2500, 1251, 1376"})
  void silence_ofAModelThatShowsAll_isForgottenWhenItGoesOn(long millis, long broken, long cut) {
    var held = new Held(new Pool(100_000), 400, 20_000);
    var extender = extender(held, Showing.ALL, 500);
    for (long at = 50; at < millis; at += 50) {
      assertTrue(extender.coversSilence(at * MILLI));
    }
    assertTrue(held.covered >= millis / 2, "it is held for");
    assertTrue(shows(extender, 1, millis));
    assertEquals(broken, extender.whenBroken(1, millis * MILLI));
    assertEquals(cut, extender.whenCut(1, millis * MILLI));
  }

  @Test
  void silence_ofAModelThatShowsAll_whoseHoldIsComplete_countsAfterTwoSecondsOnly() {
    var held = new Held(new Pool(300), 300, 300);
    var extender = extender(held, Showing.ALL, 500);
    assertEquals(0, extender.whenBroken(0, 1_900 * MILLI));
    assertEquals(300, extender.whenBroken(0, 2_100 * MILLI));
  }

  /** Before others take it in steps. */
  @Test
  void silence_whereMoneyIsScarce_waitsForANearLedgerToHoldTheRest() {
    var held = new Held(new Pool(100_000), 512, 20_000);
    held.granted = 3_000;
    held.grantedAtOnce = 20_000;
    assertTrue(extender(held, Showing.UNKNOWN, 2_000).coversSilence(300 * MILLI));
    assertEquals(List.of(100L), held.waited);
    assertEquals(20_000, held.covered);
  }

  @Test
  void silence_whereMoneyIsScarce_growsInStepsUntilAFarLedgerAnswers() {
    var held = new Held(new Pool(100_000), 512, 20_000);
    held.granted = 5_000;
    held.waitNanos = 500 * MILLI;
    var extender = extender(held, Showing.UNKNOWN, 2_000);
    for (long millis = 300; millis < 800; millis += 50) {
      assertTrue(extender.coversSilence(millis * MILLI));
    }
    assertTrue(held.covered > 2_800 && held.covered < 5_512, () -> "" + held.covered);
    assertEquals(List.of(), held.waited);
    assertEquals(1, held.asked.size());
    held.answers(held.asked.getFirst());
    assertEquals(20_000, held.covered);
    assertTrue(extender.dueNanos() > 1_000_000_000 * MILLI, "nothing is left to look after");
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
}
