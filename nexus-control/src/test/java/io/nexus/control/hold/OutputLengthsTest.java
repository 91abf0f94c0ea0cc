package io.nexus.control.hold;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.OptionalLong;
import java.util.SplittableRandom;
import java.util.concurrent.Executors;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class OutputLengthsTest {

  private final OutputLengths forecast = new OutputLengths(4);

  private void learn(int times, long tokens) {
    for (int i = 0; i < times; i++) {
      forecast.record("m", tokens);
    }
  }

  @Test
  void p95_fewAnswers_isUnknown() {
    learn(31, 100);
    assertEquals(OptionalLong.empty(), forecast.p95("m"));
    assertEquals(OptionalLong.empty(), forecast.p95("other"));

    learn(1, 100);
    assertTrue(forecast.p95("m").isPresent());
  }

  @ParameterizedTest
  @CsvSource({"0, 0", "1, 1", "31, 31", "100, 103", "1000, 1023", "16000, 16383", "-5, 0"})
  void p95_oneLength_isItRoundedUpByASixteenthAtMost(long tokens, long expected) {
    learn(40, tokens);

    assertEquals(OptionalLong.of(expected), forecast.p95("m"));
  }

  @Test
  void p95_absurdLength_staysBounded() {
    learn(40, Long.MAX_VALUE);

    assertEquals(OptionalLong.of((1 << 20) - 1), forecast.p95("m"));
  }

  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void p95_skewedLengths_liesBetweenNearbyRealQuantiles(long seed) {
    var random = new SplittableRandom(seed);
    long[] lengths =
        LongStream.generate(() -> (long) Math.exp(random.nextGaussian() * 0.8 + 6))
            .limit(20_000)
            .toArray();
    for (long length : lengths) {
      forecast.record("m", length);
    }
    Arrays.sort(lengths);

    // About 250 answers count at a time, so the sample's own 95th percentile varies between the
    // real 90th and 99th; the buckets add a sixteenth.
    long known = forecast.p95("m").orElseThrow();
    assertTrue(known >= lengths[18_000], "seed " + seed + ": " + known);
    assertTrue(known <= lengths[19_800] * 17 / 16 + 1, "seed " + seed + ": " + known);
  }

  @Test
  void p95_answersBecomeLonger_isNoticedWithin24Answers() {
    learn(2_000, 200);
    learn(24, 3_000);

    assertTrue(forecast.p95("m").orElseThrow() >= 3_000);
  }

  @Test
  void p95_answersBecomeShorter_isNoticedWithin700Answers() {
    learn(2_000, 3_000);
    learn(700, 200);

    assertTrue(forecast.p95("m").orElseThrow() <= 213);
  }

  @Test
  void record_moreModelsThanTheBound_learnsNoFurtherOnes() {
    for (int i = 0; i < 10; i++) {
      for (int j = 0; j < 50; j++) {
        forecast.record("model-" + i, 100);
      }
    }

    assertTrue(forecast.p95("model-3").isPresent());
    assertEquals(OptionalLong.empty(), forecast.p95("model-4"));
  }

  @Test
  void record_manyThreads_losesNothing() {
    try (var threads = Executors.newFixedThreadPool(4)) {
      for (int i = 0; i < 4; i++) {
        threads.execute(() -> learn(5_000, 500));
      }
    }

    assertEquals(OptionalLong.of(511), forecast.p95("m"));
  }
}
