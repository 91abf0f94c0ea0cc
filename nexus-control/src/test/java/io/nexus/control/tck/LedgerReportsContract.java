package io.nexus.control.tck;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nexus.control.budget.Caller;
import io.nexus.control.budget.Cycle;
import io.nexus.control.ledger.Balance;
import io.nexus.control.ledger.BudgetCycle;
import io.nexus.control.ledger.Corrected;
import io.nexus.control.ledger.Due;
import io.nexus.control.ledger.Ledger;
import io.nexus.control.ledger.LedgerException;
import io.nexus.control.ledger.Outcome;
import io.nexus.control.ledger.Precision;
import io.nexus.control.ledger.RecordId;
import io.nexus.control.ledger.ServedBy;
import io.nexus.control.ledger.SpendGroup;
import io.nexus.control.ledger.SpendLine;
import io.nexus.control.ledger.SpendQuery;
import io.nexus.control.ledger.SpendRecord;
import io.nexus.control.money.ModelPricing;
import io.nexus.control.money.Money;
import io.nexus.control.money.Price;
import io.nexus.control.money.Rates;
import io.nexus.control.money.Usage;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The contract of a ledger's reports, corrections and pruning. */
public abstract class LedgerReportsContract extends LedgerListsContract {

  /** For subclasses. */
  protected LedgerReportsContract() {}

  @Test
  void spend_byEachGroup_addsUp() throws Exception {
    try (var ledger = open()) {
      var other =
          new SpendRecord(
              new RecordId("r3", 1),
              AT.plus(Duration.ofHours(2)),
              new Caller("dev", "", "", List.of("batch")),
              new ServedBy("ollama", "local", "llama3"),
              Usage.of(10, 20),
              "",
              usd("5"),
              Precision.COUNTED,
              Outcome.BROKEN,
              List.of());
      ledger.post("a", "a-1", List.of(record("r1", "1", GLOBAL), record("r2", "2"), other));
      assertEquals(
          List.of(
              new SpendLine("llama3", 1, 10, 0, 20, 0, usd("5")),
              new SpendLine("gpt-4o", 2, 2000, 800, 1000, 600, usd("3"))),
          ledger.spend(by(SpendGroup.MODEL)));
      assertEquals(List.of("ollama", "openai"), groups(ledger, by(SpendGroup.BACKEND)));
      assertEquals(List.of("dev", "ci"), groups(ledger, by(SpendGroup.KEY)));
      assertEquals(List.of("", "research"), groups(ledger, by(SpendGroup.TEAM)));
      assertEquals(List.of("batch", "night"), groups(ledger, by(SpendGroup.TAG)));
      assertEquals(usd("8"), ledger.spend(by(SpendGroup.TAG)).getFirst().cost());
      assertEquals(List.of("2026-11-23", "2026-11-24"), groups(ledger, by(SpendGroup.DAY)));
      var kolkata = ZoneId.of("Asia/Kolkata");
      assertEquals(
          List.of("2026-11-24"),
          groups(ledger, new SpendQuery(SpendGroup.DAY, Instant.EPOCH, Instant.MAX, kolkata)));
    }
  }

  @Test
  void spend_timeRange_includesItsStartOnly() throws Exception {
    try (var ledger = open()) {
      ledger.post("a", "a-1", List.of(record("r1", "1")));
      var utc = ZoneOffset.UTC;
      var from = new SpendQuery(SpendGroup.KEY, AT, AT.plusMillis(1), utc);
      var to = new SpendQuery(SpendGroup.KEY, AT.minusSeconds(9), AT, utc);
      assertEquals(1, ledger.spend(from).size());
      assertTrue(ledger.spend(to).isEmpty());
    }
  }

  @Test
  void spend_ofOneKey_leavesTheOthersOut() throws Exception {
    try (var ledger = open()) {
      var ci = record("r1", "1");
      var nobody =
          new SpendRecord(
              new RecordId("r2", 1),
              AT,
              Caller.ANONYMOUS,
              ci.target(),
              ci.usage(),
              "",
              usd("2"),
              Precision.REPORTED,
              Outcome.COMPLETED,
              List.of());
      ledger.post("a", "a-1", List.of(ci, nobody));
      var query =
          new SpendQuery(
              SpendGroup.MODEL, Instant.EPOCH, Instant.MAX, ZoneOffset.UTC, Set.of("ci", "else"));
      assertEquals(usd("1"), ledger.spend(query).getFirst().cost());
      var records = new ArrayList<SpendRecord>();
      ledger.records(query, records::add);
      assertEquals(List.of(ci), records);
    }
  }

