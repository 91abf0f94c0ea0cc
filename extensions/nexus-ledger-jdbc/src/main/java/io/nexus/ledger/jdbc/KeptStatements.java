package io.nexus.ledger.jdbc;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The statements of a session, prepared once for each of its connections: preparing them for each
 * transaction would take as long as posting a hundred records. A closed connection closes its
 * statements. Not for concurrent use.
 */
final class KeptStatements {

  private final Map<String, PreparedStatement> statements = new HashMap<>();
  private @Nullable Connection connection;

  /** The statement, whose caller closes its results, but not itself. */
  PreparedStatement on(Connection current, String sql) throws SQLException {
    if (!current.equals(connection)) {
      statements.clear();
      connection = current;
    }
    var statement = statements.get(sql);
    if (statement == null) {
      statement = current.prepareStatement(sql);
      statements.put(sql, statement);
    }
    return statement;
  }
}
