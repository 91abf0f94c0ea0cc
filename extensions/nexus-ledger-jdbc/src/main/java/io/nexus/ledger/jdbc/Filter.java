package io.nexus.ledger.jdbc;

import io.nexus.control.ledger.SpendGroup;
import io.nexus.control.ledger.SpendQuery;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;

/**
 * The records that a query is about, as a condition of SQL.
 *
 * @param query the query
 * @param keys the clients' keys in binding order; empty for all
 * @param where the groups to which records must belong, in binding order
 * @param columns the columns of the groups
 */
record Filter(
    SpendQuery query,
    List<String> keys,
    List<Map.Entry<SpendGroup, String>> where,
    Function<SpendGroup, String> columns) {

  private static final String IN = SpendTable.IN;

  static Filter of(SpendQuery query) {
    return of(query, SpendReport::column);
  }

  /** A filter on rows with other column names. */
  static Filter of(SpendQuery query, Function<SpendGroup, String> columns) {
    return new Filter(
        query, List.copyOf(query.keys()), List.copyOf(query.where().entrySet()), columns);
  }

  /** The condition. */
  String sql() {
    var sql = new StringBuilder("at >= ? AND at < ?");
    if (!keys.isEmpty()) {
      sql.append(" AND ")
          .append(columns.apply(SpendGroup.KEY))
          .append(" IN (?")
          .append(", ?".repeat(keys.size() - 1))
          .append(')');
    }
    for (var each : where) {
      sql.append(" AND ").append(condition(each.getKey(), each.getValue()));
    }
    return sql.toString();
  }

  private String condition(SpendGroup group, String value) {
    if (group != SpendGroup.TAG || value.isEmpty()) {
      return columns.apply(group) + " = ?";
    }
    // Supported by both databases and case-sensitive, which LIKE may not be.
    var tags = "(? || tags || ?)";
    return "replace(" + tags + ", ?, '') <> " + tags;
  }

  /**
   * Binds the condition's parameters, from the first one on.
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
    for (var each : where) {
      at = bind(statement, at, each.getKey(), each.getValue());
    }
    return at;
  }

  private static int bind(PreparedStatement statement, int from, SpendGroup group, String value)
      throws SQLException {
    int at = from;
    if (group == SpendGroup.TAG && !value.isEmpty()) {
      for (var part : List.of(IN, IN, IN + value + IN, IN, IN)) {
        statement.setString(at++, part);
      }
    } else {
      var stored = group == SpendGroup.OUTCOME ? value.toUpperCase(Locale.ROOT) : value;
      statement.setString(at++, stored);
    }
    return at;
  }
}
