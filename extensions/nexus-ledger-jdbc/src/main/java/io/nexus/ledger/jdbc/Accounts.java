package io.nexus.ledger.jdbc;

import io.nexus.control.budget.Cycle;
import io.nexus.control.ledger.Balance;
import io.nexus.control.ledger.BudgetCycle;
import io.nexus.control.ledger.Draw;
import io.nexus.control.ledger.Grant;
import io.nexus.control.ledger.Standing;
import io.nexus.control.money.Money;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * The tables of balances and grants, within one transaction.
 *
 * <p>A grant changes only after its balance has been written in the same transaction, so that the
 * balance's row is the lock of both; whoever touches several does so in {@link BudgetCycle}'s
 * order.
 */
final class Accounts {

  private static final String KEY = " WHERE budget = ? AND cycle_start = ? AND cycle_end = ?";
  private static final String HOLDER = " AND node = ? AND incarnation = ?";

  private final Connection connection;
  private final Dialect dialect;

  Accounts(Connection connection, Dialect dialect) {
    this.connection = connection;
    this.dialect = dialect;
  }

  /** A process that has drawn. */
  record Holder(String node, String incarnation) {}

  /** Grants what fits, in one conditional update. */
  Standing draw(Draw draw, Holder holder) throws SQLException {
    var charge = draw.charge();
    open(charge);
    var free = "(? - settled - outstanding)";
    var granted =
        "CASE WHEN "
            + free
            + " < ? THEN 0 ELSE "
            + dialect.larger()
            + "(?, "
            + dialect.smaller()
            + "(?, "
            + free
            + " / ?)) END";
    try (var update =
        connection.prepareStatement(
            "UPDATE nexus_balance SET spend_limit = ?, last_granted = "
                + granted
                + ", outstanding = outstanding + "
                + granted
                + KEY
                + " RETURNING last_granted")) {
      int at = 1;
      update.setLong(at++, draw.limit().nanos());
      for (int twice = 0; twice < 2; twice++) {
        update.setLong(at++, draw.limit().nanos());
        update.setLong(at++, draw.least().nanos());
        update.setLong(at++, draw.least().nanos());
        update.setLong(at++, draw.wanted().nanos());
        update.setLong(at++, draw.limit().nanos());
        update.setLong(at++, draw.divisor());
      }
      key(update, at, charge);
      long amount = number(update);
      if (amount > 0) {
        addToGrant(charge, holder, amount);
      }
      return position(charge, new Money(amount), holder);
    }
  }

  private void addToGrant(BudgetCycle charge, Holder holder, long amount) throws SQLException {
    try (var upsert =
        connection.prepareStatement(
            "INSERT INTO nexus_grant (budget, cycle_start, cycle_end, node, incarnation, amount)"
                + " VALUES (?, ?, ?, ?, ?, ?)"
                + " ON CONFLICT (budget, cycle_start, cycle_end, node, incarnation)"
                + " DO UPDATE SET amount = nexus_grant.amount + excluded.amount")) {
      int at = holder(upsert, key(upsert, 1, charge), holder);
      upsert.setLong(at, amount);
      upsert.executeUpdate();
    }
  }

  /** Adds to what is settled, or takes away from it. */
  void settle(BudgetCycle charge, long nanos) throws SQLException {
    open(charge);
    add(charge, "settled", nanos);
  }

  /** What is settled, which nobody else changes until the transaction ends. */
  long lockSettled(BudgetCycle charge) throws SQLException {
    open(charge);
    add(charge, "settled", 0);
    return position(charge, Money.ZERO, new Holder("", "")).settled().nanos();
  }

  /** Notes that records of so much are there no more. */
  void prune(BudgetCycle charge, long nanos) throws SQLException {
    add(charge, "pruned", nanos);
  }

  /**
   * Takes from what a process has drawn, as much as there is.
   *
   * @return how much that was
   */
  long take(BudgetCycle charge, Holder holder, long atMost) throws SQLException {
    add(charge, "outstanding", 0);
    long amount = granted(charge, holder);
    long taken = Math.min(amount, atMost);
    if (taken <= 0) {
      return 0;
    }
    try (var update =
        connection.prepareStatement(
            taken == amount
                ? "DELETE FROM nexus_grant" + KEY + HOLDER
                : "UPDATE nexus_grant SET amount = amount - " + taken + KEY + HOLDER)) {
      holder(update, key(update, 1, charge), holder);
      update.executeUpdate();
    }
    add(charge, "outstanding", -taken);
    return taken;
  }

