package io.nexus.ledger.jdbc;

import io.nexus.control.ledger.LedgerException;
import io.nexus.control.ledger.LedgerException.Kind;
import io.nexus.control.ledger.NodeLease;
import java.sql.Connection;
import java.sql.SQLException;

/** The table of nodes, within one transaction. */
final class Nodes {

  private final Connection connection;
  private final Dialect dialect;

  Nodes(Connection connection, Dialect dialect) {
    this.connection = connection;
    this.dialect = dialect;
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
  void renew(NodeLease membership) throws SQLException, LedgerException {
    if (write(membership, "renewed = " + dialect.nowMillis()) == 0) {
      throw new LedgerException(
          Kind.FENCED,
          "ledger: another process has joined as node '"
              + membership.node()
              + "': give each gateway its own [ledger] node");
    }
  }

  void leave(NodeLease membership) throws SQLException {
    var _ = write(membership, "renewed = 0, incarnation = ''");
  }

  private int write(NodeLease membership, String what) throws SQLException {
    try (var update =
        connection.prepareStatement(
            "UPDATE nexus_node SET "
                + what
                + " WHERE name = ? AND incarnation = ? AND epoch = ?")) {
      update.setString(1, membership.node());
      update.setString(2, membership.incarnation());
      update.setLong(3, membership.epoch());
      return update.executeUpdate();
    }
  }

  int living() throws SQLException {
    return (int)
        number(
            connection,
            "SELECT count(*) FROM nexus_node WHERE renewed + ttl > " + dialect.nowMillis());
  }

  static long number(Connection connection, String sql) throws SQLException {
    try (var statement = connection.createStatement();
        var rows = statement.executeQuery(sql)) {
      return rows.next() ? rows.getLong(1) : 0;
    }
  }
}
