package io.nexus.ledger.jdbc;

import io.nexus.control.ledger.SpendQuery;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.List;

/**
 * The records that a query is about, as a condition of SQL.
 *
 * @param query the query
 * @param keys the clients' keys in the order in which they are bound; empty for everybody's
 */
record Filter(SpendQuery query, List<String> keys) {

  static Filter of(SpendQuery query) {
    return new Filter(query, List.copyOf(query.keys()));
  }

  /** The condition. */
  String sql() {
    var times = "at >= ? AND at < ?";
    return keys.isEmpty()
        ? times
        : times + " AND caller_key IN (?" + ", ?".repeat(keys.size() - 1) + ")";
  }

  /**
   * Sets what the condition asks for, from the first parameter on.
   *
   * @return the next parameter
   */
  int bind(PreparedStatement statement) throws SQLException {
    int at = 1;
    statement.setLong(at++, query.sinceMillis());
    statement.setLong(at++, query.untilMillis());
    for (var key : keys) {
      statement.setString(at++, key);
    }
    return at;
  }
}