  /** Makes the balance if there is none. */
  private void open(BudgetCycle charge) throws SQLException {
    try (var insert =
        connection.prepareStatement(
            "INSERT INTO nexus_balance (budget, cycle_start, cycle_end, spend_limit, settled,"
                + " outstanding, last_granted) VALUES (?, ?, ?, 0, 0, 0, 0)"
                + " ON CONFLICT DO NOTHING")) {
      key(insert, 1, charge);
      insert.executeUpdate();
    }
  }

  private void add(BudgetCycle charge, String column, long nanos) throws SQLException {
    try (var update =
        connection.prepareStatement(
            "UPDATE nexus_balance SET " + column + " = " + column + " + ?" + KEY)) {
      update.setLong(1, nanos);
      key(update, 2, charge);
      update.executeUpdate();
    }
  }

  private long granted(BudgetCycle charge, Holder holder) throws SQLException {
    try (var query = connection.prepareStatement("SELECT amount FROM nexus_grant" + KEY + HOLDER)) {
      holder(query, key(query, 1, charge), holder);
      return number(query);
    }
  }

  Standing position(BudgetCycle charge, Money granted, Holder holder) throws SQLException {
    try (var query =
        connection.prepareStatement("SELECT settled, outstanding FROM nexus_balance" + KEY)) {
      key(query, 1, charge);
      try (var rows = query.executeQuery()) {
        boolean known = rows.next();
        return new Standing(
            charge,
            granted,
            new Money(known ? rows.getLong(1) : 0),
            new Money(known ? rows.getLong(2) : 0),
            new Money(granted(charge, holder)));
      }
    }
  }

  List<Balance> balances() throws SQLException {
    var balances = new ArrayList<Balance>();
    try (var statement = connection.createStatement();
        var rows =
            statement.executeQuery(
                "SELECT budget, cycle_start, cycle_end, spend_limit, settled, outstanding"
                    + " FROM nexus_balance")) {
      while (rows.next()) {
        balances.add(
            new Balance(
                charge(rows),
                new Money(rows.getLong(4)),
                new Money(rows.getLong(5)),
                new Money(rows.getLong(6))));
      }
    }
    balances.sort((a, b) -> a.charge().compareTo(b.charge()));
    return balances;
  }

  /** All grants, in the order of their charges. */
  List<Grant> grants() throws SQLException {
    var grants = new ArrayList<Grant>();
    try (var statement = connection.createStatement();
        var rows =
            statement.executeQuery(
                "SELECT g.budget, g.cycle_start, g.cycle_end, g.node, g.incarnation, g.amount,"
                    + " CASE WHEN n.renewed + n.ttl > "
                    + dialect.nowMillis()
                    + " AND n.incarnation = g.incarnation THEN 0 ELSE 1 END"
                    + " FROM nexus_grant g LEFT JOIN nexus_node n ON n.name = g.node")) {
      while (rows.next()) {
        grants.add(
            new Grant(
                charge(rows),
                rows.getString(4),
                rows.getString(5),
                new Money(rows.getLong(6)),
                rows.getInt(7) == 1));
      }
    }
    grants.sort((a, b) -> a.charge().compareTo(b.charge()));
    return grants;
  }

  /** The grants of one process, in the order of their charges. */
  List<Grant> grantsOf(Holder holder) throws SQLException {
    return grants().stream()
        .filter(g -> new Holder(g.node(), g.incarnation()).equals(holder))
        .toList();
  }

  /** The first three columns. */
  static BudgetCycle charge(ResultSet rows) throws SQLException {
    return new BudgetCycle(rows.getString(1), cycle(rows.getLong(2), rows.getLong(3)));
  }

  static Cycle cycle(long startMillis, long endMillis) {
    return new Cycle(
        Instant.ofEpochMilli(startMillis),
        endMillis == Long.MAX_VALUE ? Instant.MAX : Instant.ofEpochMilli(endMillis));
  }

  private static int key(PreparedStatement statement, int first, BudgetCycle charge)
      throws SQLException {
    statement.setString(first, charge.budget());
    statement.setLong(first + 1, charge.cycle().start().toEpochMilli());
    statement.setLong(first + 2, charge.cycle().endMillis());
    return first + 3;
  }

  private static int holder(PreparedStatement statement, int first, Holder holder)
      throws SQLException {
    statement.setString(first, holder.node());
    statement.setString(first + 1, holder.incarnation());
    return first + 2;
  }

  private static long number(PreparedStatement query) throws SQLException {
    try (var rows = query.executeQuery()) {
      return rows.next() ? rows.getLong(1) : 0;
    }
  }
}