  @Test
  void reprice_wrongPrice_entersTheDifferenceOnce() throws Exception {
    try (var ledger = open()) {
      var me = ledger.join("a", "a-1", TTL);
      drawOne(ledger, me, "4", "1");
      ledger.post("a", "a-1", List.of(record("r1", "1", GLOBAL), record("r2", "1", TEAM)));
      var query = by(SpendGroup.MODEL);
      var repriced =
          ledger.correct(query, Due.byPrice(r -> price(r, "r1", "100")), AT.plusSeconds(60));
      assertEquals(2, repriced.examined());
      assertEquals(1, repriced.corrected());
      var right = usd("0.15");
      assertEquals(right.minus(usd("1")), repriced.difference());
      assertEquals(right, ledger.balances().getFirst().settled());
      assertEquals(usd("3"), ledger.balances().getFirst().outstanding(), "grants stay");
      assertEquals(
          0,
          ledger
              .correct(query, Due.byPrice(r -> price(r, "r1", "100")), AT.plusSeconds(90))
              .corrected());
      ledger.correct(query, Due.byPrice(r -> price(r, "r1", "200")), AT.plusSeconds(90));
      assertEquals(usd("0.3"), ledger.balances().getFirst().settled());
      assertEquals(2, ledger.spend(query).getFirst().requests());
      assertTrue(ledger.verify().agrees());
    }
  }

  private static Optional<Price> price(SpendRecord record, String id, String usdPerMillion) {
    var rates = Rates.text(usd(usdPerMillion), usd(usdPerMillion));
    return record.attempt().requestId().equals(id)
        ? Optional.of(new Price(ModelPricing.of(rates), "nexus.toml", Price.Rule.EXACT, "gpt-4o"))
        : Optional.empty();
  }

  @Test
  void prune_old_keepsTheBalancesRight() throws Exception {
    try (var ledger = open()) {
      var life = new BudgetCycle("life", Cycle.ENDLESS);
      ledger.post("a", "a-1", List.of(record("r1", "1", life, GLOBAL)));
      ledger.correct(
          by(SpendGroup.MODEL), Due.byPrice(r -> price(r, "r1", "100")), DECEMBER.start());
      assertEquals(1, ledger.prune(NOVEMBER.end()));
      assertEquals(List.of(GLOBAL, life), charged(ledger), "the correction is still there");
      assertEquals(usd("0.15"), ledger.balances().getLast().settled());
      assertTrue(ledger.verify().agrees());
      assertEquals(1, ledger.prune(DECEMBER.end()));
      assertEquals(List.of(life), charged(ledger));
      assertEquals(usd("0.15"), ledger.balances().getFirst().settled());
      assertTrue(ledger.verify().agrees());
    }
  }

  private static List<BudgetCycle> charged(Ledger ledger) throws LedgerException {
    return ledger.balances().stream().map(Balance::charge).toList();
  }

  @Test
  void post_recordFromBeforeThePruning_isEnteredAndAgrees() throws Exception {
    try (var ledger = open()) {
      var life = new BudgetCycle("life", Cycle.ENDLESS);
      ledger.post("a", "a-1", List.of(record("r1", "1", life, GLOBAL)));
      ledger.prune(DECEMBER.start().plusSeconds(1));
      ledger.post("a", "a-1", List.of(record("r2", "2", life, GLOBAL)));
      assertEquals(
          List.of(usd("2"), usd("3")), ledger.balances().stream().map(Balance::settled).toList());
      ledger.correct(
          by(SpendGroup.MODEL), Due.byPrice(r -> price(r, "r2", "100")), DECEMBER.start());
      assertEquals(usd("1.15"), ledger.balances().getLast().settled());
      assertTrue(ledger.verify().agrees());
    }
  }

