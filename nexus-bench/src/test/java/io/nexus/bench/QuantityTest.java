package io.nexus.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class QuantityTest {

  @ParameterizedTest
  @CsvSource({
    "NaN, -",
    "0, 0.00 ns",
    "8.254, 8.25 ns",
    "-120, -120 ns",
    "1000, 1.00 us",
    "23456, 23.5 us",
    "5000000, 5.00 ms",
    "61000000000, 61.0 s"
  })
  void time_nanos_picksTheUnit(double nanos, String text) {
    assertEquals(text, Quantity.time(nanos));
  }

  @ParameterizedTest
  @CsvSource({"NaN, -", "0.004, 0", "0.5, 0.5", "24.0001, 24", "1048576, 1048576"})
  void bytes_noiseIsNothing(double bytes, String text) {
    assertEquals(text, Quantity.bytes(bytes));
  }

  @Test
  void mebibytes_rounds() {
    assertEquals("2 MB", Quantity.mebibytes((2 << 20) + 1000));
  }
}
