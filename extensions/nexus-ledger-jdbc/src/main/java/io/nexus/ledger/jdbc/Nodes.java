package io.nexus.ledger.jdbc;

import io.nexus.control.ledger.LedgerException;
import io.nexus.control.ledger.LedgerException.Kind;
import io.nexus.control.ledger.NodeLease;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;

/** The table of nodes. */
final class Nodes {

  private static final String MINE = " WHERE name = ? AND incarnation = ? AND epoch = ?";

  private final Connection connection;
  private final Dialect dialect;

  Nodes(Connection connection, Dialect dialect) {
    this.connection = connection;
    this.dialect = dialect;
  }

  /** The failure if the node's row belongs to another process. */
  static LedgerException fenced(String node) {
    return new LedgerException(
        Kind.FENCED,
        "ledger: another process has joined as node '"
            + node
            + "': give each gateway its own [ledger] node");
  }

  NodeLease join(String node, String incarnation, long ttlMillis) throws SQLException {
    try (var upsert =
        connection.prepareStatement(
            "INSERT INTO nexus_node (name, incarnation, epoch, renewed, ttl) VALUES (?, ?, 1, "
                + dialect.nowMillis()
                + ", ?) ON CONFLICT (name) DO UPDATE SET incarnation = excluded.incarnation,"
                + " epoch = nexus_node.epoch + 1, renewed = excluded.renewed, ttl = excluded.ttl"
                + " RETURNING epoch")) {
      upsert.setString(1, node);
      upsert.setString(2, incarnation);
      upsert.setLong(3, ttlMillis);
      try (var rows = upsert.executeQuery()) {
        return new NodeLease(node, incarnation, rows.next() ? rows.getLong(1) : 1);
      }
    }
  }

  /** Renews, and so locks the node's row against a successor until the transaction ends. */
  void renew(NodeLease lease) throws SQLException, LedgerException {
    write(lease, "renewed = " + dialect.nowMillis());
  }

  /**
   * Registers the same process again. The epoch is not compared: the answer to an earlier call may
   * have been lost.
   */
  NodeLease joinAgain(NodeLease lease) throws SQLException, LedgerException {
    try (var update =
        connection.prepareStatement(
            "UPDATE nexus_node SET epoch = epoch + 1, renewed = "
                + dialect.nowMillis()
                + " WHERE name = ? AND incarnation = ? RETURNING epoch")) {
      update.setString(1, lease.node());
      update.setString(2, lease.incarnation());
      try (var rows = update.executeQuery()) {
        if (!rows.next()) {
          throw fenced(lease.node());
        }
        return new NodeLease(lease.node(), lease.incarnation(), rows.getLong(1));
      }
    }
  }

  void leave(NodeLease lease) throws SQLException, LedgerException {
    write(lease, "renewed = 0, incarnation = ''");
  }

  /**
   * Uses RETURNING to find out whether a row was written: drivers may be configured not to count
   * rows.
   */
  private void write(NodeLease lease, String what) throws SQLException, LedgerException {
    try (var update =
        connection.prepareStatement("UPDATE nexus_node SET " + what + MINE + " RETURNING epoch")) {
      bind(update, 1, lease);
      try (var rows = update.executeQuery()) {
        if (!rows.next()) {
          throw fenced(lease.node());
        }
      }
    }
  }

  /**
   * Renews.
   *
   * @return the number of nodes alive, this one included
   */
  int renewAndCount(NodeLease lease) throws SQLException, LedgerException {
    try (var update =
        connection.prepareStatement(
            "UPDATE nexus_node SET renewed = "
                + dialect.nowMillis()
                + MINE
                + " RETURNING (SELECT count(*) FROM nexus_node n WHERE n.name <> ?"
                + " AND n.renewed + n.ttl > "
                + dialect.nowMillis()
                + ")")) {
      bind(update, 1, lease);
      update.setString(4, lease.node());
      try (var rows = update.executeQuery()) {
        if (!rows.next()) {
          throw fenced(lease.node());
        }
        return rows.getInt(1) + 1;
      }
    }
  }

  /** The number of nodes whose lease is not over. */
  long alive() throws SQLException {
    return number(
        connection, "SELECT count(*) FROM nexus_node WHERE renewed + ttl > " + dialect.nowMillis());
  }

  private static void bind(PreparedStatement statement, int first, NodeLease lease)
      throws SQLException {
    statement.setString(first, lease.node());
    statement.setString(first + 1, lease.incarnation());
    statement.setLong(first + 2, lease.epoch());
  }

  static long number(Connection connection, String sql) throws SQLException {
    try (var statement = connection.createStatement();
        var rows = statement.executeQuery(sql)) {
      return rows.next() ? rows.getLong(1) : 0;
    }
  }
}
