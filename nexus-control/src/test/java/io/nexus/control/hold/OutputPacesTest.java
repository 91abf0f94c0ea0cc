package io.nexus.control.hold;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nexus.control.hold.OutputPace.Showing;
import io.nexus.control.money.ModelFacts.Thinking;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OutputPacesTest {

  private static final long SECOND = 1_000_000_000;

  private final OutputPaces paces = new OutputPaces(3);

  private void answers(int count, long shown, long billed, long nanos) {
    for (int i = 0; i < count; i++) {
      paces.record("m", shown, billed, 1, 1, nanos, 0);
    }
  }

  private Showing showing() {
    return paces.of("m").showing();
  }

  @Test
  void pace_ofAModelNobodyHasSeen_isConservative() {
    assertEquals(new OutputPace(Showing.UNKNOWN, 2_000), paces.of("m"));
  }

  @ParameterizedTest
  @CsvSource({
    // shown, billed: a count by length may be a quarter and 32 tokens off
    "3, 20000, PART",
    "100, 158, PART",
    "100, 157, ALL",
    "0, 33, PART",
    "0, 32, ALL",
    "300, 300, ALL",
    "300, 10, ALL",
  })
  void pace_afterThreeAnswers_tellsWhetherTheyShowedAll(long shown, long billed, Showing showing) {
    answers(3, shown, billed, SECOND);
    assertEquals(showing, showing());
  }

  @Test
  void pace_oneAnswerThatShowsLess_marksTheModelForLong() {
    answers(2, 100, 100, SECOND);
    assertEquals(Showing.UNKNOWN, showing());
    answers(1, 100, 100, SECOND);
    assertEquals(Showing.ALL, showing());
    answers(1, 3, 1_000, SECOND);
    answers(127, 100, 100, SECOND);
    assertEquals(Showing.PART, showing());
    answers(1, 100, 100, SECOND);
    assertEquals(Showing.ALL, showing());
  }

  @ParameterizedTest
  @CsvSource({
    // largest, billed
    "256, 1000, LUMPS",
    "256, 1025, ALL",
    "255, 255, ALL",
    "5000, 5000, LUMPS",
    "0, 5000, ALL",
  })
  void pace_largeEvents_areLumps(long largest, long billed, Showing showing) {
    for (int i = 0; i < 3; i++) {
      paces.record("m", billed, billed, largest, 1, SECOND, 0);
    }
    assertEquals(showing, showing());
  }

  @ParameterizedTest
  @CsvSource({
    // billed, choices, milliseconds, a quarter more than the rate
    "1000, 1, 1000, 1250",
    "2000, 2, 2000, 625",
    "1000, 1, 20000, 63",
    "400, 1, 1, 5000",
    "1000, 1, 1, 6250",
    "4000000000000, 1, 1, 6250",
  })
  void rate_isThatOfTheWholeAnswer(long billed, int choices, long millis, long tokensASecond) {
    paces.record("m", 0, billed, 1, choices, millis * 1_000_000, 0);
    assertEquals(new OutputPace(Showing.PART, tokensASecond), paces.of("m"));
  }

  @Test
  void rate_followsTheFastestAtOnceAndFadesSlowly() {
    answers(1, 0, 1_000, SECOND);
    answers(1, 0, 1_000, 10 * SECOND);
    assertEquals(1_245, paces.of("m").tokensASecond());
    answers(2_000, 0, 1_000, 10 * SECOND);
    assertTrue(paces.of("m").tokensASecond() < 150, () -> "still " + paces.of("m"));
    answers(1, 0, 3_000, SECOND);
    assertEquals(3_750, paces.of("m").tokensASecond());
  }

  /** Most of a short answer's time is that until its first token. */
  @Test
  void rate_ofShortAnswers_isNotBelieved_unlessAStreamShowsIt() {
    answers(200, 10, 110, SECOND);
    assertEquals(new OutputPace(Showing.PART, 2_000), paces.of("m"));
    paces.record("m", 50, 150, 1, 1, SECOND, 200);
    assertEquals(new OutputPace(Showing.PART, 250), paces.of("m"));
    answers(2_000, 10, 110, SECOND);
    assertEquals(250, paces.of("m").tokensASecond(), "and does not fade by them");
    paces.record("m", 50, 150, 1, 2, SECOND, 600);
    assertEquals(375, paces.of("m").tokensASecond(), "of each choice");
  }

  @Test
  void rate_ofAModelHardlySeen_isNoLessThanTheConservativeOne() {
    answers(1, 100, 100, SECOND);
    assertEquals(new OutputPace(Showing.UNKNOWN, 2_000), paces.of("m"));
    answers(1, 5_000, 5_000, SECOND);
    assertEquals(new OutputPace(Showing.UNKNOWN, 6_250), paces.of("m"));
  }

  @ParameterizedTest
  @CsvSource({
    "NEVER, ALL",
    "ABLE, UNKNOWN",
    "DEFAULT, UNKNOWN",
    "ALWAYS, UNKNOWN",
    "UNKNOWN, UNKNOWN"
  })
  void pace_ofAModelThatIsListedNotToThink_showsAll(Thinking thinking, Showing showing) {
    assertEquals(showing, OutputPace.UNKNOWN.or(thinking).showing());
    answers(1, 0, 1_000, SECOND);
    assertEquals(Showing.PART, paces.of("m").or(thinking).showing(), "what was seen counts more");
  }

  @Test
  void record_nothingBilled_teachesNothing() {
    answers(3, 0, 0, SECOND);
    answers(3, 0, -5, SECOND);
    assertEquals(OutputPace.UNKNOWN, paces.of("m"));
  }

  @Test
  void record_moreModelsThanTheBound_areNotLearned() {
    for (int i = 0; i < 10; i++) {
      paces.record("model " + i, 0, 1_000, 1, 1, SECOND, 0);
    }
    assertEquals(Showing.PART, paces.of("model 2").showing());
    assertEquals(OutputPace.UNKNOWN, paces.of("model 3"));
  }

  @Test
  void record_byManyThreads_losesNoMark() {
    try (var threads = Executors.newFixedThreadPool(4)) {
      for (int i = 0; i < 4; i++) {
        int number = i;
        threads.execute(
            () -> {
              for (int k = 0; k < 20_000; k++) {
                boolean hidden = number == 0 && k == 19_999;
                paces.record("m", 100, hidden ? 5_000 : 100, 1, 1, SECOND, 0);
              }
            });
      }
    }
    paces.record("m", 3, 5_000, 1, 1, SECOND, 0);
    assertEquals(new OutputPace(Showing.PART, 6_250), paces.of("m"));
  }
}
