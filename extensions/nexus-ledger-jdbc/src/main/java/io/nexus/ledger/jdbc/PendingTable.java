package io.nexus.ledger.jdbc;

import io.nexus.control.ledger.PendingAnswer;
import io.nexus.control.ledger.RecordId;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/**
 * The table {@code nexus_pending}: answers that backends generate in the background.
 *
 * @param connection a connection within a transaction
 */
record PendingTable(Connection connection) {

  void add(PendingAnswer answer) throws SQLException {
    try (var statement =
        connection.prepareStatement(
            "INSERT INTO nexus_pending (request_id, attempt, node, backend, path, at)"
                + " VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (request_id, attempt) DO NOTHING")) {
      statement.setString(1, answer.attempt().requestId());
      statement.setInt(2, answer.attempt().number());
      statement.setString(3, answer.node());
      statement.setString(4, answer.backend());
      statement.setString(5, answer.path());
      statement.setLong(6, answer.atMillis());
      var _ = statement.executeUpdate();
    }
  }

  List<PendingAnswer> of(String node) throws SQLException {
    try (var statement =
        connection.prepareStatement(
            "SELECT request_id, attempt, backend, path, at FROM nexus_pending WHERE node = ?"
                + " ORDER BY at, request_id, attempt")) {
      statement.setString(1, node);
      var all = new ArrayList<PendingAnswer>();
      try (var rows = statement.executeQuery()) {
        while (rows.next()) {
          all.add(
              new PendingAnswer(
                  new RecordId(rows.getString(1), rows.getInt(2)),
                  node,
                  rows.getString(3),
                  rows.getString(4),
                  rows.getLong(5)));
        }
      }
      return all;
    }
  }

  void remove(RecordId attempt) throws SQLException {
    try (var statement =
        connection.prepareStatement(
            "DELETE FROM nexus_pending WHERE request_id = ? AND attempt = ?")) {
      statement.setString(1, attempt.requestId());
      statement.setInt(2, attempt.number());
      var _ = statement.executeUpdate();
    }
  }
}
