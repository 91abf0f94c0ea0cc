package io.nexus.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.math.BigDecimal;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PageWriterTest {

  @ParameterizedTest
  @CsvSource({
    "0, 0",
    "-0.0, 0",
    "1, 1",
    "100, 100",
    "0.0003, 0.0003",
    "1e-9, 0.000000001",
    "-2.5, -2.5",
    "1793491200.25, 1793491200.25",
    "1e21, 1.0E21",
    "NaN, NaN",
    "Infinity, +Inf",
    "-Infinity, -Inf"
  })
  void number_anyValue_isSpelledAsTheFormatSays(double value, String expected) {
    assertEquals(expected, PageWriter.number(value));
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 20261123})
  void number_nanoDollarsBelowAMillion_arePrintedToTheNano(long seed) {
    var random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
    for (int i = 0; i < 10_000; i++) {
      long nanos = random.nextLong(1_000_000_000_000_000L);
      assertEquals(
          0,
          BigDecimal.valueOf(nanos, 9)
              .compareTo(new BigDecimal(PageWriter.number(nanos / PageWriter.NANOS))),
          () -> "seed " + seed + ", " + nanos + " nanos");
    }
  }

  @Test
  void number_largestLong_isFinite() {
    assertEquals("9223372036.854776", PageWriter.number(Long.MAX_VALUE / PageWriter.NANOS));
  }
}
