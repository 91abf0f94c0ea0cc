package io.nexus.ledger.jdbc;

import io.nexus.control.ledger.Balance;
import io.nexus.control.ledger.BudgetCycle;
import io.nexus.control.ledger.Carried;
import io.nexus.control.ledger.NodeLease;
import io.nexus.control.ledger.Standing;
import io.nexus.control.money.Money;
import io.nexus.ledger.jdbc.Balances.Charge;
import io.nexus.ledger.jdbc.Balances.Holder;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Reads and writes rows of balances and grants in SQLite within one transaction. Not for concurrent
 * use.
 */
final class SqliteRows {

  /** A process that has drawn nothing. */
  static final Holder NOBODY = new Holder("", "");

  private static final String KEY = " WHERE budget = ? AND cycle_start = ? AND cycle_end = ?";

  private static final SqliteValues READ =
      new SqliteValues(
          "SELECT k.column1, spend_limit, limit_node, limit_epoch, settled, outstanding, excused,"
              + " forgiven_at, last_at, coalesce(amount, 0) FROM (VALUES ",
          "(#, ?, ?, ?)",
          ") AS k CROSS JOIN nexus_balance AS b"
              + " ON b.budget = k.column2 AND b.cycle_start = k.column3 AND b.cycle_end = k.column4"
              + " LEFT JOIN nexus_grant AS g ON g.budget = b.budget"
              + " AND g.cycle_start = b.cycle_start AND g.cycle_end = b.cycle_end"
              + " AND g.node = ? AND g.incarnation = ?");

  private static final SqliteValues SPEND =
      new SqliteValues(
          "UPDATE nexus_balance SET settled = k.column4, outstanding = k.column5,"
              + " excused = k.column6, last_at = k.column7 FROM (VALUES ",
          "(?, ?, ?, ?, ?, ?, ?)",
          ") AS k WHERE budget = k.column1 AND cycle_start = k.column2 AND cycle_end = k.column3");

  private static final SqliteValues GRANT =
      new SqliteValues(
          "INSERT INTO nexus_grant (budget, cycle_start, cycle_end, node, incarnation, amount)"
              + " VALUES ",
          "(?, ?, ?, ?, ?, ?)",
          " ON CONFLICT DO UPDATE SET amount = excluded.amount");

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

