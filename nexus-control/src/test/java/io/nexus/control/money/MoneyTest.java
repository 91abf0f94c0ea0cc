package io.nexus.control.money;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class MoneyTest {

  @Test
  void getModule_test_isNamed() {
    assertTrue(getClass().getModule().isNamed());
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0, 0",
    "100.00, 100000000000, 100",
    "0.0375, 37500000, 0.0375",
    "0.000000001, 1, 0.000000001",
    "-1.50, -1500000000, -1.5",
    "2.5e-06, 2500, 0.0000025",
    "1e2, 100000000000, 100",
    "0.1000000000000, 100000000, 0.1",
    "9223372036.854775807, 9223372036854775807, 9223372036.854775807",
  })
  void usd_decimal_isExactAndPrintsPlain(String usd, long nanos, String printed) {
    assertEquals(nanos, Money.usd(usd).nanos());
    assertEquals(printed, Money.usd(usd).toString());
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "ten", "1,5", "0.0000000001", "9223372036.854775808", "NaN", "1e400"})
  void usd_notAnAmount_isRefused(String usd) {
    var refused = assertThrows(IllegalArgumentException.class, () -> Money.usd(usd));
    assertTrue(refused.toString().contains("in USD"), refused::toString);
  }

  @ParameterizedTest
  @ValueSource(strings = {"1e2000000000", "1e-2000000000", "1e999999999", "-1e999999999"})
  void usd_absurdExponent_isRefusedWithoutWritingTheNumberOut(String usd) {
    assertTimeoutPreemptively(
        Duration.ofSeconds(5),
        () -> assertThrows(IllegalArgumentException.class, () -> Money.usd(usd)));
  }

  @ParameterizedTest
  @CsvSource({
    "0.0000000001, 1",
    "0.0000000010, 1",
    "0.0000000011, 2",
    "0, 0",
    "1e-2000000000, 1",
    "-0.0000000019, -1",
    "3.5, 3500000000",
  })
  void usdRoundedUp_finerThanNanos_goesUp(String usd, long nanos) {
    assertEquals(nanos, Money.usdRoundedUp(new BigDecimal(usd)).nanos());
  }

  @Test
  void usdRoundedUp_tooLarge_isRefused() {
    assertThrows(
        IllegalArgumentException.class, () -> Money.usdRoundedUp(new BigDecimal("1e999999999")));
    assertThrows(
        IllegalArgumentException.class,
        () -> Money.usdRoundedUp(new BigDecimal("9223372036.8547758071")));
  }

  @ParameterizedTest
  @MethodSource("io.nexus.control.money.Seeds#seeds")
  void arithmetic_anyAmounts_equalsBigDecimal(long seed) {
    var random = Seeds.random(seed);
    for (int i = 0; i < 1000; i++) {
      var a = new Money(random.nextLong() >> random.nextInt(1, 64));
      var b = new Money(random.nextLong() >> random.nextInt(1, 64));
      assertEquals(0, a.toUsd().add(b.toUsd()).compareTo(a.plus(b).toUsd()));
      assertEquals(0, a.toUsd().subtract(b.toUsd()).compareTo(a.minus(b).toUsd()));
      assertEquals(a.toUsd().compareTo(b.toUsd()), Integer.signum(a.compareTo(b)));
      assertEquals(a, Money.usd(a.toString()));
      assertTrue(a.toUsd().scale() >= 0 && a.toUsd().scale() <= 9);
      var fine = new BigDecimal(a.nanos()).movePointLeft(random.nextInt(9, 30));
      assertEquals(
          fine.movePointRight(9).setScale(0, RoundingMode.CEILING).longValueExact(),
          Money.usdRoundedUp(fine).nanos(),
          fine::toString);
    }
  }

  @Test
  void arithmetic_overflow_throws() {
    assertThrows(ArithmeticException.class, () -> Money.MOST.plus(new Money(1)));
    assertThrows(ArithmeticException.class, () -> new Money(Long.MIN_VALUE).minus(new Money(1)));
  }
}
