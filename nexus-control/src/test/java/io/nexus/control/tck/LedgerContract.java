package io.nexus.control.tck;

import static java.util.stream.Collectors.toMap;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nexus.control.budget.Cycle;
import io.nexus.control.ledger.Balance;
import io.nexus.control.ledger.BudgetCycle;
import io.nexus.control.ledger.Draw;
import io.nexus.control.ledger.Grant;
import io.nexus.control.ledger.Ledger;
import io.nexus.control.ledger.LedgerException;
import io.nexus.control.ledger.NodeLease;
import io.nexus.control.ledger.Outcome;
import io.nexus.control.ledger.RecordId;
import io.nexus.control.ledger.SpendGroup;
import io.nexus.control.ledger.SpendRecord;
import io.nexus.control.ledger.Standing;
import io.nexus.control.money.Money;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.IntToLongFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The contract of every ledger. An implementation's test extends it. */
public abstract class LedgerContract extends LedgerDrawsContract {

  /** For subclasses. */
  protected LedgerContract() {}

  @Test
  void post_new_movesMoneyFromOutstandingToSettled() throws Exception {
    try (var ledger = open()) {
      var me = ledger.join("a", "a-1", TTL);
      ledger.draw(me, List.of(draw(GLOBAL, "4", "1"), draw(TEAM, "4", "1")));
      var positions = ledger.post("a", "a-1", List.of(record("r1", "1.5", TEAM, GLOBAL)));
      assertEquals(2, positions.size());
      for (var position : positions) {
        assertEquals(usd("1.5"), position.settled());
        assertEquals(usd("2.5"), position.outstanding());
        assertEquals(usd("2.5"), position.mine());
      }
    }
  }

  @Test
  void post_again_hasNoFurtherEffect() throws Exception {
    try (var ledger = open()) {
      var me = ledger.join("a", "a-1", TTL);
      drawOne(ledger, me, "4", "1");
      var first = ledger.post("a", "a-1", List.of(record("r1", "1", GLOBAL)));
      var both = List.of(record("r1", "1", GLOBAL), record("r1", "1", GLOBAL));
      assertEquals(first, ledger.post("a", "a-1", both));
      assertEquals(1, all(ledger).size());
    }
  }

  @Test
  void post_secondAttempt_isAnotherRecord() throws Exception {
    try (var ledger = open()) {
      var retry = record("r1", "1", GLOBAL);
      var second =
          new SpendRecord(
              new RecordId("r1", 2),
              AT,
              retry.caller(),
              retry.target(),
              retry.usage(),
              retry.price(),
              retry.cost(),
              retry.precision(),
              retry.outcome(),
              retry.charges());
      ledger.post("a", "a-1", List.of(retry, second));
      assertEquals(usd("2"), ledger.balances().getFirst().settled());
    }
  }

  @Test
  void post_moreThanDrawn_settlesAllTheSame() throws Exception {
    try (var ledger = open()) {
      var me = ledger.join("a", "a-1", TTL);
      drawOne(ledger, me, "1", "1");
      var position = ledger.post("a", "a-1", List.of(record("r1", "3", GLOBAL))).getFirst();
      assertEquals(standing("a", "0", "3", "0", "0"), position);
      assertEquals(usd("7"), drawOne(ledger, me, "10", "1").granted());
    }
  }

  @Test
  void post_chargedToNothing_isKept() throws Exception {
    try (var ledger = open()) {
      ledger.post("a", "a-1", List.of(record("r1", "0")));
      assertEquals(List.of(record("r1", "0")), all(ledger));
      assertTrue(ledger.balances().isEmpty());
    }
  }

