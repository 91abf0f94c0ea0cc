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
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;

/**
 * Works row by row, since the database is in this process: each row is read, changed and written
 * back, in a transaction with an exclusive lock. Sums are computed here, where they saturate;
 * SQLite would continue with inexact numbers.
 */
record SqliteBalances(KeptStatements statements) implements Balances {

  private static final Charge NO_CHARGE = new Charge(Money.ZERO, Money.ZERO, 0);

  @Override
  public Map<BudgetCycle, Standing> draw(
      Connection connection, NodeLease lease, SortedMap<BudgetCycle, Draw> draws)
      throws SQLException, LedgerException {
    new Nodes(connection, new Sqlite(this)).renew(lease);
    var rows = new SqliteRows(statements, connection, Holder.of(lease));
    var standings = new HashMap<BudgetCycle, Standing>();
    for (var draw : draws.values()) {
      var row = rows.balance(draw.charge());
      if (row != null) {
        standings.put(draw.charge(), draw(rows, row, draw, lease));
      }
    }
    return standings;
  }

  private static Standing draw(SqliteRows rows, SqliteRows.Row row, Draw draw, NodeLease lease)
      throws SQLException {
    boolean another = !row.limitNode().equals(lease.node()) && rows.isLimited(row);
    var ruled =
        another && row.limit() <= draw.limit().nanos() ? row : row.limited(draw.limit(), lease);
    var granted = draw.of(ruled.free());
    var drawn = ruled.outstanding(ruled.outstanding() + granted.nanos());
    if (!drawn.equals(row)) {
      rows.write(draw.charge(), drawn);
    }
    long mine = rows.granted(draw.charge());
    if (!granted.isZero()) {
      mine += granted.nanos();
      rows.grant(draw.charge(), mine);
    }
    return rows.standing(draw.charge(), drawn, granted, mine);
  }

  @Override
  public Map<BudgetCycle, Standing> giveBack(
      Connection connection, Holder holder, SortedMap<BudgetCycle, Money> amounts)
      throws SQLException {
    var rows = new SqliteRows(statements, connection, holder);
    var standings = new HashMap<BudgetCycle, Standing>();
    for (var amount : amounts.entrySet()) {
      var row = rows.balance(amount.getKey());
      if (row != null) {
        standings.put(
            amount.getKey(),
            take(rows, amount.getKey(), row, NO_CHARGE, amount.getValue().nanos()));
      }
    }
    return standings;
  }

  /** Charges a balance, and takes at most an amount of what the holder has drawn. */
  private static Standing take(
      SqliteRows rows, BudgetCycle charge, SqliteRows.Row row, Charge change, long atMost)
      throws SQLException {
    long mine = rows.granted(charge);
    long taken = Math.max(0, Math.min(mine, atMost));
    var left = row.charged(change).outstanding(row.outstanding() - taken);
    if (taken > 0) {
      rows.grant(charge, mine - taken);
    }
    if (!left.equals(row)) {
      rows.write(charge, left);
    }
    return rows.standing(charge, left, Money.ZERO, mine - taken);
  }

  @Override
  public Optional<Map<BudgetCycle, Standing>> post(
      Connection connection,
      Holder holder,
      Collection<SpendRecord> records,
      SortedSet<BudgetCycle> charges)
      throws SQLException {
    var rows = new SqliteRows(statements, connection, holder);
    var before = new TreeMap<BudgetCycle, SqliteRows.Row>();
    for (var charge : charges) {
      var row = rows.balance(charge);
      if (row == null) {
        return Optional.empty();
      }
      before.put(charge, row);
    }
    var changes = new HashMap<BudgetCycle, Charge>();
    for (var record : rows.enter(records)) {
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
    var standings = new HashMap<BudgetCycle, Standing>();
    for (var each : before.entrySet()) {
      var change = changes.getOrDefault(each.getKey(), NO_CHARGE);
      standings.put(
          each.getKey(), take(rows, each.getKey(), each.getValue(), change, change.cost().nanos()));
    }
    return Optional.of(standings);
  }

  @Override
  public Map<BudgetCycle, Standing> view(
      Connection connection, Holder holder, Collection<BudgetCycle> charges) throws SQLException {
    var rows = new SqliteRows(statements, connection, holder);
    var standings = new HashMap<BudgetCycle, Standing>();
    for (var charge : charges) {
      var row = rows.balance(charge);
      if (row != null) {
        standings.put(charge, rows.standing(charge, row, Money.ZERO, rows.granted(charge)));
      }
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
    for (var charge : charges) {
      var row = rows.balance(charge);
      if (row != null) {
        locked.put(charge, new Locked(new Money(row.settled()), row.forgivenAtMillis()));
      }
    }
    return locked;
  }

  @Override
  public void charge(Connection connection, SortedMap<BudgetCycle, Charge> charges)
      throws SQLException {
    var rows = new SqliteRows(statements, connection, SqliteRows.NOBODY);
    for (var change : charges.entrySet()) {
      var row = rows.balance(change.getKey());
      if (row != null) {
        rows.write(change.getKey(), row.charged(change.getValue()).neverBelowNothing());
      }
    }
  }

  @Override
  public Collection<SpendRecord> enter(Connection connection, Collection<SpendRecord> records)
      throws SQLException {
    var rows = new SqliteRows(statements, connection, SqliteRows.NOBODY);
    return rows.enter(records);
  }
}
