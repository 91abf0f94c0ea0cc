package io.nexus.control.budget;

import static io.nexus.control.budget.BudgetFixture.MINUTE;
import static io.nexus.control.budget.BudgetFixture.START;
import static io.nexus.control.budget.BudgetFixture.all;
import static io.nexus.control.budget.BudgetFixture.book;
import static io.nexus.control.budget.BudgetFixture.terms;
import static io.nexus.control.budget.BudgetFixture.usd;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nexus.control.money.Money;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BudgetHoldTest {

  private static final Window MINUTELY = new Window.Every(Duration.ofMinutes(1));
  private static final Window LIFETIME = new Window.Lifetime();

  private final Budgets book =
      book(
          BudgetListener.NONE,
          terms("wide", "10", LIFETIME),
          terms("middle", "5", MINUTELY),
          terms("narrow", "1", LIFETIME));

  private BudgetState state(int i) {
    return book.budgets().get(i).state(START);
  }

  private void assertFigures(String spent, String held) {
    for (int i = 0; i < 3; i++) {
      assertEquals(usd(spent), state(i).spent(), state(i).terms().name());
      assertEquals(usd(held), state(i).held(), state(i).terms().name());
    }
  }

  @Test
  void module_underTest_isNamed() {
    assertTrue(getClass().getModule().isNamed());
  }

  @Test
  void take_fits_isHeldOnEveryBudget() {
    var hold = all(book).hold();

    assertTrue(hold.take(usd("1"), START));
    assertFigures("0", "1");
    assertEquals(usd("1"), hold.held());
  }

  @Test
  void take_oneBudgetTooNarrow_holdsNothingAnywhere() {
    var hold = all(book).hold();

    assertFalse(hold.take(usd("1.000000001"), START));
    assertFigures("0", "0");
    assertEquals(Money.ZERO, hold.held());
  }

  @Test
  void take_twice_isRefusedUntilItHasEnded() {
    var hold = all(book).hold();
    assertTrue(hold.take(usd("0.1"), START));

    assertThrows(IllegalStateException.class, () -> hold.take(usd("0.1"), START));
    assertTrue(hold.settle(usd("0.1")));
    assertTrue(hold.take(usd("0.2"), START));
    assertFigures("0.1", "0.2");
  }

  @Test
  void take_limitZero_admitsOnlyWhatIsFree() {
    var broke = all(book(BudgetListener.NONE, terms("broke", "0", LIFETIME)));

    assertFalse(broke.hold().take(new Money(1), START));
    assertTrue(broke.hold().take(Money.ZERO, START));
    assertTrue(broke.exhaustion(new Money(1), START).isPresent());
    assertEquals("HardLimit", broke.tightest(START).orElseThrow().status().label());
  }

  @Test
  void extend_fits_addsToTheHold() {
    var hold = all(book).hold();
    assertTrue(hold.take(usd("0.4"), START));

    assertTrue(hold.extend(usd("0.6")));
    assertEquals(usd("1"), hold.held());
    assertFigures("0", "1");
  }

  @Test
  void extend_doesNotFit_keepsWhatWasHeld() {
    var hold = all(book).hold();
    assertTrue(hold.take(usd("0.4"), START));

    assertFalse(hold.extend(usd("0.7")));
    assertEquals(usd("0.4"), hold.held());
    assertFigures("0", "0.4");
  }

  @Test
  void reduce_givesAPartBackOnEveryBudget() {
    var hold = all(book).hold();
    assertTrue(hold.take(usd("0.4"), START));
    assertTrue(hold.extend(usd("0.6")));

    hold.reduce(usd("0.6"));
    assertEquals(usd("0.4"), hold.held());
    assertFigures("0", "0.4");
    assertThrows(IllegalArgumentException.class, () -> hold.reduce(usd("0.5")));
    assertTrue(hold.settle(usd("0.3")));
    hold.reduce(usd("0.4"));
    assertFigures("0.3", "0");
  }

  @Test
  void extend_notHeld_isDenied() {
    var hold = all(book).hold();
    assertFalse(hold.extend(usd("0.1")));
    assertTrue(hold.take(usd("0.1"), START));
    hold.close();

    assertFalse(hold.extend(usd("0.1")));
    assertFigures("0", "0");
  }

  @Test
  void extend_afterTurn_countsInItsOwnCycle() {
    var hold = all(book).hold();
    assertTrue(hold.take(usd("0.5"), START));
    var later = book.budgets().get(1).state(START + MINUTE);

    assertTrue(hold.extend(usd("0.5")));
    assertEquals(Money.ZERO, book.budgets().get(1).state(START + MINUTE).held());
    assertEquals(usd("5"), later.remaining());
  }

  @ParameterizedTest
  @CsvSource({"0.3", "0.5", "0.9", "1.7", "0"})
  void settle_anyActual_chargesItAndHoldsNothing(String actual) {
    var hold = all(book).hold();
    assertTrue(hold.take(usd("0.5"), START));

    assertTrue(hold.settle(usd(actual)));
    assertFigures(actual, "0");
  }

  @Test
  void settle_beyondLimit_admitsNothingMore() {
    var hold = all(book).hold();
    assertTrue(hold.take(usd("1"), START));
    assertTrue(hold.settle(usd("1.7")));

    assertFalse(all(book).hold().take(new Money(1), START));
    assertEquals(Money.ZERO, all(book).available(START));
    assertEquals(Money.ZERO, state(2).remaining());
  }

  @Test
  void settle_unboundedCharge_neverOpensTheBudget() {
    for (int i = 0; i < 3; i++) {
      var hold = all(book).hold();
      if (hold.take(Money.ZERO, START)) {
        assertTrue(hold.settle(new Money(Long.MAX_VALUE)));
      }
    }

    assertFalse(all(book).hold().take(new Money(1), START));
    assertEquals(Long.MAX_VALUE, state(2).spent().nanos());
    assertEquals(Money.ZERO, state(2).remaining());
  }

  @Test
  void settle_secondTime_hasNoEffect() {
    var hold = all(book).hold();
    assertTrue(hold.take(usd("0.5"), START));

    assertTrue(hold.settle(usd("0.2")));
    assertFalse(hold.settle(usd("0.4")));
    hold.close();
    assertFigures("0.2", "0");
  }

  @Test
  void close_first_makesSettleIneffective() {
    var hold = all(book).hold();
    assertTrue(hold.take(usd("0.5"), START));

    hold.close();
    assertFalse(hold.settle(usd("0.4")));
    assertFigures("0", "0");
  }

  @Test
  void close_threadDiesBetweenHoldAndSettle_releases() throws InterruptedException {
    var worker =
        Thread.ofVirtual()
            .unstarted(
                () -> {
                  try (var hold = all(book).hold()) {
                    assertTrue(hold.take(usd("0.5"), START));
                    throw new IllegalStateException("dies");
                  }
                });
    worker.setUncaughtExceptionHandler((_, _) -> {});
    worker.start();
    worker.join();

    assertFigures("0", "0");
  }

  @Test
  void settle_afterTurn_chargesTheCycleItWasTakenIn() {
    var minutely = book.budgets().get(1);
    var hold = all(book).hold();
    assertTrue(hold.take(usd("1"), START));
    minutely.touch(START + MINUTE);

    assertTrue(hold.settle(usd("1")));
    assertEquals(Money.ZERO, minutely.state(START + MINUTE).spent());
    assertEquals(Money.ZERO, minutely.state(START + MINUTE).held());
    assertEquals(usd("1"), state(0).spent());
  }

  @Test
  void take_clockStepsBack_staysInTheLaterCycle() {
    var minutely = book.budgets().get(1);
    minutely.touch(START + MINUTE);
    var hold = all(book).hold();

    assertTrue(hold.take(usd("1"), START));
    assertEquals(usd("1"), minutely.state(START + MINUTE).held());
  }

  @Test
  void amounts_negative_areRefused() {
    var hold = all(book).hold();
    var debt = new Money(-1);

    assertThrows(IllegalArgumentException.class, () -> hold.take(debt, START));
    assertTrue(hold.take(usd("0.1"), START));
    assertThrows(IllegalArgumentException.class, () -> hold.extend(debt));
    assertThrows(IllegalArgumentException.class, () -> hold.settle(debt));
    assertFigures("0", "0.1");
  }

  @ParameterizedTest
  @CsvSource({"WARN, false", "REJECT, true"})
  void take_budgetThatOnlyReports_letsThrough(HardLimitAction action, boolean shadow) {
    var heard = new BudgetFixture.Heard();
    var lenient = book(heard, terms("lenient", usd("1").nanos(), LIFETIME, action, shadow));
    var hold = all(lenient).hold();

    assertTrue(all(lenient).hold().take(usd("0.5"), START));
    assertTrue(hold.take(usd("2.5"), usd("0.6"), START));
    assertEquals(List.of("hard:lenient", "waived:lenient"), heard.since());
    assertEquals(usd("3"), lenient.budgets().getFirst().state(START).held());
    hold.close();
    assertEquals(usd("0.5"), lenient.budgets().getFirst().state(START).held());
    assertEquals(Long.MAX_VALUE, all(lenient).available(START).nanos());
    assertTrue(all(lenient).violation(usd("3"), START).isEmpty());
  }

  @Test
  void take_wouldHaveBeenLowered_isNotCountedAsRefused() {
    var heard = new BudgetFixture.Heard();
    var shadow =
        book(heard, terms("shadow", usd("1").nanos(), LIFETIME, HardLimitAction.REJECT, true));
    var hold = all(shadow).hold();

    assertTrue(hold.take(usd("3"), usd("1"), START));
    assertTrue(hold.extend(usd("3")));
    assertEquals(List.of(), heard.since());
    assertTrue(all(shadow).hold().take(usd("3"), new Money(1), START));
    assertEquals(List.of("hard:shadow", "waived:shadow"), heard.since());
  }

  @Test
  void take_absurdAmountsOnReportingBudget_areShownInPartAndGivenBackExactly() {
    var lenient =
        book(BudgetListener.NONE, terms("lenient", 10, LIFETIME, HardLimitAction.WARN, false));
    var budget = lenient.budgets().getFirst();
    var holds = new ArrayList<BudgetHold>();
    for (int i = 0; i < 3; i++) {
      var hold = all(lenient).hold();
      holds.add(hold);
      assertTrue(hold.take(usd("3"), START));
      assertTrue(hold.extend(new Money(Long.MAX_VALUE - usd("3").nanos())));
      assertFalse(hold.extend(new Money(1)), "no sum can hold that");
    }
    assertEquals(new Money(3L << 46), budget.state(START).held());
    assertEquals(Money.ZERO, budget.state(START).remaining());

    holds.removeFirst().close();
    holds.removeFirst().settle(usd("2"));
    holds.removeFirst().settle(Money.ZERO);
    assertEquals(usd("2"), budget.state(START).spent());
    assertEquals(Money.ZERO, budget.state(START).held());
    assertTrue(all(lenient).hold().take(usd("1"), START), "nothing is refused");
  }

  @Test
  void settle_noBudgets_endsIt() {
    var hold = RequestBudgets.NONE.hold();

    assertTrue(hold.take(usd("1000"), START));
    assertTrue(hold.extend(usd("1000")));
    assertTrue(hold.settle(usd("1")));
    assertFalse(hold.settle(usd("1")));
  }
}