  /** Ledgers handle several in one statement, and the rest one by one. */
  @ParameterizedTest
  @ValueSource(ints = {1, 9, 10, 11, 37})
  void manyBudgets_inOneCall_eachHaveTheirOwnFigures(int count) throws Exception {
    try (var ledger = open()) {
      var a = ledger.join("a", "a-1", TTL);
      var b = ledger.join("b", "b-1", TTL);
      var charges =
          IntStream.range(0, count)
              .mapToObj(i -> new BudgetCycle("each/" + i, i % 4 == 0 ? DECEMBER : NOVEMBER))
              .toList();
      IntToLongFunction drawn = i -> 1000 + i;
      // Some half of it, some all, some more, some nothing.
      IntToLongFunction spent = i -> i % 4 == 3 ? 0 : drawn.applyAsLong(i) * (i % 4 + 1) / 2;
      IntToLongFunction left = i -> Math.max(0, drawn.applyAsLong(i) - spent.applyAsLong(i));
      draw(ledger, b, charges, _ -> 500);
      check(count, draw(ledger, a, charges, drawn), drawn, _ -> 0);
      var records = new ArrayList<SpendRecord>();
      charges.forEach(charge -> records.add(record(charge, spent.applyAsLong(number(charge)))));
      check(count, ledger.post("a", "a-1", records), left, spent);
      var returned = charges.stream().collect(toMap(charge -> charge, _ -> new Money(100)));
      IntToLongFunction rest = i -> Math.max(0, left.applyAsLong(i) - 100);
      check(count, ledger.giveBack(a, returned), rest, spent);
      for (var balance : ledger.balances()) {
        int i = number(balance.charge());
        assertEquals(spent.applyAsLong(i), balance.settled().nanos());
        assertEquals(500 + rest.applyAsLong(i), balance.outstanding().nanos());
        assertEquals(LIMIT, balance.limit());
      }
      assertEquals(count, ledger.balances().size());
      long kept = IntStream.range(0, count).filter(i -> rest.applyAsLong(i) > 0).count();
      assertEquals(count + kept, ledger.grants().size());
    }
  }

  private static List<Standing> draw(
      Ledger ledger, NodeLease me, List<BudgetCycle> charges, IntToLongFunction nanos)
      throws LedgerException {
    var draws = new ArrayList<Draw>();
    for (var charge : charges) {
      var amount = new Money(nanos.applyAsLong(number(charge)));
      draws.add(new Draw(charge, LIMIT, amount, amount, 1));
    }
    return ledger.draw(me, draws);
  }

  private static SpendRecord record(BudgetCycle charge, long nanos) {
    return record(charge.budget(), new Money(nanos).toString(), charge);
  }

  private static int number(BudgetCycle charge) {
    return Integer.parseInt(charge.budget().substring("each/".length()));
  }

  private static void check(
      int count, List<Standing> standings, IntToLongFunction mine, IntToLongFunction settled) {
    assertEquals(count, standings.size());
    for (var standing : standings) {
      int i = number(standing.charge());
      assertEquals(mine.applyAsLong(i), standing.mine().nanos(), standing::toString);
      assertEquals(500 + mine.applyAsLong(i), standing.outstanding().nanos(), standing::toString);
      assertEquals(settled.applyAsLong(i), standing.settled().nanos(), standing::toString);
    }
  }

  @Test
  void giveBack_drawn_isFreeAgain() throws Exception {
    try (var ledger = open()) {
      var me = ledger.join("a", "a-1", TTL);
      drawOne(ledger, me, "10", "10");
      var position = ledger.giveBack(me, Map.of(GLOBAL, usd("4"))).getFirst();
      assertEquals(standing("a", "0", "0", "6", "6"), position);
      assertEquals(usd("4"), drawOne(ledger, me, "10", "1").granted());
    }
  }

  @Test
  void giveBack_moreThanDrawn_countsAsAll() throws Exception {
    try (var ledger = open()) {
      var a = ledger.join("a", "a-1", TTL);
      var b = ledger.join("b", "b-1", TTL);
      drawOne(ledger, a, "1", "1");
      drawOne(ledger, b, "2", "2");
      var position = ledger.giveBack(a, Map.of(GLOBAL, usd("5"))).getFirst();
      assertEquals(usd("2"), position.outstanding());
      assertEquals(Money.ZERO, position.mine());
    }
  }

  @Test
  void join_again_fencesTheFormerIncarnation() throws Exception {
    try (var ledger = open()) {
      var former = ledger.join("a", "a-1", TTL);
      drawOne(ledger, former, "4", "4");
      var next = ledger.join("a", "a-2", TTL);
      assertTrue(next.epoch() > former.epoch());
      var e = assertThrows(LedgerException.class, () -> drawOne(ledger, former, "1", "1"));
      assertEquals(LedgerException.Kind.FENCED, e.kind());
      assertTrue(e.getMessage().contains("'a'"), e.getMessage());
      assertThrows(LedgerException.class, () -> ledger.renew(former));
      var posted = ledger.post("a", "a-1", List.of(record("r1", "1", GLOBAL))).getFirst();
      var standing = new Standing(GLOBAL, Money.ZERO, usd("1"), usd("3"), usd("3"));
      assertEquals(standing, posted, "may post what it spent, and limits nobody");
      assertEquals(usd("1"), drawOne(ledger, next, "1", "1").granted());
    }
  }

