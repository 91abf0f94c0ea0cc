package io.nexus.ledger.jdbc;

import io.nexus.control.ledger.BudgetCycle;
import io.nexus.control.ledger.Corrections;
import io.nexus.control.ledger.RecordId;
import io.nexus.control.ledger.SpendGroup;
import io.nexus.control.ledger.SpendLine;
import io.nexus.control.ledger.SpendQuery;
import io.nexus.control.ledger.SpendRecord;
import io.nexus.control.ledger.SpendSlice;
import io.nexus.control.ledger.SpendSlices;
import io.nexus.control.ledger.SpendStep;
import io.nexus.control.ledger.SpendSums;
import io.nexus.control.money.Money;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDate;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Sums over the table of records, within one transaction. */
final class SpendReport {

  /** Every time zone's midnight falls on a quarter of an hour. */
  private static final long QUARTER_MILLIS = 900_000;

  /** The quarter of an hour, as the ninth column. */
  private static final String QUARTERS = ", at / " + QUARTER_MILLIS + " AS quarter";

  /** The outcomes of records that only move balances. */
  static final String NOT_SPENT = "('FORGIVEN', 'CARRIED')";

  private static final long MOST_DOLLARS = Long.MAX_VALUE / Money.NANOS_PER_USD;

  private SpendReport() {}

  static List<SpendLine> lines(Connection connection, SpendQuery query) throws SQLException {
    var sums = new SpendSums(query);
    each(connection, query, "", (line, _) -> sums.add(line));
    return sums.lines();
  }

  /** Sums by group and time slice. */
  static List<SpendSlice> slices(Connection connection, SpendQuery query, SpendStep step)
      throws SQLException {
    var slices = new SpendSlices(query, step);
    each(
        connection,
        query,
        QUARTERS,
        (line, rows) -> slices.add(Instant.ofEpochMilli(rows.getLong(9) * QUARTER_MILLIS), line));
    return slices.slices();
  }

  /** Receives the spend of one group in one row. */
  @FunctionalInterface
  private interface Lines {
    void add(SpendLine line, ResultSet row) throws SQLException;
  }

  /**
   * Reads the table of sums where possible, and records at the ends of the time that no whole slot
   * covers. The ranges do not overlap, so concurrent posts do no harm.
   */
  private static void each(Connection connection, SpendQuery query, String time, Lines lines)
      throws SQLException {
    long since = query.sinceMillis();
    long until = query.untilMillis();
    long slot = SumTable.SLOT_MILLIS;
    long last = until / slot * slot;
    long begun = since / slot * slot;
    long first = begun == since ? since : begun > last - slot ? last : begun + slot;
    var kind = SumTable.kind(query, !time.isEmpty());
    if (kind.isEmpty() || first >= last) {
      records(connection, query, time, lines);
      return;
    }
    if (since < first) {
      records(connection, within(query, since, first), time, lines);
    }
    sums(connection, kind.get(), within(query, first, last), time, lines);
    if (last < until) {
      records(connection, within(query, last, until), time, lines);
    }
  }

  private static SpendQuery within(SpendQuery query, long since, long until) {
    return new SpendQuery(
        query.by(),
        Instant.ofEpochMilli(since),
        Instant.ofEpochMilli(until),
        query.zone(),
        query.keys(),
        query.where());
  }

  private static void records(Connection connection, SpendQuery query, String time, Lines lines)
      throws SQLException {
    var figures =
        "sum(CASE WHEN revision = 0 THEN 1 ELSE 0 END), sum(input_tokens),"
            + " sum(cached_input_tokens), sum(output_tokens), sum(reasoning_tokens), "
            + sums("cost");
    var from = " FROM nexus_spend WHERE outcome NOT IN " + NOT_SPENT + " AND ";
    add(connection, Filter.of(query), figures + time + from, lines);
  }

  private static void sums(
      Connection connection, SpendGroup kind, SpendQuery query, String time, Lines lines)
      throws SQLException {
    var figures =
        "sum(requests), sum(input_tokens), sum(cached_input_tokens), sum(output_tokens),"
            + " sum(reasoning_tokens), sum(cost_usd), sum(cost_nanos)";
    var from = " FROM nexus_sum WHERE kind = '" + kind + "' AND ";
    add(connection, Filter.of(query, SumTable::column), figures + time + from, lines);
  }

  private static void add(Connection connection, Filter filter, String figuresFrom, Lines lines)
      throws SQLException {
    var query = filter.query();
    try (var select =
        connection.prepareStatement(
            "SELECT "
                + filter.columns().apply(query.by())
                + ", "
                + figuresFrom
                + filter.sql()
                + " GROUP BY 1"
                + (figuresFrom.contains(QUARTERS) ? ", 9" : ""))) {
      filter.bind(select);
      try (var rows = select.executeQuery()) {
        while (rows.next()) {
          for (var group : groups(query, rows.getString(1))) {
            lines.add(
                new SpendLine(
                    group,
                    rows.getLong(2),
                    rows.getLong(3),
                    rows.getLong(4),
                    rows.getLong(5),
                    rows.getLong(6),
                    sum(rows, 7)),
                rows);
          }
        }
      }
    }
  }

