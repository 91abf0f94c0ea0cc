package io.nexus.ledger.jdbc;

import io.nexus.control.ledger.Balance;
import io.nexus.control.ledger.BudgetCycle;
import io.nexus.control.ledger.Carried;
import io.nexus.control.ledger.Draw;
import io.nexus.control.ledger.LedgerException;
import io.nexus.control.ledger.NodeLease;
import io.nexus.control.ledger.RecordId;
import io.nexus.control.ledger.SpendRecord;
import io.nexus.control.ledger.Standing;
import io.nexus.control.money.Money;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;

/**
 * Each call is one statement for all its budgets, passed as arrays.
 *
 * <p>A statement sees a snapshot from its beginning, except for rows that it locks, which it sees
 * in their current state. So each first locks the balances in order, then the grants, and works
 * with the locked rows; the following updates find the same rows. The different kinds of rows that
 * a statement returns are combined here: the server would join intermediate results by nested
 * loops, because it cannot estimate their size.
 *
 * <p>A single statement, instead of several in a transaction, also leaves no lock behind when the
 * connection dies.
 */
record PostgresBalances() implements Balances {

  @Override
  public Map<BudgetCycle, Standing> draw(
      Connection connection, NodeLease lease, SortedMap<BudgetCycle, Draw> draws)
      throws SQLException, LedgerException {
    var wishes = draws.values();
    try (var statement = new ArrayStatement(connection, PostgresSql.DRAW)) {
      var rows =
          statement
              .holder(Holder.of(lease))
              .set("epoch", lease.epoch())
              .charges(draws.keySet())
              .numbers("limits", wishes, draw -> draw.limit().nanos())
              .numbers("wanted", wishes, draw -> draw.wanted().nanos())
              .numbers("least", wishes, draw -> draw.least().nanos())
              .numbers("divisors", wishes, Draw::divisor)
              .query();
      var standings = new Standings();
      boolean joined = false;
      while (rows.next()) {
        // A row without a budget confirms that this process still has the node's name.
        if (rows.getString(1) == null) {
          joined = true;
        } else {
          standings.read(rows);
        }
      }
      if (!joined) {
        throw Nodes.fenced(lease.node());
      }
      return standings.all();
    }
  }

  @Override
  public Map<BudgetCycle, Standing> giveBack(
      Connection connection, Holder holder, SortedMap<BudgetCycle, Money> amounts)
      throws SQLException {
    try (var statement = new ArrayStatement(connection, PostgresSql.GIVE_BACK)) {
      return standings(
          statement
              .holder(holder)
              .charges(amounts.keySet())
              .numbers("amounts", amounts.values(), Money::nanos));
    }
  }

  @Override
  public Optional<Map<BudgetCycle, Standing>> post(
      Connection connection,
      Holder holder,
      Collection<SpendRecord> records,
      SortedSet<BudgetCycle> charges)
      throws SQLException {
    try (var statement = new ArrayStatement(connection, PostgresSql.POST)) {
      var standings =
          standings(statement.holder(holder).records(distinct(records).values()).charges(charges));
      return standings.size() == charges.size() ? Optional.of(standings) : Optional.empty();
    }
  }

  /** Removes duplicates; keeps the first. */
  private static Map<RecordId, SpendRecord> distinct(Collection<SpendRecord> records) {
    var distinct = new LinkedHashMap<RecordId, SpendRecord>();
    records.forEach(record -> distinct.putIfAbsent(record.attempt(), record));
    return distinct;
  }

  @Override
  public Map<BudgetCycle, Standing> view(
      Connection connection, Holder holder, Collection<BudgetCycle> charges) throws SQLException {
    try (var statement = new ArrayStatement(connection, PostgresSql.VIEW)) {
      return standings(statement.holder(holder).charges(charges));
    }
  }

  private static Map<BudgetCycle, Standing> standings(ArrayStatement statement)
      throws SQLException {
    var rows = statement.query();
    var standings = new Standings();
    while (rows.next()) {
      standings.read(rows);
    }
    return standings.all();
  }

  @Override
  public List<Carried> overlapping(Connection connection, SortedSet<BudgetCycle> charges)
      throws SQLException {
    try (var statement = new ArrayStatement(connection, PostgresSql.OVERLAPPING)) {
      var rows = statement.charges(charges).query();
      var overlapping = new ArrayList<Carried>();
      while (rows.next()) {
        var to =
            new BudgetCycle(
                rows.getString(1), BalanceTable.cycle(rows.getLong(5), rows.getLong(6)));
        overlapping.add(new Carried(BalanceTable.charge(rows), to, new Money(rows.getLong(4))));
      }
      return overlapping;
    }
  }

  @Override
  public List<Balance> running(Connection connection, SortedSet<BudgetCycle> charges, long atMillis)
      throws SQLException {
    try (var statement = new ArrayStatement(connection, PostgresSql.RUNNING)) {
      var rows = statement.charges(charges).set("at", atMillis).query();
      var running = new ArrayList<Balance>();
      while (rows.next()) {
        running.add(BalanceTable.balance(rows));
      }
      running.sort(Comparator.comparing(Balance::charge));
      return running;
    }
  }

  @Override
  public Set<BudgetCycle> open(Connection connection, SortedSet<BudgetCycle> charges)
      throws SQLException {
    try (var statement = new ArrayStatement(connection, PostgresSql.OPEN)) {
      var rows = statement.charges(charges).query();
      var opened = new HashSet<BudgetCycle>();
      while (rows.next()) {
        opened.add(BalanceTable.charge(rows));
      }
      return opened;
    }
  }

  @Override
  public Map<BudgetCycle, Locked> lock(Connection connection, SortedSet<BudgetCycle> charges)
      throws SQLException {
    try (var statement = new ArrayStatement(connection, PostgresSql.LOCK)) {
      var rows = statement.charges(charges).query();
      var locked = new HashMap<BudgetCycle, Locked>();
      while (rows.next()) {
        locked.put(
            BalanceTable.charge(rows), new Locked(new Money(rows.getLong(4)), rows.getLong(5)));
      }
      return locked;
    }
  }

  @Override
  public void charge(Connection connection, SortedMap<BudgetCycle, Charge> charges)
      throws SQLException {
    var changes = charges.values();
    try (var statement = new ArrayStatement(connection, PostgresSql.CHARGE)) {
      var _ =
          statement
              .charges(charges.keySet())
              .numbers("costs", changes, change -> change.cost().nanos())
              .numbers("excused", changes, change -> change.excused().nanos())
              .numbers("times", changes, Charge::lastAtMillis)
              .query();
    }
  }

  @Override
  public Collection<SpendRecord> enter(Connection connection, Collection<SpendRecord> records)
      throws SQLException {
    var distinct = distinct(records);
    try (var statement = new ArrayStatement(connection, PostgresSql.ENTER)) {
      var rows = statement.records(distinct.values()).query();
      var entered = new HashSet<RecordId>();
      while (rows.next()) {
        entered.add(new RecordId(rows.getString(1), rows.getInt(2), rows.getInt(3)));
      }
      distinct.keySet().retainAll(entered);
      return distinct.values();
    }
  }
}
