package io.nexus.ledger.jdbc;

import io.nexus.control.ledger.BudgetCycle;
import io.nexus.control.ledger.NodeLease;
import io.nexus.control.ledger.Standing;
import io.nexus.control.money.Money;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.SortedMap;

/**
 * The tables {@code nexus_count} and {@code nexus_count_grant}. The first has a row for each
 * account and cycle, locked during draws; the second has each process's draws. So the sum is read
 * only while no other process can draw.
 *
 * @param connection a connection within a transaction
 */
record CountTable(Connection connection, Dialect dialect) {

  private static final String CHARGE = "account = ? AND cycle_start = ? AND cycle_end = ?";

  private static final String HOLDER = " AND node = ? AND incarnation = ?";

  private static final int PARAMETERS = 3;

  /** A gateway whose clock is behind may still draw from a cycle that is over. */
  private static final long LATE_MILLIS = 60_000;

  /** The condition that, in a cycle without an end, counts only live processes. */
  private String lives() {
    return "EXISTS (SELECT 1 FROM nexus_node n WHERE n.name = nexus_count_grant.node"
        + " AND n.incarnation = nexus_count_grant.incarnation AND n.renewed + n.ttl > "
        + dialect.nowMillis()
        + ")";
  }

  /** Locks the accounts against other draws until the transaction ends, in their order. */
  void lock(Collection<BudgetCycle> charges) throws SQLException {
    try (var statement =
        connection.prepareStatement(
            "INSERT INTO nexus_count (account, cycle_start, cycle_end, drawn_at) VALUES (?, ?, ?, "
                + dialect.nowMillis()
                + ") ON CONFLICT (account, cycle_start, cycle_end)"
                + " DO UPDATE SET drawn_at = excluded.drawn_at")) {
      for (var charge : charges) {
        bind(statement, 1, charge);
        statement.addBatch();
      }
      statement.executeBatch();
    }
  }

  /** The standings for this process. */
  Map<BudgetCycle, Standing> standings(Collection<BudgetCycle> charges, NodeLease lease)
      throws SQLException {
    var standings = new HashMap<BudgetCycle, Standing>();
    try (var statement =
        connection.prepareStatement(
            "SELECT coalesce(sum(amount), 0),"
                + " coalesce(sum(CASE WHEN node = ? AND incarnation = ? THEN amount ELSE 0 END), 0)"
                + " FROM nexus_count_grant WHERE "
                + CHARGE
                + " AND (cycle_end < "
                + Long.MAX_VALUE
                + " OR "
                + lives()
                + ")")) {
      for (var charge : charges) {
        statement.setString(1, lease.node());
        statement.setString(2, lease.incarnation());
        bind(statement, 3, charge);
        try (var rows = statement.executeQuery()) {
          boolean any = rows.next();
          standings.put(
              charge,
              new Standing(
                  charge,
                  Money.ZERO,
                  Money.ZERO,
                  new Money(any ? rows.getLong(1) : 0),
                  new Money(any ? rows.getLong(2) : 0)));
        }
      }
    }
    return standings;
  }

  /** Adds to what the process has drawn. */
  void add(SortedMap<BudgetCycle, Money> amounts, NodeLease lease) throws SQLException {
    try (var statement =
        connection.prepareStatement(
            "INSERT INTO nexus_count_grant"
                + " (account, cycle_start, cycle_end, node, incarnation, amount)"
                + " VALUES (?, ?, ?, ?, ?, ?)"
                + " ON CONFLICT (account, cycle_start, cycle_end, node, incarnation)"
                + " DO UPDATE SET amount = nexus_count_grant.amount + excluded.amount")) {
      boolean any = false;
      for (var each : amounts.entrySet()) {
        if (!each.getValue().isZero()) {
          bind(statement, 1, each.getKey());
          bind(statement, 1 + PARAMETERS, lease);
          statement.setLong(3 + PARAMETERS, each.getValue().nanos());
          statement.addBatch();
          any = true;
        }
      }
      if (any) {
        statement.executeBatch();
      }
    }
  }

  /** Reduces the process's draws, at most to zero. */
  void subtract(SortedMap<BudgetCycle, Money> amounts, NodeLease lease) throws SQLException {
    try (var statement =
        connection.prepareStatement(
            "UPDATE nexus_count_grant SET amount = CASE WHEN amount > ? THEN amount - ? ELSE 0 END"
                + " WHERE "
                + CHARGE
                + HOLDER)) {
      boolean any = false;
      for (var each : amounts.entrySet()) {
        if (!each.getValue().isZero()) {
          statement.setLong(1, each.getValue().nanos());
          statement.setLong(2, each.getValue().nanos());
          bind(statement, 3, each.getKey());
          bind(statement, 3 + PARAMETERS, lease);
          statement.addBatch();
          any = true;
        }
      }
      if (any) {
        statement.executeBatch();
      }
    }
  }

  /** Deletes cycles that are over, and draws of dead processes in cycles without an end. */
  void tidy() throws SQLException {
    try (var statement = connection.createStatement()) {
      var over = " WHERE cycle_end <= " + dialect.nowMillis() + " - " + LATE_MILLIS;
      statement.execute("DELETE FROM nexus_count_grant" + over);
      statement.execute("DELETE FROM nexus_count" + over);
      statement.execute(
          "DELETE FROM nexus_count_grant WHERE cycle_end = "
              + Long.MAX_VALUE
              + " AND NOT "
              + lives());
    }
  }

  private static void bind(PreparedStatement statement, int first, BudgetCycle charge)
      throws SQLException {
    statement.setString(first, charge.budget());
    statement.setLong(first + 1, charge.cycle().start().toEpochMilli());
    statement.setLong(first + 2, charge.cycle().endMillis());
  }

  private static void bind(PreparedStatement statement, int first, NodeLease lease)
      throws SQLException {
    statement.setString(first, lease.node());
    statement.setString(first + 1, lease.incarnation());
  }
}