  static String column(SpendGroup by) {
    return switch (by) {
      case MODEL -> "model";
      case BACKEND -> "backend";
      case API -> "api";
      case KEY -> "caller_key";
      case TEAM -> "team";
      case USER -> "caller_user";
      case OUTCOME -> "outcome";
      case TAG -> "tags";
      case DAY -> "at / " + QUARTER_MILLIS;
    };
  }

  private static List<String> groups(SpendQuery query, String stored) {
    return switch (query.by()) {
      case MODEL, BACKEND, API, KEY, TEAM, USER -> List.of(stored);
      case OUTCOME -> List.of(stored.toLowerCase(Locale.ROOT));
      case TAG -> stored.isEmpty() ? List.of("") : SpendTable.tags(stored);
      case DAY -> {
        var at = Instant.ofEpochMilli(Long.parseLong(stored) * QUARTER_MILLIS);
        yield List.of(LocalDate.ofInstant(at, query.zone()).toString());
      }
    };
  }

  /**
   * A sum of money as two columns, dollars and the rest: a sum may exceed 64 bits, at which
   * databases fail or become inexact.
   */
  static String sums(String column) {
    return "sum(%1$s / %2$d), sum(%1$s %% %2$d)".formatted(column, Money.NANOS_PER_USD);
  }

  /** The amount of such columns. */
  static Money sum(ResultSet rows, int column) throws SQLException {
    var dollars = new Money(Math.min(MOST_DOLLARS, rows.getLong(column)) * Money.NANOS_PER_USD);
    return dollars.saturatedPlus(new Money(rows.getLong(column + 1)));
  }

  /** Receives the sum of records charged to the same cycle. */
  @FunctionalInterface
  interface Sums {
    void add(String charges, Money sum);
  }

  /**
   * Adds up the records from before a time.
   *
   * @return how many records
   */
  static long perCharge(Connection connection, long before, Sums sums) throws SQLException {
    return perCharge(connection, 0, before, sums);
  }

  /** The same of records from a time on. */
  static long perCharge(Connection connection, long since, long before, Sums sums)
      throws SQLException {
    long records = 0;
    try (var select =
        connection.prepareStatement(
            "SELECT charges, count(*), "
                + sums("cost")
                + " FROM nexus_spend WHERE at >= ? AND at < ? GROUP BY charges")) {
      select.setLong(1, since);
      select.setLong(2, before);
      try (var rows = select.executeQuery()) {
        while (rows.next()) {
          sums.add(rows.getString(1), sum(rows, 3));
          records += rows.getLong(2);
        }
      }
    }
    return records;
  }

  /**
   * The time before which there is about a slice of records, all from before an end.
   *
   * @return the end if there are fewer
   */
  static long sliceEnd(Connection connection, int slice, long end) throws SQLException {
    try (var select =
        connection.prepareStatement(
            "SELECT at FROM nexus_spend WHERE at < ? ORDER BY at LIMIT 1 OFFSET " + slice)) {
      select.setLong(1, end);
      try (var rows = select.executeQuery()) {
        return rows.next() ? rows.getLong(1) + 1 : end;
      }
    }
  }

  /** The part of each balance from pruned records, less excused amounts. */
  static Map<BudgetCycle, Money> removed(Connection connection) throws SQLException {
    var removed = new HashMap<BudgetCycle, Money>();
    try (var statement = connection.createStatement();
        var rows =
            statement.executeQuery(
                "SELECT budget, cycle_start, cycle_end, pruned, excused FROM nexus_balance")) {
      while (rows.next()) {
        long nanos = Money.saturatedSubtract(rows.getLong(4), rows.getLong(5));
        removed.put(BalanceTable.charge(rows), new Money(nanos));
      }
    }
    return removed;
  }

  /** Passes the existing corrections of these records on. */
  static void corrections(Connection connection, List<SpendRecord> records, Corrections corrections)
      throws SQLException {
    if (records.isEmpty()) {
      return;
    }
    try (var select =
        connection.prepareStatement(
            "SELECT request_id, attempt, revision, cost FROM nexus_spend WHERE revision > 0"
                + " AND request_id IN (?"
                + ", ?".repeat(records.size() - 1)
                + ")")) {
      int at = 1;
      for (var record : records) {
        select.setString(at++, record.attempt().requestId());
      }
      try (var rows = select.executeQuery()) {
        while (rows.next()) {
          corrections.charged(
              new RecordId(rows.getString(1), rows.getInt(2), rows.getInt(3)),
              new Money(rows.getLong(4)));
        }
      }
    }
  }
}
