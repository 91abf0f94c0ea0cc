package io.nexus.control.lease;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nexus.control.budget.BudgetPlan;
import io.nexus.control.budget.Budgets;
import io.nexus.control.budget.Cycle;
import io.nexus.control.budget.HardLimitAction;
import io.nexus.control.budget.Window;
import io.nexus.control.lease.DrawRequest.Answer;
import io.nexus.control.ledger.BudgetCycle;
import io.nexus.control.ledger.Setting;
import io.nexus.control.ledger.SettingEdit;
import io.nexus.control.ledger.SettingOutcome;
import io.nexus.control.money.Money;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is asked of the ledger and when, in a time that passes as the test wants. */
@Timeout(60)
class LedgerRoundTest extends LedgerRoundFixture {

  @ParameterizedTest
  @CsvSource({
    // whether shared, whether an attempt runs -> rounds and calls in two minutes
    "false, false, 30, 3, 2, 30, 10",
    "true, false, 240, 6, 2, 240, 10",
    "false, true, 240, 3, 2, 24, 2",
    "true, true, 480, 6, 2, 480, 2",
  })
  void chores_whileNobodyWaits_areDoneInFewRounds(
      boolean isShared, boolean runs, int rounds, int renew, int now, int settings, int stranded)
      throws Exception {
    begin(isShared);
    if (runs) {
      journal.begin(record(1));
      pass(Duration.ofMinutes(2));
      calls.clear();
    }
    assertEquals(rounds, pass(Duration.ofMinutes(2)));
    assertEquals(
        Map.of("renew", renew, "now", now, "settingsSince", settings, "stranded", stranded), calls);
  }

  @Test
  void records_arePostedTogetherATenthOfASecondAfterTheLast() throws Exception {
    begin(false);
    journal.settle(record(1));
    pass(Duration.ofMillis(1));
    assertEquals(1, calls.get("post"));
    journal.settle(record(2));
    journal.settle(record(3));
    pass(Duration.ofMillis(99));
    assertEquals(2, journal.pending());
    pass(Duration.ofMillis(1));
    assertEquals(0, journal.pending());
    assertEquals(2, calls.get("post"));
  }

  @ParameterizedTest
  @CsvSource({"true, 500", "false, 100"})
  void records_enoughForABatch_arePostedAtOnce(boolean isShared, int batch) throws Exception {
    begin(isShared);
    journal.settle(record(0));
    pass(Duration.ofMillis(1));
    for (int i = 1; i < batch; i++) {
      journal.settle(record(i));
    }
    assertFalse(round.isDue());
    journal.settle(record(batch));
    assertTrue(round.isDue());
    round.run(List.of());
    assertEquals(0, journal.pending());
    assertEquals(2, calls.get("post"));
  }

  @Test
  void reset_isForgivenAfterTheRecordsBeforeIt() throws Exception {
    begin(false);
    journal.settle(record(1));
    round.reset(new BudgetCycle("b", Cycle.ENDLESS), Money.usd("1"));
    assertTrue(round.isDue());
    round.run(List.of());
    assertEquals(1, calls.get("post"));
    assertEquals(1, calls.get("forgive"));
    assertEquals(0, journal.pending());
    assertFalse(round.isDue());
  }

  @Test
  void limits_changed_areTakenBackByJoiningAgain() throws Exception {
    begin(true);
    session.limitsChanged();
    assertTrue(round.isDue());
    round.run(List.of());
    assertEquals(1, calls.get("joinAgain"));
    assertFalse(round.isDue());
  }

  @ParameterizedTest
  @CsvSource({"true", "false"})
  void lastRound_postsAllThatIsLeft(boolean fenced) throws Exception {
    begin(true);
    for (int i = 0; i < BATCH + 1; i++) {
      journal.settle(record(i));
    }
    if (fenced) {
      round.runFenced();
      assertEquals(1, journal.pending(), "one batch a round");
      round.runFenced();
    } else {
      round.runLast();
    }
    assertEquals(0, journal.pending());
    assertEquals(2, calls.get("post"));
  }

