package io.nexus.ledger.jdbc;

import io.nexus.control.ledger.Balance;
import io.nexus.control.ledger.BudgetCycle;
import io.nexus.control.ledger.Carried;
import io.nexus.control.ledger.Corrected;
import io.nexus.control.ledger.Corrections;
import io.nexus.control.ledger.Due;
import io.nexus.control.ledger.SpendRecord;
import io.nexus.control.money.Money;
import io.nexus.ledger.jdbc.Balances.Charge;
import io.nexus.ledger.jdbc.Balances.Locked;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Changes of balances other than drawing and posting, within one transaction: creation, reset,
 * correction and carry-over.
 */
final class BalanceChanges {

  private static final Logger LOG = System.getLogger("io.nexus.ledger");

  private static final Locked UNTOUCHED = new Locked(Money.ZERO, 0);

  private final Connection connection;
  private final Dialect dialect;
  private final Balances balances;

  BalanceChanges(Connection connection, Dialect dialect) {
    this.connection = connection;
    this.dialect = dialect;
    this.balances = dialect.balances();
  }

  /**
   * Creates the balances of cycles whose budget has no other running one; other sessions are locked
   * out.
   *
   * @return the balances of the running cycles of those budgets
   */
  List<Balance> begin(SortedSet<BudgetCycle> cycles, long atMillis) throws SQLException {
    dialect.lockCycles(connection);
    var running = balances.running(connection, cycles, atMillis);
    var taken = new HashSet<String>();
    running.forEach(balance -> taken.add(balance.charge().budget()));
    var begun = new TreeSet<>(cycles);
    begun.removeIf(cycle -> taken.contains(cycle.budget()));
    if (begun.isEmpty()) {
      return running;
    }
    open(begun);
    return balances.running(connection, cycles, atMillis);
  }

  /**
   * Creates missing balances. One whose cycle overlaps others of its budget begins with their spend
   * since its start: after a change of the budget's window or zone the running cycle must not
   * restart at zero.
   */
  void open(SortedSet<BudgetCycle> charges) throws SQLException {
    var opened = new TreeSet<>(balances.open(connection, charges));
    if (opened.isEmpty()) {
      return;
    }
    var carryable = new Carry(connection).within(balances.overlapping(connection, opened));
    if (carryable.isEmpty()) {
      return;
    }
    var now = Nodes.number(connection, "SELECT " + dialect.nowMillis());
    for (var each : carry(carryable, Instant.ofEpochMilli(now))) {
      LOG.log(
          Level.WARNING,
          "Ledger: budget ''{0}'': its cycle from {1} overlaps one from {2}, so its window or time"
              + " zone has changed: {3} USD spent since are carried over",
          each.to().budget(),
          each.to().cycle().start(),
          each.from().cycle().start(),
          each.amount());
    }
  }

  /** The spend of another budget within a cycle that is not carried yet. */
  List<Carried> carryable(String budget, BudgetCycle to) throws SQLException {
    var alike = new BudgetCycle(budget, to.cycle());
    var found = balances.overlapping(connection, new TreeSet<>(List.of(alike)));
    var from = new TreeSet<BudgetCycle>();
    found.forEach(each -> from.add(each.from()));
    if (!alike.equals(to)) {
      from.add(alike);
    }
    var candidates = new TreeMap<BudgetCycle, Carried>();
    balances
        .lock(connection, from)
        .forEach((each, is) -> candidates.put(each, new Carried(each, to, is.settled())));
    return new Carry(connection).within(candidates.values());
  }

  /** Carries it. */
  List<Carried> carry(Collection<Carried> carryable, Instant at) throws SQLException {
    var records = new HashMap<String, SpendRecord>();
    for (var each : carryable) {
      records.put(each.id(), each.record(new Carry(connection).times(each), at));
    }
    charge(records.values(), Map.of());
    return List.copyOf(carryable);
  }

  /** Forgives the spend of a cycle up to a moment. */
  void forgive(BudgetCycle charge, String id, Instant at) throws SQLException {
    var one = new TreeSet<>(List.of(charge));
    open(one);
    var locked = balances.lock(connection, one).getOrDefault(charge, UNTOUCHED);
    var since = new Carry(connection).since(charge, at.toEpochMilli() + 1);
    long spent = Math.max(0, Money.saturatedSubtract(locked.settled().nanos(), since.nanos()));
    var forgiven = charge.forgiven(id, at, new Money(spent));
    if (!balances.enter(connection, List.of(forgiven)).isEmpty()) {
      var change = new Charge(forgiven.cost(), Money.ZERO, at.toEpochMilli());
      balances.charge(connection, new TreeMap<>(Map.of(charge, change)));
      forgivenAt(charge, at.toEpochMilli());
    }
  }

  private void forgivenAt(BudgetCycle charge, long millis) throws SQLException {
    try (var update =
        connection.prepareStatement(
            "UPDATE nexus_balance SET forgiven_at = ? WHERE budget = ? AND cycle_start = ?"
                + " AND cycle_end = ? AND forgiven_at < ?")) {
      update.setLong(1, millis);
      update.setString(2, charge.budget());
      update.setLong(3, charge.cycle().start().toEpochMilli());
      update.setLong(4, charge.cycle().endMillis());
      update.setLong(5, millis);
      update.execute();
    }
  }

  /** Corrects records. */
  Corrected correct(List<SpendRecord> records, Due.Rule rule, Instant at) throws SQLException {
    var corrections = new Corrections(rule, at);
    SpendReport.corrections(connection, records, corrections);
    var entries = new HashMap<SpendRecord, Instant>();
    for (var record : records) {
      corrections.correction(record).ifPresent(correction -> entries.put(correction, record.at()));
    }
    charge(entries.keySet(), entries);
    return corrections.result();
  }

  /**
   * Enters records and charges those that are new.
   *
   * @param spentAt the time of the spend, if it differs from the record's time; it does not count
   *     on a balance that was reset since
   */
  private void charge(Collection<SpendRecord> records, Map<SpendRecord, Instant> spentAt)
      throws SQLException {
    if (records.isEmpty()) {
      return;
    }
    var touched = new TreeSet<BudgetCycle>();
    records.forEach(record -> touched.addAll(record.charges()));
    balances.open(connection, touched);
    var locked = balances.lock(connection, touched);
    var changes = new TreeMap<BudgetCycle, Charge>();
    for (var record : balances.enter(connection, records)) {
      long spent = spentAt.getOrDefault(record, record.at()).toEpochMilli();
      for (var charge : record.charges()) {
        changes.merge(
            charge, charge(record, spent, locked.getOrDefault(charge, UNTOUCHED)), Charge::plus);
      }
    }
    balances.charge(connection, changes);
  }

  private static Charge charge(SpendRecord record, long spentAtMillis, Locked balance) {
    boolean excused = spentAtMillis < balance.forgivenAtMillis();
    return new Charge(
        record.cost(), excused ? record.cost() : Money.ZERO, record.at().toEpochMilli());
  }
}
