package io.nexus.control.tck;

import io.nexus.control.budget.Caller;
import io.nexus.control.budget.Cycle;
import io.nexus.control.ledger.BudgetCycle;
import io.nexus.control.ledger.Draw;
import io.nexus.control.ledger.Ledger;
import io.nexus.control.ledger.LedgerException;
import io.nexus.control.ledger.NodeLease;
import io.nexus.control.ledger.Outcome;
import io.nexus.control.ledger.Precision;
import io.nexus.control.ledger.RecordId;
import io.nexus.control.ledger.ServedBy;
import io.nexus.control.ledger.SpendGroup;
import io.nexus.control.ledger.SpendQuery;
import io.nexus.control.ledger.SpendRecord;
import io.nexus.control.ledger.Standing;
import io.nexus.control.money.Money;
import io.nexus.control.money.Usage;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;

/** A fixture for tests of a ledger. */
abstract class LedgerFixture {

  /** The cycle that most tests charge. */
  protected static final Cycle NOVEMBER =
      new Cycle(Instant.parse("2026-11-01T00:00:00Z"), Instant.parse("2026-12-01T00:00:00Z"));

  static final Cycle DECEMBER =
      new Cycle(Instant.parse("2026-12-01T00:00:00Z"), Instant.parse("2027-01-01T00:00:00Z"));

  /** A moment in that cycle. */
  protected static final Instant AT = Instant.parse("2026-11-23T22:30:00.123Z");

  /** The budget that most tests charge. */
  protected static final BudgetCycle GLOBAL = new BudgetCycle("global", NOVEMBER);

  static final BudgetCycle TEAM = new BudgetCycle("research", NOVEMBER);
  static final Money LIMIT = usd("10");
  static final Duration TTL = Duration.ofMinutes(5);

  /** A ledger for a gateway: on new books the first time, on the same books every further time. */
  protected abstract Ledger open() throws LedgerException;

  static Money usd(String usd) {
    return Money.usd(usd);
  }

  static Draw draw(BudgetCycle charge, String wanted, String least) {
    return new Draw(charge, LIMIT, usd(wanted), usd(least), 1);
  }

  static Standing drawOne(Ledger ledger, NodeLease me, String wanted, String least)
      throws LedgerException {
    return ledger.draw(me, List.of(draw(GLOBAL, wanted, least))).getFirst();
  }

  /** A completed request. */
  protected static SpendRecord record(String id, String cost, BudgetCycle... charges) {
    return new SpendRecord(
        new RecordId(id, 1),
        AT,
        new Caller("ci", "research", "ann", List.of("batch", "night")),
        new ServedBy("openai", "openai", "gpt-4o"),
        new Usage(1000, 400, 20, 10, 500, 300, 7),
        "in 2.5; out 10; nexus.toml: gpt-4o*",
        usd(cost),
        Precision.REPORTED,
        Outcome.COMPLETED,
        List.of(charges));
  }

  /** The standing of the global budget, with the limit that a node's draws state. */
  static Standing standing(
      String limitedBy, String granted, String settled, String outstanding, String mine) {
    return new Standing(
        GLOBAL, usd(granted), usd(settled), usd(outstanding), usd(mine), LIMIT, limitedBy);
  }

  static SpendRecord moneyed(String id, Money cost) {
    return record(id, cost.toString(), GLOBAL);
  }

  static SpendRecord moved(SpendRecord record, Instant at) {
    return new SpendRecord(
        record.attempt(),
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

  static SpendQuery by(SpendGroup group) {
    return new SpendQuery(group, Instant.MIN, Instant.MAX, ZoneOffset.UTC);
  }

  static List<SpendRecord> all(Ledger ledger) throws LedgerException {
    var records = new ArrayList<SpendRecord>();
    ledger.records(by(SpendGroup.MODEL), records::add);
    return records;
  }
}