  @Test
  void draw_isAnsweredAndWhatIsNotNeededGivenBack() throws Exception {
    var charge = open("b", false);
    begin(false);
    assertEquals(Answer.GRANTED, ask(charge, Money.usd("2")));
    assertEquals(Answer.REFUSED, ask(charge, Money.usd("10.01")));
    var accounts = round.accounts();
    assertTrue(accounts.refuse(Set.of(charge), Money.usd("10.01"), nanos.get()));
    assertFalse(accounts.refuse(Set.of(charge), Money.usd("1"), nanos.get()));
    assertTrue(accounts.areFresh(Set.of(charge), nanos.get()));
    pass(Duration.ofMillis(100));
    assertFalse(accounts.refuse(Set.of(charge), Money.usd("10.01"), nanos.get()));
    assertFalse(accounts.areFresh(Set.of(charge), nanos.get()));
    assertEquals(2, calls.get("draw"));
    assertEquals(2, round.draws());
    assertTrue(accounts.outstanding().compareTo(Money.usd("2")) >= 0);
    pass(TTL.multipliedBy(2));
    assertEquals(Money.ZERO, round.outstanding());
    assertEquals(Money.ZERO, ledger.balances().getFirst().outstanding());
  }

  /** Or others would be served from a limit that is lower now. */
  @Test
  void limit_loweredByAChange_isGivenBackWithTheNextLook() throws Exception {
    begin(true);
    var charge = open("b", false);
    assertEquals(Answer.GRANTED, ask(charge, Money.usd("2")));
    var lower =
        Gateway.budget("b", "1", new Window.Lifetime(), ZoneOffset.UTC, HardLimitAction.REJECT);
    budgets.replace(List.of(BudgetPlan.of(lower)), clock.millis());
    var setting = new Setting("budget", "b", "{}", 0);
    var edit =
        new SettingEdit(
            List.of(setting), clock.instant(), "ops", "", "budget.limit", "b", "null", "{}", "");
    assertInstanceOf(SettingOutcome.Kept.class, ledger.change(edit));
    pass(Duration.ofMillis(500));
    var balance = ledger.balances().getFirst();
    assertTrue(balance.outstanding().compareTo(Money.usd("1")) <= 0, balance::toString);
  }

  /** Where a call takes a round trip, one is enough; elsewhere nobody waits for others' draws. */
  @ParameterizedTest
  @CsvSource({"true, 71, 1.9", "false, 1 64 6, 2.4"})
  void draw_whileOthersRunLow_isFirstForThoseWhoWait(boolean isShared, String sizes, String spent)
      throws Exception {
    begin(isShared);
    var all = new ArrayList<Budgets>();
    for (int i = 0; i < 70; i++) {
      var charge = open("b" + i, false);
      all.add(budgets);
      assertEquals(Answer.GRANTED, ask(charge, Money.usd("2")));
      spend(budgets, "0.5");
    }
    var waiting = open("w", false);
    pass(Duration.ofSeconds(5));
    all.forEach(each -> spend(each, spent));
    drawn.clear();
    assertEquals(Answer.GRANTED, ask(waiting, Money.usd("2")));
    if (!isShared) {
      round.run(List.of());
    }
    assertEquals(sizes, drawn.stream().map(String::valueOf).collect(Collectors.joining(" ")));
  }

  /** Another gateway may have started since they were counted, and would be refused. */
  @Test
  void drawAhead_onASharedLedger_leavesMostOfTheRestToOthers() throws Exception {
    begin(true);
    var charge = open("b", false);
    assertEquals(Answer.GRANTED, ask(charge, Money.usd("9.2")));
    spend(budgets, "9.2");
    pass(Duration.ofSeconds(5));
    assertTrue(ledger.balances().getFirst().outstanding().compareTo(Money.usd("9.4")) <= 0);
  }

  /** To look at each of ten thousand in each round would take as long as their posts. */
  @Test
  void drawAhead_ofManyBudgets_isForThoseChargedAtOnceAndForAllOnceASecond() throws Exception {
    begin(false);
    var all = new ArrayList<Budgets>();
    var charges = new ArrayList<BudgetCycle>();
    for (int i = 0; i < 300; i++) {
      charges.add(open("b" + i, false));
      all.add(budgets);
      assertEquals(Answer.GRANTED, ask(charges.getLast(), Money.usd("2")));
      spend(budgets, "0.5");
    }
    pass(Duration.ofSeconds(5));
    round.run(List.of());
    drawn.clear();
    all.subList(0, 3).forEach(each -> spend(each, "2.4"));
    journal.settle(record(1, charges.getFirst()));
    round.run(List.of());
    round.run(List.of());
    assertEquals(List.of(1), drawn);
    nanos.addAndGet(1000 * MILLI);
    round.run(List.of());
    assertEquals(List.of(1, 2), drawn);
  }

