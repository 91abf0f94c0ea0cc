package io.nexus.ledger.jdbc;

import io.nexus.control.budget.Cycle;
import io.nexus.control.ledger.Balance;
import io.nexus.control.ledger.BudgetCycle;
import io.nexus.control.ledger.Grant;
import io.nexus.control.money.Money;
import io.nexus.ledger.jdbc.Balances.Holder;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** Reads the tables of balances and grants. */
final class BalanceTable {

  private static final String BALANCE =
      "SELECT budget, cycle_start, cycle_end, spend_limit, settled, outstanding"
          + " FROM nexus_balance";

  private static final String GRANT =
      "g.budget, g.cycle_start, g.cycle_end, g.node, g.incarnation, g.amount, #lives";

  private final Connection connection;
  private final Dialect dialect;

  BalanceTable(Connection connection, Dialect dialect) {
    this.connection = connection;
    this.dialect = dialect;
  }

  List<Balance> balances() throws SQLException {
    try (var select = connection.prepareStatement(BALANCE)) {
      return balances(select);
    }
  }

  /** The balances of cycles that contain the moment, without those of values, keys and teams. */
  List<Balance> running(long atMillis) throws SQLException {
    try (var select =
        connection.prepareStatement(
            BALANCE + " WHERE cycle_start <= ? AND cycle_end > ? AND budget NOT LIKE '%/%'")) {
      select.setLong(1, atMillis);
      select.setLong(2, atMillis);
      return balances(select);
    }
  }

  private static List<Balance> balances(PreparedStatement select) throws SQLException {
    var balances = new ArrayList<Balance>();
    try (var rows = select.executeQuery()) {
      while (rows.next()) {
        balances.add(balance(rows));
      }
    }
    balances.sort((a, b) -> a.charge().compareTo(b.charge()));
    return balances;
  }

  /** The columns of a balance. */
  static Balance balance(ResultSet rows) throws SQLException {
    return new Balance(
        charge(rows),
        new Money(rows.getLong(4)),
        new Money(rows.getLong(5)),
        new Money(rows.getLong(6)));
  }

  /** All grants, in the order of their charges. */
  List<Grant> grants() throws SQLException {
    try (var select = connection.prepareStatement(select(GRANT))) {
      return grants(select);
    }
  }

  /** Those of one process. */
  List<Grant> grantsOf(Holder holder) throws SQLException {
    try (var select =
        connection.prepareStatement(select(GRANT) + " WHERE g.node = ? AND g.incarnation = ?")) {
      select.setString(1, holder.node());
      select.setString(2, holder.incarnation());
      return grants(select);
    }
  }

  private static List<Grant> grants(PreparedStatement select) throws SQLException {
    var grants = new ArrayList<Grant>();
    try (var rows = select.executeQuery()) {
      while (rows.next()) {
        grants.add(
            new Grant(
                charge(rows),
                rows.getString(4),
                rows.getString(5),
                new Money(rows.getLong(6)),
                !rows.getBoolean(7)));
      }
    }
    grants.sort((a, b) -> a.charge().compareTo(b.charge()));
    return grants;
  }

  /** The money granted to dead processes. */
  Money stranded() throws SQLException {
    try (var select =
            connection.prepareStatement(
                select(SpendReport.sums("g.amount")) + " WHERE NOT (" + lives() + ")");
        var rows = select.executeQuery()) {
      return rows.next() ? SpendReport.sum(rows, 1) : Money.ZERO;
    }
  }

  private String select(String columns) {
    return "SELECT "
        + columns.replace("#lives", lives())
        + " FROM nexus_grant g LEFT JOIN nexus_node n ON n.name = g.node";
  }

  private String lives() {
    return "(n.incarnation = g.incarnation AND n.renewed + n.ttl > "
        + dialect.nowMillis()
        + ") IS TRUE";
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
}
