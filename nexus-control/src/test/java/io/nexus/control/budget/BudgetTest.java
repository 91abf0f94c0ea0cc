package io.nexus.control.budget;

import static io.nexus.control.budget.BudgetFixture.MINUTE;
import static io.nexus.control.budget.BudgetFixture.START;
import static io.nexus.control.budget.BudgetFixture.all;
import static io.nexus.control.budget.BudgetFixture.terms;
import static io.nexus.control.budget.BudgetFixture.usd;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nexus.control.money.Money;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BudgetTest {

  private static final Window MINUTELY = new Window.Every(Duration.ofMinutes(1));

  private final BudgetFixture.Heard heard = new BudgetFixture.Heard();
  private final Budgets book = BudgetFixture.book(heard, terms("team", "10", MINUTELY));
  private final Budget budget = book.budgets().getFirst();

  private boolean hold(String amount) {
    return all(book).hold().take(usd(amount), START);
  }

  private void spend(String amount, long now) {
    var hold = all(book).hold();
    assertTrue(hold.take(Money.ZERO, now));
    assertTrue(hold.settle(usd(amount)));
  }

  @ParameterizedTest
  @CsvSource({
    "0, Normal",
    "7.999999999, Normal",
    "8, SoftLimit",
    "9.999999999, SoftLimit",
    "10, HardLimit",
    "11, HardLimit"
  })
  void status_spent_crossesAtTheExactNano(String spent, String label) {
    spend(spent, START);

    var status = budget.state(START).status();
    assertEquals(label, status.label());
    assertEquals(status.severity(), budget.severity(START));
  }

  @Test
  void spentBasisPoints_beyondALong_stopsThere() {
    budget.changeLimit(new Money(1), START);
    spend("9000000000", START);

    assertEquals(Long.MAX_VALUE, budget.state(START).spentBasisPoints());
    assertEquals(Money.ZERO, budget.state(START).remaining());
  }

  @Test
  void crossings_manySettlements_areToldOnceACycle() {
    for (int i = 0; i < 15; i++) {
      spend("1", START);
    }
    assertEquals(List.of("soft:team", "hard:team"), heard.since());

    spend("8", START + MINUTE);
    spend("1", START + MINUTE);
    assertEquals(List.of("turned:team", "soft:team"), heard.since());
  }

  @Test
  void crossings_bothAtOnce_areToldInOrder() {
    spend("10", START);

    assertEquals(List.of("soft:team", "hard:team"), heard.since());
  }

  @Test
  void crossings_moreThanTheLimitRefused_keepsTheNoticeForWhenItIsSpent() {
    var required = usd("10.000000001");
    assertFalse(all(book).hold().take(required, START));
    all(book).refused(required, START);
    assertEquals(List.of(), heard.since());

    assertTrue(hold("6"));
    assertFalse(hold("5"));
    all(book).refused(usd("5"), START);
    all(book).refused(usd("5"), START);
    assertEquals(List.of("hard:team"), heard.since());
  }

  @Test
  void crossings_settlementOfAnEndedCycle_isNotTold() {
    var hold = all(book).hold();
    assertTrue(hold.take(usd("10"), START));
    budget.touch(START + MINUTE);
    assertEquals(List.of("turned:team"), heard.since());

    assertTrue(hold.settle(usd("10")));
    assertEquals(List.of(), heard.since());
  }

  @Test
  void crossings_listenerFails_settlesAllTheSame() {
    var failing =
        BudgetFixture.book(
            new BudgetListener() {
              @Override
              public void softLimitReached(BudgetState state) {
                throw new IllegalStateException("listener");
              }

              @Override
              public void hardLimitReached(BudgetState state) {
                throw new IllegalStateException("listener");
              }

              @Override
              public void refusalWaived(BudgetTerms terms) {}

              @Override
              public void cycleTurned(BudgetState state) {}
            },
            terms("a", "1", MINUTELY),
            terms("b", "1", MINUTELY));
    var hold = all(failing).hold();
    assertTrue(hold.take(usd("1"), START));

    assertTrue(hold.settle(usd("1")));
    for (var each : failing.budgets()) {
      assertEquals(usd("1"), each.state(START).spent());
      assertEquals(Money.ZERO, each.state(START).held());
    }
  }

  @Test
  void turn_severalCyclesLater_startsTheCycleOfThatMoment() {
    spend("10", START);
    var state = budget.state(START + 5 * MINUTE + 1);

    assertEquals(Money.ZERO, state.spent());
    assertTrue(!state.cycle().start().isAfter(Instant.ofEpochMilli(START + 5 * MINUTE + 1)));
    assertEquals(state.cycle().start().plus(Duration.ofMinutes(1)), state.cycle().end());
  }

  @Test
  void changeLimit_raised_admitsMoreAndRearms() {
    spend("10", START);
    assertEquals(List.of("soft:team", "hard:team"), heard.since());

    var change = budget.changeLimit(usd("12"), START);

    assertEquals(usd("10"), change.before().limit());
    assertEquals("HardLimit", change.before().status().label());
    assertEquals(usd("12"), change.after().limit());
    assertEquals(usd("2"), change.after().remaining());
    assertEquals("SoftLimit", change.after().status().label());
    assertEquals(List.of(), heard.since());
    spend("2", START);
    assertEquals(List.of("hard:team"), heard.since());
  }

  @Test
  void changeLimit_raisedFar_tellsBothCrossingsAgain() {
    spend("10", START);
    budget.changeLimit(usd("100"), START);
    heard.since();

    spend("90", START);
    assertEquals(List.of("soft:team", "hard:team"), heard.since());
  }

  @Test
  void changeLimit_lowered_admitsNothingBeyondAndTells() {
    spend("4", START);
    assertTrue(hold("4"));

    var change = budget.changeLimit(usd("5"), START);

    assertEquals(usd("4"), change.after().held());
    assertEquals(Money.ZERO, change.after().remaining());
    assertEquals(List.of("soft:team"), heard.since());
    assertFalse(hold("0.000000001"));
    budget.changeLimit(usd("4"), START);
    assertEquals(List.of("hard:team"), heard.since());
  }

  @Test
  void changeLimit_turn_stays() {
    budget.changeLimit(usd("3"), START);

    assertEquals(usd("3"), budget.state(START + MINUTE).limit());
    assertEquals(usd("3"), all(book).available(START + MINUTE));
    assertEquals(usd("10"), budget.terms().limit());
  }

  @Test
  void changeLimit_negative_isRefusedAndChangesNothing() {
    assertThrows(IllegalArgumentException.class, () -> budget.changeLimit(new Money(-1), START));

    assertEquals(usd("10"), budget.state(START).limit());
    assertTrue(hold("10"));
  }

  @Test
  void raise_untilItsEnd_addsToTheLimit() {
    long end = START + 10_000;
    var change = budget.raise(usd("5"), Instant.ofEpochMilli(end), START);

    assertEquals(usd("15"), change.after().limit());
    assertEquals(usd("15"), all(book).available(end - 1));
    assertEquals(usd("10"), all(book).available(end));
    assertEquals(usd("10"), budget.state(end).limit());
  }

  @Test
  void raise_endsWhileMoreIsHeld_admitsNothingMore() {
    long end = START + 10_000;
    budget.raise(usd("5"), Instant.ofEpochMilli(end), START);
    var hold = all(book).hold();
    assertTrue(hold.take(usd("12"), START));

    assertFalse(hold.extend(usd("1"), end));
    assertFalse(all(book).hold().take(new Money(1), end));
    assertTrue(hold.settle(usd("12")));
    assertEquals(List.of("soft:team", "hard:team"), heard.since());
  }

  @Test
  void raise_ends_tellsTheCrossingThatItHeldOff() {
    long end = START + 10_000;
    budget.raise(usd("10"), Instant.ofEpochMilli(end), START);
    spend("12", START);
    assertEquals(List.of(), heard.since());

    budget.touch(end);
    assertEquals(List.of("soft:team", "hard:team"), heard.since());
  }

  @Test
  void raise_beyondTheCycle_survivesTheTurn() {
    long turn = budget.state(START).cycle().endMillis();
    long end = turn + MINUTE + 1_000;
    budget.raise(usd("5"), Instant.ofEpochMilli(end), START);

    assertEquals(usd("15"), budget.state(turn).limit());
    assertEquals(usd("15"), budget.state(end - 1).limit());
    assertEquals(usd("10"), budget.state(end).limit());
    assertEquals(List.of("turned:team", "turned:team"), heard.since());
  }

  @Test
  void raise_several_addUpAndEndOneByOne() {
    budget.raise(usd("1"), Instant.ofEpochMilli(START + 1_000), START);
    budget.raise(usd("2"), Instant.ofEpochMilli(START + 2_000), START);
    budget.changeLimit(usd("20"), START);

    assertEquals(usd("23"), budget.state(START).limit());
    assertEquals(usd("22"), budget.state(START + 1_000).limit());
    assertEquals(usd("20"), budget.state(START + 2_000).limit());
  }

  @Test
  void raise_beyondALong_stopsThere() {
    budget.raise(new Money(Long.MAX_VALUE), Instant.MAX, START);

    assertEquals(Long.MAX_VALUE, budget.state(START).limit().nanos());
    assertEquals(Long.MAX_VALUE, all(book).available(START).nanos());
  }

  @Test
  void raise_nothingOrPast_isRefused() {
    var now = Instant.ofEpochMilli(START);

    assertThrows(
        IllegalArgumentException.class, () -> budget.raise(Money.ZERO, now.plusSeconds(1), START));
    assertThrows(IllegalArgumentException.class, () -> budget.raise(usd("1"), now, START));
    assertEquals(usd("10"), budget.state(START).limit());
  }

  @Test
  void resetSpent_holdUnderWay_keepsTheHoldAndRearms() {
    spend("9", START);
    var hold = all(book).hold();
    assertTrue(hold.take(usd("1"), START));

    var change = budget.resetSpent(START);

    assertEquals(usd("9"), change.before().spent());
    assertEquals(Money.ZERO, change.after().spent());
    assertEquals(usd("1"), change.after().held());
    assertEquals(usd("9"), change.after().remaining());
    assertTrue(hold.settle(usd("8")));
    assertEquals(usd("8"), budget.state(START).spent());
    assertEquals(List.of("soft:team", "soft:team"), heard.since());
  }
}