  /** One draw serves those who came during it, too. */
  @Test
  void draw_whileAnotherWaits_answersBoth() throws Exception {
    var charge = open("b", false);
    begin(false);
    var later = new DrawRequest(Set.of(charge), Money.usd("1"));
    var tooMuch = new DrawRequest(Set.of(charge), Money.usd("9"));
    var look = new DrawRequest(Set.of(charge), Money.ZERO);
    asks.addAll(List.of(later, tooMuch, look));
    assertEquals(Answer.GRANTED, ask(charge, Money.usd("2")));
    assertEquals(Answer.GRANTED, later.answer().getNow(Answer.LATE));
    assertEquals(Answer.LATE, tooMuch.answer().getNow(Answer.LATE));
    assertEquals(Answer.LATE, look.answer().getNow(Answer.LATE), "it wants newer figures");
    assertEquals(List.of(tooMuch, look), List.copyOf(asks));
    assertEquals(1, calls.get("draw"));
  }

  @Test
  void looks_areAnsweredInOneCallATenthOfASecondApart() throws Exception {
    var charge = open("b", false);
    begin(false);
    nanos.addAndGet(100 * MILLI);
    var asked = List.of(look(charge), look(charge));
    round.run(asked);
    asked.forEach(look -> assertEquals(Answer.GRANTED, look.answer().getNow(Answer.LATE)));
    assertEquals(1, calls.get("giveBack"));
    var next = look(charge);
    round.run(List.of(next));
    assertEquals(Answer.LATE, next.answer().getNow(Answer.LATE));
    assertTrue(round.isDue());
    nanos.addAndGet(100 * MILLI);
    round.run(List.of());
    assertEquals(Answer.GRANTED, next.answer().getNow(Answer.LATE));
    assertEquals(2, calls.get("giveBack"));
    assertFalse(round.isDue());
  }

  private static DrawRequest look(BudgetCycle charge) {
    return new DrawRequest(Set.of(charge), Money.ZERO);
  }

  /** Requests and tokens are counted beside the money, in calls of their own. */
  @Test
  void counts_areDrawnAndTidiedApartFromMoney() throws Exception {
    begin(false);
    pass(Duration.ofMinutes(2));
    assertFalse(calls.containsKey("counts"));
    var money = open("b", false);
    var requests = open("requests:l", true);
    round.run(List.of());
    calls.clear();
    assertTrue(round.accounts().areCounts(requests));
    assertFalse(round.accounts().areCounts(money));
    assertEquals(Answer.GRANTED, ask(requests, new Money(3)));
    assertFalse(calls.containsKey("draw"));
    assertEquals(1, calls.get("counts"));
    assertEquals(Answer.REFUSED, ask(requests, new Money(11)));
    assertEquals(Answer.GRANTED, ask(money, Money.usd("3")));
    assertEquals(1, calls.get("draw"));
    calls.clear();
    pass(TTL.multipliedBy(2));
    assertTrue(calls.getOrDefault("counts", 0) >= 2, calls::toString);
    assertEquals(Set.of("b"), Set.of(ledger.balances().getFirst().charge().budget()));
  }

  @Test
  void waiting_forAllBudgets_isAnsweredWhenTheLedgerHasReportedEach() throws Exception {
    begin(false);
    var charge = open("b", false);
    var all = new DrawRequest(Set.of(), Money.ZERO);
    round.run(List.of(all));
    assertEquals(Answer.GRANTED, all.answer().getNow(Answer.LATE));
    assertTrue(round.accounts().areFresh(Set.of(charge), nanos.get()));
  }

  @Test
  void giveUp_answersThoseWhoWait() throws Exception {
    var charge = open("b", false);
    begin(false);
    round.run(List.of(look(charge)));
    var late = look(charge);
    round.run(List.of(late));
    round.giveUp("away");
    assertEquals(Answer.AWAY, late.answer().getNow(Answer.LATE));
    assertFalse(round.isDue());
  }
}
