package io.nexus.ledger.jdbc;

import io.nexus.control.ledger.KeptAnswer;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;

/**
 * The table {@code nexus_answer}: which backend stores which answer. Rows expire, since no provider
 * keeps answers forever.
 *
 * @param connection a connection within a transaction
 */
record AnswerTable(Connection connection) {

  /** OpenAI keeps responses for 30 days. */
  private static final long KEPT_MILLIS = 31L * 24 * 3_600_000;

  void keep(List<KeptAnswer> answers) throws SQLException {
    long newest = 0;
    try (var statement =
        connection.prepareStatement(
            "INSERT INTO nexus_answer (id, caller_key, backend, tokens, at) VALUES (?, ?, ?, ?, ?)"
                + " ON CONFLICT (id) DO UPDATE SET caller_key = excluded.caller_key,"
                + " backend = excluded.backend, tokens = excluded.tokens, at = excluded.at")) {
      for (var answer : answers) {
        statement.setString(1, answer.id());
        statement.setString(2, answer.key());
        statement.setString(3, answer.backend());
        statement.setLong(4, answer.tokens());
        statement.setLong(5, answer.atMillis());
        var _ = statement.executeUpdate();
        newest = Math.max(newest, answer.atMillis());
      }
    }
    try (var statement = connection.prepareStatement("DELETE FROM nexus_answer WHERE at < ?")) {
      statement.setLong(1, newest - KEPT_MILLIS);
      var _ = statement.executeUpdate();
    }
  }

  Optional<KeptAnswer> find(String id) throws SQLException {
    try (var statement =
        connection.prepareStatement(
            "SELECT caller_key, backend, tokens, at FROM nexus_answer WHERE id = ?")) {
      statement.setString(1, id);
      try (var rows = statement.executeQuery()) {
        return rows.next()
            ? Optional.of(
                new KeptAnswer(
                    id, rows.getString(1), rows.getString(2), rows.getLong(3), rows.getLong(4)))
            : Optional.empty();
      }
    }
  }

  void forget(String id) throws SQLException {
    try (var statement = connection.prepareStatement("DELETE FROM nexus_answer WHERE id = ?")) {
      statement.setString(1, id);
      var _ = statement.executeUpdate();
    }
  }
}