  /** A balance, and what the holder has drawn of it. Amounts are nano-dollars. */
  record Row(
      long limit,
      String limitNode,
      long limitEpoch,
      long settled,
      long outstanding,
      long excused,
      long forgivenAtMillis,
      long lastAtMillis,
      long mine) {

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
          lastAtMillis,
          mine);
    }

    /** After the holder has drawn an amount, or has given one back, which is negative. */
    Row drawn(long nanos) {
      return new Row(
          limit,
          limitNode,
          limitEpoch,
          settled,
          outstanding + nanos,
          excused,
          forgivenAtMillis,
          lastAtMillis,
          mine + nanos);
    }

    Row charged(Charge change) {
      long counted = Money.saturatedSubtract(change.cost().nanos(), change.excused().nanos());
      return spent(
          Money.saturatedAdd(settled, counted),
          Money.saturatedAdd(excused, change.excused().nanos()),
          Math.max(lastAtMillis, change.lastAtMillis()));
    }

    Row neverBelowNothing() {
      long below = Math.min(0, settled);
      return spent(settled - below, Money.saturatedAdd(excused, below), lastAtMillis);
    }

    private Row spent(long nowSettled, long nowExcused, long nowLastAtMillis) {
      return new Row(
          limit,
          limitNode,
          limitEpoch,
          nowSettled,
          outstanding,
          nowExcused,
          forgivenAtMillis,
          nowLastAtMillis,
          mine);
    }

    boolean hasLimitOf(Row other) {
      return limit == other.limit
          && limitEpoch == other.limitEpoch
          && limitNode.equals(other.limitNode);
    }
  }

  /** The balances that exist, in the order of the charges. */
  Map<BudgetCycle, Row> balances(Collection<BudgetCycle> charges) throws SQLException {
    var balances = new LinkedHashMap<BudgetCycle, Row>();
    for (var part : SqliteValues.parts(List.copyOf(charges))) {
      var query = statement(READ.of(part.size()));
      int at = 1;
      for (var charge : part) {
        at = key(query, at, charge);
      }
      query.setString(at, holder.node());
      query.setString(at + 1, holder.incarnation());
      try (var rows = query.executeQuery()) {
        while (rows.next()) {
          balances.put(part.get(rows.getInt(1)), row(rows));
        }
      }
    }
    return balances;
  }

  private static Row row(ResultSet rows) throws SQLException {
    return new Row(
        rows.getLong(2),
        rows.getString(3),
        rows.getLong(4),
        rows.getLong(5),
        rows.getLong(6),
        rows.getLong(7),
        rows.getLong(8),
        rows.getLong(9),
        rows.getLong(10));
  }

  /** Writes what has changed of balances that exist. */
  void write(Map<BudgetCycle, Row> before, Map<BudgetCycle, Row> after) throws SQLException {
    var spends = new ArrayList<Map.Entry<BudgetCycle, Row>>();
    var grants = new ArrayList<Map.Entry<BudgetCycle, Row>>();
    for (var each : after.entrySet()) {
      var row = each.getValue();
      var old = Objects.requireNonNull(before.get(each.getKey()));
      if (!row.hasLimitOf(old)) {
        limit(each.getKey(), row);
      }
      if (!row.equals(old)) {
        spends.add(each);
      }
      if (row.mine() == 0 && old.mine() != 0) {
        release(each.getKey());
      } else if (row.mine() != old.mine()) {
        grants.add(each);
      }
    }
    spend(spends);
    grant(grants);
  }

  private void limit(BudgetCycle charge, Row row) throws SQLException {
    var update =
        statement(
            "UPDATE nexus_balance SET spend_limit = ?, limit_node = ?, limit_epoch = ?" + KEY);
    update.setLong(1, row.limit());
    update.setString(2, row.limitNode());
    update.setLong(3, row.limitEpoch());
    key(update, 4, charge);
    update.execute();
  }

  private void spend(List<Map.Entry<BudgetCycle, Row>> spends) throws SQLException {
    for (var part : SqliteValues.parts(spends)) {
      var update = statement(SPEND.of(part.size()));
      int at = 1;
      for (var each : part) {
        var row = each.getValue();
        at = key(update, at, each.getKey());
        update.setLong(at++, row.settled());
        update.setLong(at++, row.outstanding());
        update.setLong(at++, row.excused());
        update.setLong(at++, row.lastAtMillis());
      }
      update.execute();
    }
  }

  private void grant(List<Map.Entry<BudgetCycle, Row>> grants) throws SQLException {
    for (var part : SqliteValues.parts(grants)) {
      var upsert = statement(GRANT.of(part.size()));
      int at = 1;
      for (var each : part) {
        at = key(upsert, at, each.getKey());
        upsert.setString(at++, holder.node());
        upsert.setString(at++, holder.incarnation());
        upsert.setLong(at++, each.getValue().mine());
      }
      upsert.execute();
    }
  }

  private void release(BudgetCycle charge) throws SQLException {
    var delete = statement("DELETE FROM nexus_grant" + KEY + " AND node = ? AND incarnation = ?");
    int at = key(delete, 1, charge);
    delete.setString(at, holder.node());
    delete.setString(at + 1, holder.incarnation());
    delete.execute();
  }

  /** The budget's other cycles that overlap this one, with their spend. */
  List<Carried> overlapping(BudgetCycle to) throws SQLException {
    var query =
        keyed(
            "SELECT budget, cycle_start, cycle_end, settled FROM nexus_balance"
                + " WHERE budget = ? AND cycle_end > ? AND cycle_start < ?",
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
            charge);
    try (var rows = insert.executeQuery()) {
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

  /** What the holder learns of a balance after it was granted an amount. */
  Standing standing(BudgetCycle charge, Row row, Money granted) throws SQLException {
    boolean limited = isLimited(row);
    return new Standing(
        charge,
        granted,
        new Money(row.settled()),
        new Money(row.outstanding()),
        new Money(row.mine()),
        limited ? new Money(row.limit()) : Money.MOST,
        limited ? row.limitNode() : "");
  }

  private PreparedStatement keyed(String sql, BudgetCycle charge) throws SQLException {
    var statement = statement(sql);
    key(statement, 1, charge);
    return statement;
  }

  /** Sets the three columns of a key from a parameter on, and returns the next one's number. */
  private static int key(PreparedStatement statement, int first, BudgetCycle charge)
      throws SQLException {
    statement.setString(first, charge.budget());
    statement.setLong(first + 1, charge.cycle().start().toEpochMilli());
    statement.setLong(first + 2, charge.cycle().endMillis());
    return first + 3;
  }

  private PreparedStatement statement(String sql) throws SQLException {
    return statements.on(connection, sql);
  }
}