  @Test
  void renew_living_countsThemAll() throws Exception {
    try (var ledger = open()) {
      var a = ledger.join("a", "a-1", TTL);
      ledger.join("b", "b-1", TTL);
      ledger.join("dead", "dead-1", Duration.ZERO);
      assertEquals(2, ledger.renew(a));
    }
  }

  @Test
  void leave_node_isGone() throws Exception {
    try (var ledger = open()) {
      var a = ledger.join("a", "a-1", TTL);
      var b = ledger.join("b", "b-1", TTL);
      ledger.leave(b);
      assertEquals(1, ledger.renew(a));
      assertThrows(LedgerException.class, () -> drawOne(ledger, b, "1", "1"));
    }
  }

  @Test
  void grants_ofTheDeadAndOfFormerIncarnations_areStranded() throws Exception {
    try (var ledger = open()) {
      drawOne(ledger, ledger.join("a", "a-1", TTL), "1", "1");
      drawOne(ledger, ledger.join("a", "a-2", TTL), "2", "2");
      drawOne(ledger, ledger.join("dead", "dead-1", Duration.ZERO), "3", "3");
      var grants = ledger.grants().stream().sorted((x, y) -> x.amount().compareTo(y.amount()));
      assertEquals(
          List.of(
              new Grant(GLOBAL, "a", "a-1", usd("1"), true),
              new Grant(GLOBAL, "a", "a-2", usd("2"), false),
              new Grant(GLOBAL, "dead", "dead-1", usd("3"), true)),
          grants.toList());
    }
  }

  @Test
  void release_formerIncarnation_freesWhatItDidNotSpend() throws Exception {
    try (var ledger = open()) {
      var former = ledger.join("a", "a-1", TTL);
      drawOne(ledger, former, "8", "8");
      var me = ledger.join("a", "a-2", TTL);
      ledger.post("a", "a-1", List.of(record("r1", "3", GLOBAL)));
      ledger.release("a", "a-1");
      assertEquals(usd("7"), drawOne(ledger, me, "10", "1").granted());
      assertEquals(usd("3"), ledger.balances().getFirst().settled());
    }
  }

  @Test
  void forfeit_formerIncarnation_chargesAllThatItDrew() throws Exception {
    try (var ledger = open()) {
      drawOne(ledger, ledger.join("a", "a-1", TTL), "8", "8");
      ledger.post("a", "a-1", List.of(record("r1", "3", GLOBAL)));
      ledger.forfeit("a", "a-1", AT.plusSeconds(1));
      ledger.forfeit("a", "a-1", AT.plusSeconds(1));
      var balance = ledger.balances().getFirst();
      assertEquals(usd("8"), balance.settled());
      assertEquals(Money.ZERO, balance.outstanding());
      assertEquals(Outcome.LOST, all(ledger).getLast().outcome());
      assertTrue(ledger.verify().agrees());
    }
  }

  @Test
  void forgive_spent_startsFromZeroAndLeavesTheReports() throws Exception {
    try (var ledger = open()) {
      var me = ledger.join("a", "a-1", TTL);
      drawOne(ledger, me, "10", "10");
      ledger.post("a", "a-1", List.of(record("r1", "8", GLOBAL)));
      ledger.forgive(GLOBAL, "f1", AT);
      ledger.forgive(GLOBAL, "f1", AT);
      assertEquals(Money.ZERO, ledger.balances().getFirst().settled());
      assertEquals(usd("2"), ledger.balances().getFirst().outstanding());
      assertEquals(usd("8"), drawOne(ledger, me, "10", "1").granted());
      assertEquals(usd("8"), ledger.spend(by(SpendGroup.MODEL)).getFirst().cost());
      assertEquals(1, ledger.spend(by(SpendGroup.MODEL)).size());
      assertTrue(ledger.verify().agrees());
    }
  }

