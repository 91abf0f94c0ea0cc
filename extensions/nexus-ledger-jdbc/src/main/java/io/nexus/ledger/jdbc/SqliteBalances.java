package io.nexus.ledger.jdbc;

import io.nexus.control.ledger.Balance;
import io.nexus.control.ledger.BudgetCycle;
import io.nexus.control.ledger.Carried;
import io.nexus.control.ledger.Draw;
import io.nexus.control.ledger.LedgerException;
import io.nexus.control.ledger.NodeLease;
import io.nexus.control.ledger.SpendRecord;
import io.nexus.control.ledger.Standing;
import io.nexus.control.money.Money;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.function.Function;
import java.util.function.ToLongFunction;

/**
 * Reads rows, changes them and writes them back, in a transaction with an exclusive lock, since the
 * database is in this process. Sums are computed here, where they saturate; SQLite would continue
 * with inexact numbers.
 */
record SqliteBalances(KeptStatements statements) implements Balances {

  private static final Charge NO_CHARGE = new Charge(Money.ZERO, Money.ZERO, 0);

  @Override
  public Map<BudgetCycle, Standing> draw(
      Connection connection, NodeLease lease, SortedMap<BudgetCycle, Draw> draws)
      throws SQLException, LedgerException {
    new Nodes(connection, new Sqlite(this)).renew(lease);
    var rows = new SqliteRows(statements, connection, Holder.of(lease));
    var before = rows.balances(draws.keySet());
    var after = new LinkedHashMap<BudgetCycle, SqliteRows.Row>();
    var standings = new HashMap<BudgetCycle, Standing>();
    for (var each : before.entrySet()) {
      var draw = Objects.requireNonNull(draws.get(each.getKey()));
      var row = each.getValue();
      boolean another = !row.limitNode().equals(lease.node()) && rows.isLimited(row);
      var ruled =
          another && row.limit() <= draw.limit().nanos() ? row : row.limited(draw.limit(), lease);
      var granted = draw.of(ruled.free());
      var drawn = ruled.drawn(granted.nanos());
      after.put(each.getKey(), drawn);
      standings.put(each.getKey(), rows.standing(each.getKey(), drawn, granted));
    }
    rows.write(before, after);
    return standings;
  }

  @Override
  public Map<BudgetCycle, Standing> giveBack(
      Connection connection, Holder holder, SortedMap<BudgetCycle, Money> amounts)
      throws SQLException {
    var rows = new SqliteRows(statements, connection, holder);
    var before = rows.balances(amounts.keySet());
    return take(
        rows,
        before,
        charge -> NO_CHARGE,
        charge -> Objects.requireNonNull(amounts.get(charge)).nanos());
  }

  /** Charges balances, and takes at most an amount of what the holder has drawn. */
  private static Map<BudgetCycle, Standing> take(
      SqliteRows rows,
      Map<BudgetCycle, SqliteRows.Row> before,
      Function<BudgetCycle, Charge> charges,
      ToLongFunction<BudgetCycle> atMost)
      throws SQLException {
    var after = new LinkedHashMap<BudgetCycle, SqliteRows.Row>();
    var standings = new HashMap<BudgetCycle, Standing>();
    for (var each : before.entrySet()) {
      var charge = each.getKey();
      var row = each.getValue();
      long taken = Math.max(0, Math.min(row.mine(), atMost.applyAsLong(charge)));
      var left = row.charged(charges.apply(charge)).drawn(-taken);
      after.put(charge, left);
      standings.put(charge, rows.standing(charge, left, Money.ZERO));
    }
    rows.write(before, after);
    return standings;
  }

  @Override
  public Optional<Map<BudgetCycle, Standing>> post(
      Connection connection,
      Holder holder,
      Collection<SpendRecord> records,
      SortedSet<BudgetCycle> charges)
      throws SQLException {
    var rows = new SqliteRows(statements, connection, holder);
    var before = rows.balances(charges);
    if (before.size() < charges.size()) {
      return Optional.empty();
    }
    var changes = new HashMap<BudgetCycle, Charge>();
    for (var record : enter(connection, records)) {
      long at = record.at().toEpochMilli();
      for (var charge : record.charges()) {
        var row = before.get(charge);
        boolean excused = row != null && at < row.forgivenAtMillis();
        changes.merge(
            charge,
            new Charge(record.cost(), excused ? record.cost() : Money.ZERO, at),
            Charge::plus);
      }
    }
    Function<BudgetCycle, Charge> charged = charge -> changes.getOrDefault(charge, NO_CHARGE);
    return Optional.of(take(rows, before, charged, charge -> charged.apply(charge).cost().nanos()));
  }

  @Override
  public Map<BudgetCycle, Standing> view(
      Connection connection, Holder holder, Collection<BudgetCycle> charges) throws SQLException {
    var rows = new SqliteRows(statements, connection, holder);
    var standings = new HashMap<BudgetCycle, Standing>();
    for (var each : rows.balances(charges).entrySet()) {
      standings.put(each.getKey(), rows.standing(each.getKey(), each.getValue(), Money.ZERO));
    }
    return standings;
  }

  @Override
  public List<Carried> overlapping(Connection connection, SortedSet<BudgetCycle> charges)
      throws SQLException {
    var rows = new SqliteRows(statements, connection, SqliteRows.NOBODY);
    var overlapping = new ArrayList<Carried>();
    for (var charge : charges) {
      overlapping.addAll(rows.overlapping(charge));
    }
    return overlapping;
  }

  @Override
  public List<Balance> running(Connection connection, SortedSet<BudgetCycle> charges, long atMillis)
      throws SQLException {
    var rows = new SqliteRows(statements, connection, SqliteRows.NOBODY);
    var running = new ArrayList<Balance>();
    for (var charge : charges) {
      running.addAll(rows.running(charge.budget(), atMillis));
    }
    return running;
  }

  @Override
  public Set<BudgetCycle> open(Connection connection, SortedSet<BudgetCycle> charges)
      throws SQLException {
    var rows = new SqliteRows(statements, connection, SqliteRows.NOBODY);
    var opened = new HashSet<BudgetCycle>();
    for (var charge : charges) {
      if (rows.open(charge)) {
        opened.add(charge);
      }
    }
    return opened;
  }

  @Override
  public Map<BudgetCycle, Locked> lock(Connection connection, SortedSet<BudgetCycle> charges)
      throws SQLException {
    var rows = new SqliteRows(statements, connection, SqliteRows.NOBODY);
    var locked = new HashMap<BudgetCycle, Locked>();
    for (var each : rows.balances(charges).entrySet()) {
      var row = each.getValue();
      locked.put(each.getKey(), new Locked(new Money(row.settled()), row.forgivenAtMillis()));
    }
    return locked;
  }

  @Override
  public void charge(Connection connection, SortedMap<BudgetCycle, Charge> charges)
      throws SQLException {
    var rows = new SqliteRows(statements, connection, SqliteRows.NOBODY);
    var before = rows.balances(charges.keySet());
    var after = new LinkedHashMap<BudgetCycle, SqliteRows.Row>();
    for (var each : before.entrySet()) {
      var change = Objects.requireNonNull(charges.get(each.getKey()));
      after.put(each.getKey(), each.getValue().charged(change).neverBelowNothing());
    }
    rows.write(before, after);
  }

  @Override
  public Collection<SpendRecord> enter(Connection connection, Collection<SpendRecord> records)
      throws SQLException {
    return new SqliteRecords(statements, connection).enter(records);
  }
}
