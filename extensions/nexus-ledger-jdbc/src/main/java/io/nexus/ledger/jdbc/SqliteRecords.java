package io.nexus.ledger.jdbc;

import io.nexus.control.ledger.RecordId;
import io.nexus.control.ledger.SpendRecord;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;

/** Enters records in SQLite within one transaction. Not for concurrent use. */
record SqliteRecords(KeptStatements statements, Connection connection) {

  private static final SqliteValues INSERT =
      new SqliteValues(
          "INSERT INTO nexus_spend (" + SpendTable.NAMES + ") VALUES ",
          "(?" + ", ?".repeat(SpendTable.COLUMNS.size() - 1) + ")",
          " ON CONFLICT DO NOTHING RETURNING request_id, attempt, revision");

  /** Enters the records that are new and not pruned. */
  List<SpendRecord> enter(Collection<SpendRecord> records) throws SQLException {
    var kept = unpruned(records);
    var entered = new ArrayList<SpendRecord>(kept.size());
    for (var part : SqliteValues.parts(kept)) {
      enter(part, entered);
      giveWay();
    }
    SumTable.add(statement(SumTable.ADD_ROW), entered);
    return entered;
  }

  /**
   * Lets a thread that waits for this processor run first: it serves a request, and this work,
   * which nobody waits for, would occupy the processor for some milliseconds.
   */
  @SuppressWarnings("ThreadPriorityCheck")
  private static void giveWay() {
    Thread.yield();
  }

  private void enter(List<SpendRecord> records, List<SpendRecord> entered) throws SQLException {
    var insert = statement(INSERT.of(records.size()));
    int at = 1;
    for (var record : records) {
      for (var column : SpendTable.COLUMNS) {
        insert.setObject(at++, column.value().apply(record));
      }
    }
    var ids = new HashSet<RecordId>();
    try (var rows = insert.executeQuery()) {
      while (rows.next()) {
        ids.add(new RecordId(rows.getString(1), rows.getInt(2), rows.getInt(3)));
      }
    }
    for (var record : records) {
      if (ids.remove(record.attempt())) {
        entered.add(record);
      }
    }
  }

  /** Without those that were removed; only records older than the newest of those are asked for. */
  private List<SpendRecord> unpruned(Collection<SpendRecord> records) throws SQLException {
    long newest;
    try (var rows = statement("SELECT max(at) FROM nexus_pruned").executeQuery()) {
      newest = rows.next() && rows.getObject(1) != null ? rows.getLong(1) : Long.MIN_VALUE;
    }
    var kept = new ArrayList<SpendRecord>(records.size());
    for (var record : records) {
      if (record.at().toEpochMilli() > newest || !isPruned(record)) {
        kept.add(record);
      }
    }
    return kept;
  }

  private boolean isPruned(SpendRecord record) throws SQLException {
    var query =
        statement(
            "SELECT 1 FROM nexus_pruned"
                + " WHERE at = ? AND request_id = ? AND attempt = ? AND revision = ?");
    query.setLong(1, record.at().toEpochMilli());
    query.setString(2, record.attempt().requestId());
    query.setInt(3, record.attempt().number());
    query.setInt(4, record.attempt().revision());
    try (var rows = query.executeQuery()) {
      return rows.next();
    }
  }

  private PreparedStatement statement(String sql) throws SQLException {
    return statements.on(connection, sql);
  }
}
