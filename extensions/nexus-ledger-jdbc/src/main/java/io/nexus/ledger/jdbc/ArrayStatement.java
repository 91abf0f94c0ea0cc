package io.nexus.ledger.jdbc;

import io.nexus.control.ledger.BudgetCycle;
import io.nexus.control.ledger.SpendRecord;
import io.nexus.ledger.jdbc.Balances.Holder;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collection;
import java.util.function.Function;
import java.util.function.ToLongFunction;

/** A statement of PostgreSQL with arrays as parameters. Not for concurrent use. */
final class ArrayStatement implements AutoCloseable {

  private final Connection connection;
  private final NamedSql sql;
  private final PreparedStatement statement;

  ArrayStatement(Connection connection, NamedSql sql) throws SQLException {
    this.connection = connection;
    this.sql = sql;
    this.statement = connection.prepareStatement(sql.sql());
  }

  ArrayStatement set(String name, Object value) throws SQLException {
    for (int i = 0; i < sql.names().size(); i++) {
      if (sql.names().get(i).equals(name)) {
        statement.setObject(i + 1, value);
      }
    }
    return this;
  }

  ArrayStatement holder(Holder holder) throws SQLException {
    return set("node", holder.node()).set("incarnation", holder.incarnation());
  }

  <T> ArrayStatement numbers(String name, Collection<T> of, ToLongFunction<T> number)
      throws SQLException {
    return array(name, "bigint", of, number::applyAsLong);
  }

  ArrayStatement charges(Collection<BudgetCycle> charges) throws SQLException {
    return array("budgets", "text", charges, BudgetCycle::budget)
        .numbers("starts", charges, charge -> charge.cycle().start().toEpochMilli())
        .numbers("ends", charges, charge -> charge.cycle().endMillis());
  }

  ArrayStatement records(Collection<SpendRecord> records) throws SQLException {
    for (var column : SpendTable.COLUMNS) {
      var _ = array(column.name(), column.type(), records, column.value());
    }
    return this;
  }

  private <T> ArrayStatement array(
      String name, String type, Collection<T> of, Function<T, Object> value) throws SQLException {
    return set(name, connection.createArrayOf(type, of.stream().map(value).toArray()));
  }

  /** Runs it; the rows are closed with it. */
  ResultSet query() throws SQLException {
    return statement.executeQuery();
  }

  @Override
  public void close() throws SQLException {
    statement.close();
  }
}
