package io.nexus.ledger.jdbc;

import io.nexus.control.ledger.Balance;
import io.nexus.control.ledger.BudgetCycle;
import io.nexus.control.ledger.Carried;
import io.nexus.control.ledger.NodeLease;
import io.nexus.control.ledger.RecordId;
import io.nexus.control.ledger.SpendRecord;
import io.nexus.control.ledger.Standing;
import io.nexus.control.money.Money;
import io.nexus.ledger.jdbc.Balances.Charge;
import io.nexus.ledger.jdbc.Balances.Holder;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads and writes rows of balances, grants and records in SQLite within one transaction. Not for
 * concurrent use.
 */
final class SqliteRows {

  /** A process that has drawn nothing. */
  static final Holder NOBODY = new Holder("", "");

  private static final String KEY = " WHERE budget = ? AND cycle_start = ? AND cycle_end = ?";
  private static final String MINE = KEY + " AND node = ? AND incarnation = ?";
  private static final String VALUES = "(?" + ", ?".repeat(SpendTable.COLUMNS.size() - 1) + ")";

  /** The records in one statement, as far as there are so many: a third less time for each. */
  private static final int ROWS = 10;

  private static final String INSERT_ONE = insert(1);
  private static final String INSERT_ROWS = insert(ROWS);

  private final KeptStatements statements;
  private final Connection connection;
  private final Holder holder;
  private final Map<By, Boolean> living = new HashMap<>();

  SqliteRows(KeptStatements statements, Connection connection, Holder holder) {
    this.statements = statements;
    this.connection = connection;
    this.holder = holder;
  }

  /** A registration of a node. */
  private record By(String node, long epoch) {}

  /** A balance. Amounts are nano-dollars. */
  record Row(
      long limit,
      String limitNode,
      long limitEpoch,
      long settled,
      long outstanding,
      long excused,
      long forgivenAtMillis,
      long lastAtMillis) {

    /** The amount neither settled nor outstanding; negative beyond the limit. */
    Money free() {
      return new Money(
          Money.saturatedSubtract(
              Money.saturatedSubtract(limit, Math.max(0, settled)), outstanding));
    }

    Row limited(Money most, NodeLease by) {
      return new Row(
          most.nanos(),
          by.node(),
          by.epoch(),
          settled,
          outstanding,
          excused,
          forgivenAtMillis,
          lastAtMillis);
    }

    Row outstanding(long nanos) {
      return new Row(
          limit, limitNode, limitEpoch, settled, nanos, excused, forgivenAtMillis, lastAtMillis);
    }

    Row charged(Charge change) {
      long counted = Money.saturatedSubtract(change.cost().nanos(), change.excused().nanos());
      return new Row(
          limit,
          limitNode,
          limitEpoch,
          Money.saturatedAdd(settled, counted),
          outstanding,
          Money.saturatedAdd(excused, change.excused().nanos()),
          forgivenAtMillis,
          Math.max(lastAtMillis, change.lastAtMillis()));
    }

    Row neverBelowNothing() {
      long below = Math.min(0, settled);
      return new Row(
          limit,
          limitNode,
          limitEpoch,
          settled - below,
          outstanding,
          Money.saturatedAdd(excused, below),
          forgivenAtMillis,
          lastAtMillis);
    }
  }

  /** The balance, or null if there is none. */
  @Nullable Row balance(BudgetCycle charge) throws SQLException {
    var query =
        keyed(
            "SELECT spend_limit, limit_node, limit_epoch, settled, outstanding, excused,"
                + " forgiven_at, last_at FROM nexus_balance"
                + KEY,
            1,
            charge);
    try (var rows = query.executeQuery()) {
      return rows.next()
          ? new Row(
              rows.getLong(1),
              rows.getString(2),
              rows.getLong(3),
              rows.getLong(4),
              rows.getLong(5),
              rows.getLong(6),
              rows.getLong(7),
              rows.getLong(8))
          : null;
    }
  }

  void write(BudgetCycle charge, Row row) throws SQLException {
    var update =
        keyed(
            "UPDATE nexus_balance SET spend_limit = ?, limit_node = ?, limit_epoch = ?,"
                + " settled = ?, outstanding = ?, excused = ?, forgiven_at = ?, last_at = ?"
                + KEY,
            9,
            charge);
    update.setLong(1, row.limit());
    update.setString(2, row.limitNode());
    update.setLong(3, row.limitEpoch());
    update.setLong(4, row.settled());
    update.setLong(5, row.outstanding());
    update.setLong(6, row.excused());
    update.setLong(7, row.forgivenAtMillis());
    update.setLong(8, row.lastAtMillis());
    update.execute();
  }

  /** The budget's other cycles that overlap this one, with their spend. */
  List<Carried> overlapping(BudgetCycle to) throws SQLException {
    var query =
        keyed(
            "SELECT budget, cycle_start, cycle_end, settled FROM nexus_balance"
                + " WHERE budget = ? AND cycle_end > ? AND cycle_start < ?",
            1,
            to);
    var overlapping = new ArrayList<Carried>();
    try (var rows = query.executeQuery()) {
      while (rows.next()) {
        var from = BalanceTable.charge(rows);
        if (!from.equals(to)) {
          overlapping.add(new Carried(from, to, new Money(rows.getLong(4))));
        }
      }
    }
    return overlapping;
  }