  @Test
  void forgive_moment_coversWhatWasSpentBeforeWheneverPosted() throws Exception {
    try (var ledger = open()) {
      var me = ledger.join("a", "a-1", TTL);
      drawOne(ledger, me, "10", "10");
      var after = moved(record("r4", "0.5", GLOBAL), AT.plusMillis(3));
      ledger.post("a", "a-1", List.of(record("r1", "3", GLOBAL), after));
      ledger.forgive(GLOBAL, "f1", AT.plusMillis(2));
      assertEquals(usd("0.5"), ledger.balances().getFirst().settled());
      var late = moved(record("r2", "2", GLOBAL), AT.plusMillis(1));
      var next = moved(record("r3", "1", GLOBAL), AT.plusMillis(2));
      var posted = ledger.post("a", "a-1", List.of(late, next)).getFirst();
      assertEquals(usd("1.5"), posted.settled());
      assertEquals(usd("3.5"), posted.outstanding());
      ledger.forgive(GLOBAL, "f1", AT.plusMillis(2));
      assertEquals(usd("1.5"), ledger.balances().getFirst().settled());
      assertEquals(usd("6.5"), ledger.spend(by(SpendGroup.MODEL)).getFirst().cost());
      assertTrue(ledger.verify().agrees());
    }
  }

  @Test
  void stranded_grantsOfTheDead_addsThemUp() throws Exception {
    try (var ledger = open()) {
      drawOne(ledger, ledger.join("a", "a-1", TTL), "1", "1");
      drawOne(ledger, ledger.join("a", "a-2", TTL), "2", "2");
      drawOne(ledger, ledger.join("dead", "dead-1", Duration.ZERO), "3", "3");
      assertEquals(usd("4"), ledger.stranded());
    }
  }

  @Test
  void now_called_isAboutNow() throws Exception {
    try (var ledger = open()) {
      var apart = Duration.between(Instant.now(), ledger.now()).abs();
      assertTrue(apart.compareTo(Duration.ofMinutes(1)) < 0, apart.toString());
    }
  }

  @Test
  void open_again_findsWhatWasWritten() throws Exception {
    try (var ledger = open()) {
      drawOne(ledger, ledger.join("a", "a-1", TTL), "4", "1");
      ledger.post("a", "a-1", List.of(record("r1", "1.123456789", GLOBAL)));
    }
    try (var ledger = open()) {
      var balance = ledger.balances().getFirst();
      assertEquals(usd("1.123456789"), balance.settled());
      assertEquals(usd("2.876543211"), balance.outstanding());
      assertFalse(ledger.grants().getFirst().stranded());
      assertEquals(2, ledger.join("a", "a-2", TTL).epoch());
    }
  }

  @Test
  void begin_twoCyclesOfABudget_theFirstIsTheOnlyOne() throws Exception {
    var other =
        new BudgetCycle(
            "global", new Cycle(GLOBAL.cycle().start().minusSeconds(3600), GLOBAL.cycle().end()));
    try (var ledger = open()) {
      var begun = ledger.begin(List.of(GLOBAL), AT).stream().map(Balance::charge).toList();
      assertEquals(List.of(GLOBAL), begun);
      var life = new BudgetCycle("life", Cycle.ENDLESS);
      begun = ledger.begin(List.of(other, life), AT).stream().map(Balance::charge).toList();
      assertEquals(List.of(GLOBAL, life), begun);
      begun = ledger.begin(List.of(other), AT).stream().map(Balance::charge).toList();
      assertEquals(List.of(GLOBAL), begun, "others are not asked for");
    }
  }

  @Test
  void running_cyclesThatAMomentLiesIn_areThoseAlone() throws Exception {
    try (var ledger = open()) {
      var december = new BudgetCycle("global", DECEMBER);
      var life = new BudgetCycle("life", Cycle.ENDLESS);
      var value = new BudgetCycle("each/ann", Cycle.ENDLESS);
      ledger.post("a", "a-1", List.of(record("r1", "1", GLOBAL, december, life, value)));
      var running = ledger.running(AT).stream().map(Balance::charge).toList();
      assertEquals(List.of(GLOBAL, life), running);
      running = ledger.running(DECEMBER.start()).stream().map(Balance::charge).toList();
      assertEquals(List.of(december, life), running, "an end is not within, a start is");
    }
  }
}
