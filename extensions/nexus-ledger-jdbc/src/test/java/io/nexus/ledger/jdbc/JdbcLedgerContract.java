package io.nexus.ledger.jdbc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nexus.control.budget.Cycle;
import io.nexus.control.ledger.Balance;
import io.nexus.control.ledger.BudgetCycle;
import io.nexus.control.ledger.Draw;
import io.nexus.control.ledger.Ledger;
import io.nexus.control.ledger.LedgerException;
import io.nexus.control.ledger.RecordId;
import io.nexus.control.ledger.SpendGroup;
import io.nexus.control.ledger.SpendQuery;
import io.nexus.control.ledger.SpendRecord;
import io.nexus.control.money.Money;
import io.nexus.control.tck.LedgerContract;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The further contract of ledgers that outlive gateways and their configurations. */
abstract class JdbcLedgerContract extends LedgerContract {

  private static final Instant MIDNIGHT = Instant.parse("2026-11-23T00:00:00Z");
  private static final BudgetCycle DAY =
      new BudgetCycle("global", new Cycle(MIDNIGHT, MIDNIGHT.plus(Duration.ofDays(1))));
  private static final BudgetCycle TEAM_LIFE = new BudgetCycle("team", Cycle.ENDLESS);
  private static final BudgetCycle LIFE = new BudgetCycle("global", Cycle.ENDLESS);

  private static SpendRecord at(Instant at, String id, String cost, BudgetCycle charge) {
    var record = record(id, cost, charge);
    return new SpendRecord(
        new RecordId(id, 1),
        at,
        record.caller(),
        record.target(),
        record.usage(),
        record.price(),
        record.cost(),
        record.precision(),
        record.outcome(),
        record.charges());
  }

  /** The free part of ten dollars. */
  private static Money free(Ledger ledger, BudgetCycle charge) throws LedgerException {
    var lease = ledger.join("a", "a-1", Duration.ofMinutes(5));
    var all = new Draw(charge, Money.usd("10"), Money.usd("10"), new Money(1), 1);
    return ledger.draw(lease, List.of(all)).getFirst().granted();
  }

  private static void agrees(Ledger ledger, int records) throws LedgerException {
    var audit = ledger.verify();
    assertTrue(audit.agrees(), audit::toString);
    assertEquals(records, audit.records());
  }

  /** Removing old data must not end a working gateway. */
  @Test
  void prune_untilNow_leavesThoseWhoLive() throws Exception {
    try (var ledger = open()) {
      var lease = ledger.join("a", "a-1", Duration.ofMinutes(1));
      ledger.prune(ledger.now().plusMillis(1));
      assertEquals(1, ledger.renew(lease));
    }
  }

  @Test
  void post_prunedRecordAgain_countsOnce() throws Exception {
    try (var ledger = open()) {
      var first = record("r1", "1", LIFE, GLOBAL);
      ledger.post("a", "a-1", List.of(first));
      assertEquals(1, ledger.prune(AT.plusSeconds(1)));
      for (int again = 0; again < 2; again++) {
        ledger.post("a", "a-1", List.of(first, record("r2", "2", LIFE, GLOBAL)));
      }
      for (var balance : ledger.balances()) {
        assertEquals("3", balance.settled().toString());
      }
      agrees(ledger, 1);
      assertEquals(1, ledger.prune(NOVEMBER.end().plusSeconds(1)));
      ledger.post("a", "a-1", List.of(record("r1", "1", LIFE)));
      assertEquals(List.of(LIFE), ledger.balances().stream().map(Balance::charge).toList());
      assertEquals("3", ledger.balances().getFirst().settled().toString());
      agrees(ledger, 0);
    }
  }

  @Test
  void draw_cycleFromTheMiddleOfAnother_beginsWithWhatWasSpentWithin() throws Exception {
    try (var ledger = open()) {
      ledger.post(
          "a",
          "a-1",
          List.of(at(AT.minus(Duration.ofDays(21)), "r1", "4", GLOBAL), at(AT, "r2", "3", GLOBAL)));
      var later =
          new BudgetCycle(
              "global",
              new Cycle(MIDNIGHT.minus(Duration.ofDays(8)), MIDNIGHT.plus(Duration.ofDays(22))));
      assertEquals("7", free(ledger, later).toString());
      agrees(ledger, 3);
      var all = new SpendQuery(SpendGroup.MODEL, Instant.EPOCH, Instant.MAX, ZoneOffset.UTC);
      assertEquals("7", ledger.spend(all).getFirst().cost().toString(), "spent once");
    }
  }

  @Test
  void draw_monthAfterDays_beginsWithThemAllAlsoWithWhatWasPruned() throws Exception {
    try (var ledger = open()) {
      ledger.post("a", "a-1", List.of(at(AT, "r1", "3", DAY)));
      var next = new BudgetCycle("global", new Cycle(DAY.cycle().end(), NOVEMBER.end()));
      ledger.post("a", "a-1", List.of(at(AT.plus(Duration.ofDays(1)), "r2", "1", next)));
      assertEquals(1, ledger.prune(AT.plusSeconds(1)));
      assertEquals("6", free(ledger, GLOBAL).toString());
      agrees(ledger, 3);
    }
  }

  @Test
  void draw_dayAfterMonth_beginsWithWhatTheDayHasCost() throws Exception {
    try (var ledger = open()) {
      ledger.post(
          "a",
          "a-1",
          List.of(at(MIDNIGHT.minusMillis(1), "r1", "5", GLOBAL), at(MIDNIGHT, "r2", "2", GLOBAL)));
      assertEquals("8", free(ledger, DAY).toString());
      agrees(ledger, 3);
    }
  }

  @Test
  void draw_cycleThatOnlyFollows_beginsWithNothing() throws Exception {
    try (var ledger = open()) {
      ledger.post("a", "a-1", List.of(at(AT, "r1", "5", GLOBAL), at(AT, "r2", "2", TEAM_LIFE)));
      var december = new Cycle(NOVEMBER.end(), NOVEMBER.end().plus(Duration.ofDays(31)));
      assertEquals("10", free(ledger, new BudgetCycle("global", december)).toString());
      agrees(ledger, 2);
    }
  }

  @Test
  void carry_afterAReset_carriesNothingThatWasForgiven() throws Exception {
    try (var ledger = open()) {
      ledger.post("a", "a-1", List.of(at(AT, "r1", "5", GLOBAL)));
      ledger.forgive(GLOBAL, "f1", AT.plusSeconds(1));
      ledger.post("a", "a-1", List.of(at(AT.plusSeconds(2), "r2", "2", GLOBAL)));
      var renamed = new BudgetCycle("renamed", NOVEMBER);
      var carried = ledger.carry("global", renamed, AT.plusSeconds(3));
      assertEquals("2", carried.getFirst().amount().toString());
      assertEquals(List.of(), ledger.carryable("global", renamed));
      assertEquals("8", free(ledger, renamed).toString());
      agrees(ledger, 4);
    }
  }
}