  /** The balances of a budget's cycles that contain the moment. */
  List<Balance> running(String budget, long atMillis) throws SQLException {
    var query =
        statement(
            "SELECT budget, cycle_start, cycle_end, spend_limit, settled, outstanding"
                + " FROM nexus_balance WHERE budget = ? AND cycle_start <= ? AND cycle_end > ?");
    query.setString(1, budget);
    query.setLong(2, atMillis);
    query.setLong(3, atMillis);
    var running = new ArrayList<Balance>();
    try (var rows = query.executeQuery()) {
      while (rows.next()) {
        running.add(BalanceTable.balance(rows));
      }
    }
    return running;
  }

  /** Creates a balance; false if it exists. */
  boolean open(BudgetCycle charge) throws SQLException {
    var insert =
        keyed(
            "INSERT INTO nexus_balance (budget, cycle_start, cycle_end, spend_limit, settled,"
                + " outstanding, last_granted) VALUES (?, ?, ?, 0, 0, 0, 0)"
                + " ON CONFLICT DO NOTHING RETURNING 1",
            1,
            charge);
    try (var rows = insert.executeQuery()) {
      return rows.next();
    }
  }

  /** The amount that the holder has drawn and not settled. */
  long granted(BudgetCycle charge) throws SQLException {
    var query = mine("SELECT amount FROM nexus_grant" + MINE, 1, charge);
    try (var rows = query.executeQuery()) {
      return rows.next() ? rows.getLong(1) : 0;
    }
  }

  /** Sets the amount that the holder has drawn and not settled. */
  void grant(BudgetCycle charge, long nanos) throws SQLException {
    if (nanos == 0) {
      mine("DELETE FROM nexus_grant" + MINE, 1, charge).execute();
      return;
    }
    var upsert =
        mine(
            "INSERT INTO nexus_grant (budget, cycle_start, cycle_end, node, incarnation, amount)"
                + " VALUES (?, ?, ?, ?, ?, ?)"
                + " ON CONFLICT DO UPDATE SET amount = excluded.amount",
            1,
            charge);
    upsert.setLong(6, nanos);
    upsert.execute();
  }

  /** Enters the records that are new and not pruned. */
  List<SpendRecord> enter(Collection<SpendRecord> records) throws SQLException {
    var kept = unpruned(records);
    var entered = new ArrayList<SpendRecord>(kept.size());
    for (int from = 0; from < kept.size(); ) {
      int rows = kept.size() - from < ROWS ? 1 : ROWS;
      enter(kept.subList(from, from + rows), entered);
      from += rows;
      giveWay();
    }
    SumTable.add(statement(SumTable.ADD_ROW), entered);
    return entered;
  }

  private static String insert(int rows) {
    return "INSERT INTO nexus_spend ("
        + SpendTable.NAMES
        + ") VALUES "
        + String.join(", ", Collections.nCopies(rows, VALUES))
        + " ON CONFLICT DO NOTHING RETURNING request_id, attempt, revision";
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
    var insert = statement(records.size() == 1 ? INSERT_ONE : INSERT_ROWS);
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

  /** Whether the node that the limit is of is alive and has not registered again since. */
  boolean isLimited(Row row) throws SQLException {
    var by = new By(row.limitNode(), row.limitEpoch());
    var known = living.get(by);
    if (known == null) {
      var query =
          statement(
              "SELECT 1 FROM nexus_node WHERE name = ? AND epoch = ? AND renewed + ttl > "
                  + Sqlite.NOW_MILLIS);
      query.setString(1, by.node());
      query.setLong(2, by.epoch());
      try (var rows = query.executeQuery()) {
        known = rows.next();
      }
      living.put(by, known);
    }
    return known;
  }

  Standing standing(BudgetCycle charge, Row row, Money granted, long mine) throws SQLException {
    boolean limited = isLimited(row);
    return new Standing(
        charge,
        granted,
        new Money(row.settled()),
        new Money(row.outstanding()),
        new Money(mine),
        limited ? new Money(row.limit()) : Money.MOST,
        limited ? row.limitNode() : "");
  }

  private PreparedStatement mine(String sql, int first, BudgetCycle charge) throws SQLException {
    var statement = keyed(sql, first, charge);
    statement.setString(first + 3, holder.node());
    statement.setString(first + 4, holder.incarnation());
    return statement;
  }

  private PreparedStatement keyed(String sql, int first, BudgetCycle charge) throws SQLException {
    var statement = statement(sql);
    statement.setString(first, charge.budget());
    statement.setLong(first + 1, charge.cycle().start().toEpochMilli());
    statement.setLong(first + 2, charge.cycle().endMillis());
    return statement;
  }

  private PreparedStatement statement(String sql) throws SQLException {
    return statements.on(connection, sql);
  }
}