  @Test
  void correct_afterForgiving_givesNoCredit() throws Exception {
    try (var ledger = open()) {
      ledger.post("a", "a-1", List.of(record("r1", "10", GLOBAL)));
      ledger.forgive(GLOBAL, "f1", AT.plusSeconds(1));
      ledger.post("a", "a-1", List.of(moved(record("r2", "3", GLOBAL), AT.plusSeconds(2))));
      var cheaper = Due.byPrice(r -> price(r, r.attempt().requestId(), "100"));
      ledger.correct(by(SpendGroup.MODEL), cheaper, AT.plusSeconds(3));
      assertEquals(usd("0.15"), ledger.balances().getFirst().settled(), "of what came after alone");
      assertEquals(usd("0.3"), ledger.spend(by(SpendGroup.MODEL)).getFirst().cost());
      var dearer = Due.byPrice(r -> price(r, r.attempt().requestId(), "200"));
      ledger.correct(by(SpendGroup.MODEL), dearer, AT.plusSeconds(4));
      assertEquals(usd("0.3"), ledger.balances().getFirst().settled());
      assertTrue(ledger.verify().agrees());
    }
  }

  @Test
  void correct_moreThanIsSettled_leavesNothingAndNoCredit() throws Exception {
    try (var ledger = open()) {
      ledger.post("a", "a-1", List.of(record("r1", "10", GLOBAL)));
      ledger.forgive(GLOBAL, "f1", AT);
      var cheaper = Due.byPrice(r -> price(r, "r1", "100"));
      ledger.correct(by(SpendGroup.MODEL), cheaper, AT.plusSeconds(3));
      assertEquals(Money.ZERO, ledger.balances().getFirst().settled());
      assertTrue(ledger.verify().agrees());
    }
  }

  @Test
  void correct_unknownEnds_takesBackWhatTheyWereChargedOnce() throws Exception {
    try (var ledger = open()) {
      var done = record("r1", "1", GLOBAL);
      var unknown = unknown("r2", "openai");
      ledger.post("a", "a-1", List.of(done, unknown, unknown("r3", "azure")));
      var rule = Due.forgivingUnknown(r -> r.target().backend().equals("openai"));
      var query = new SpendQuery(SpendGroup.MODEL, AT, AT.plusMillis(1), ZoneOffset.UTC);
      var corrected = ledger.correct(query, rule, AT.plusSeconds(60));
      assertEquals(new Corrected(2, 1, usd("-2")), corrected);
      assertEquals(usd("3"), ledger.balances().getFirst().settled());
      assertEquals(0, ledger.correct(query, rule, AT.plusSeconds(90)).corrected());
      assertEquals(
          0,
          ledger
              .correct(query, Due.byPrice(r -> price(r, "r2", "100")), AT.plusSeconds(90))
              .corrected());
      assertTrue(ledger.verify().agrees());
    }
  }

  private static SpendRecord unknown(String id, String backend) {
    return new SpendRecord(
        new RecordId(id, 1),
        AT,
        Caller.ANONYMOUS,
        new ServedBy(backend, "openai", "gpt-4o"),
        Usage.of(1000, 1000),
        "",
        usd("2"),
        Precision.ESTIMATED,
        Outcome.UNKNOWN,
        List.of(GLOBAL));
  }

  @Test
  void prune_manyRecords_removesThemAllAndNoMore() throws Exception {
    try (var ledger = open()) {
      var life = new BudgetCycle("life", Cycle.ENDLESS);
      var records = new ArrayList<SpendRecord>();
      for (int i = 0; i < 4500; i++) {
        records.add(moved(record("r" + i, "0.01", life), AT.plusMillis(i / 3)));
      }
      ledger.post("a", "a-1", records);
      assertTrue(ledger.prune(AT.plusMillis(1400)) > 0);
      assertEquals(0, ledger.prune(AT.plusMillis(1400)));
      assertEquals(300, all(ledger).size());
      assertEquals(usd("45"), ledger.balances().getFirst().settled());
      assertTrue(ledger.verify().agrees());
    }
  }

  @Test
  void records_written_comeBackEqual() throws Exception {
    try (var ledger = open()) {
      var odd =
          new SpendRecord(
              new RecordId("r\u0000\u001f2", 1),
              AT.plusMillis(1),
              new Caller(
                  "", "\u00e9quipe", "\ud83d\ude00 \ud83d'; drop table spend; --", List.of()),
              new ServedBy("local", "local", "llama3:70b"),
              Usage.of(7, 8),
              "",
              Money.ZERO,
              Precision.ESTIMATED,
              Outcome.CANCELLED,
              List.of());
      var plain = record("r1", "0.000000001", TEAM, new BudgetCycle("life", Cycle.ENDLESS));
      ledger.post("a", "a-1", List.of(odd, plain));
      assertEquals(List.of(plain, odd), all(ledger));
    }
  }
}
