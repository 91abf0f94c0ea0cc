package io.nexus.bench.money;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nexus.bench.money.MoneyResult.Fates;
import io.nexus.bench.money.MoneyResult.Figures;
import java.math.BigDecimal;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Each kind of loss is reported separately. Figures are in nano-dollars. */
class MoneyResultTest {

  @Test
  void of_billedAsCharged_isClean() {
    var result = of(1_000, 990, 990, 50, 990, 0, true);

    assertTrue(result.isClean());
    assertEquals(10, result.requests());
    assertEquals(new BigDecimal("9.9E-7"), result.billed());
  }

  @Test
  void of_billedBeyondTheBudget_isOverspent() {
    assertEquals(nanos(100), of(1_000, 1_100, 1_100, 50, 1_100, 0, true).overspent());
  }

  @Test
  void of_refusedWhileMoneyWasThere_isFalse() {
    assertEquals(nanos(200), of(1_000, 800, 800, 50, 800, 0, true).falselyRefused());
    assertTrue(of(1_000, 800, 800, 50, 800, 0, false).isClean(), "nobody was refused");
    assertTrue(of(1_000, 800, 800, 201, 800, 0, true).isClean(), "it would not have paid for one");
    assertTrue(of(1_000, 800, 990, 50, 990, 0, true).isClean(), "it had to charge what may be");
    assertEquals(nanos(100), of(1_000, 800, 900, 50, 990, 0, true).falselyRefused());
  }

  @Test
  void of_chargedLessThanBilled_isUnbilled() {
    assertEquals(nanos(300), of(1_000, 800, 800, 50, 500, 0, false).unbilled());
  }

  @Test
  void of_chargedMoreThanCanBe_isBilledTwice() {
    assertEquals(nanos(100), of(1_000, 800, 850, 50, 950, 0, false).billedTwice());
  }

  @Test
  void of_chargedLessThanBeforeTheKill_isLost() {
    assertEquals(nanos(250), of(1_000, 500, 900, 50, 500, 750, false).recordsLost());
  }

  @Test
  void of_gatewayThatCannotBeAsked_saysNotKnown() {
    var result = of(1_000, 900, 900, 50, -1, -1, false);

    assertNull(result.charged());
    assertNull(result.unbilled());
    assertTrue(result.isClean());
    assertTrue(MoneyText.table(List.of(result)).contains("not known"));
    assertFalse(of(1_000, 1_001, 2_000, 50, -1, -1, false).isClean());
  }

  @Test
  void of_nothingServedNorRefused_isNotClean() {
    var figures = new Figures(1_000, 0, 0, 50, 0, -1, false);

    var unserved = MoneyResult.of(MoneyScenario.gemini, new Fates(0, 0, 9), figures, List.of());
    assertFalse(unserved.isClean());
    assertTrue(MoneyText.table(List.of(unserved)).contains("not measured"));
    assertTrue(
        MoneyResult.of(MoneyScenario.errors, new Fates(0, 0, 9), figures, List.of()).isClean(),
        "errors cost nothing");
  }

  private static MoneyResult of(
      long budget, long billed, long most, long worst, long charged, long before, boolean refused) {
    return MoneyResult.of(
        MoneyScenario.race,
        new Fates(7, 2, 1),
        new Figures(budget, billed, most, worst, charged, before, refused),
        List.of());
  }

  private static BigDecimal nanos(long nanos) {
    return BigDecimal.valueOf(nanos, 9).stripTrailingZeros();
  }
}
