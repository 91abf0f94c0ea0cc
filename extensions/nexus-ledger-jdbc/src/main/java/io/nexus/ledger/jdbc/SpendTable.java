package io.nexus.ledger.jdbc;

import io.nexus.control.budget.Caller;
import io.nexus.control.ledger.BudgetCycle;
import io.nexus.control.ledger.Outcome;
import io.nexus.control.ledger.Precision;
import io.nexus.control.ledger.RecordId;
import io.nexus.control.ledger.ServedBy;
import io.nexus.control.ledger.SpendQuery;
import io.nexus.control.ledger.SpendRecord;
import io.nexus.control.money.Money;
import io.nexus.control.money.Usage;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/** The table of records, within one transaction. Records hold no control characters. */
final class SpendTable {

  private static final String COLUMNS =
      "request_id, attempt, revision, at, caller_key, team, caller_user, tags, backend, provider,"
          + " model, input_tokens, cached_input_tokens, cache_write_tokens, audio_input_tokens,"
          + " output_tokens, reasoning_tokens, audio_output_tokens, price, cost,"
          + " precision_of_usage, outcome, charges";
  private static final int WIDTH = 23;
  private static final String IN = "\u001f";
  private static final String BETWEEN = "\u001e";

  private final Connection connection;

  SpendTable(Connection connection) {
    this.connection = connection;
  }

  /**
   * Enters those that are new.
   *
   * @return them
   */
  List<SpendRecord> enter(List<SpendRecord> records) throws SQLException {
    try (var insert =
        connection.prepareStatement(
            "INSERT INTO nexus_spend ("
                + COLUMNS
                + ") VALUES (?"
                + ", ?".repeat(WIDTH - 1)
                + ") ON CONFLICT DO NOTHING")) {
      for (var record : records) {
        bind(insert, record);
        insert.addBatch();
      }
      int[] counts = insert.executeBatch();
      var entered = new ArrayList<SpendRecord>(records.size());
      for (int i = 0; i < counts.length; i++) {
        if (counts[i] > 0) {
          entered.add(records.get(i));
        }
      }
      return entered;
    }
  }

  private static void bind(PreparedStatement row, SpendRecord record) throws SQLException {
    int at = 1;
    row.setString(at++, record.attempt().requestId());
    row.setInt(at++, record.attempt().number());
    row.setInt(at++, record.attempt().revision());
    row.setLong(at++, record.at().toEpochMilli());
    row.setString(at++, record.caller().key());
    row.setString(at++, record.caller().team());
    row.setString(at++, record.caller().user());
    row.setString(at++, String.join(IN, record.caller().tags()));
    row.setString(at++, record.target().backend());
    row.setString(at++, record.target().provider());
    row.setString(at++, record.target().model());
    row.setLong(at++, record.usage().inputTokens());
    row.setLong(at++, record.usage().cachedInputTokens());
    row.setLong(at++, record.usage().cacheWriteTokens());
    row.setLong(at++, record.usage().audioInputTokens());
    row.setLong(at++, record.usage().outputTokens());
    row.setLong(at++, record.usage().reasoningTokens());
    row.setLong(at++, record.usage().audioOutputTokens());
    row.setString(at++, record.price());
    row.setLong(at++, record.cost().nanos());
    row.setString(at++, record.precision().name());
    row.setString(at++, record.outcome().name());
    row.setString(at, charges(record.charges()));
  }

  /** A page of records in the order of time, from behind the last one of the page before. */
  List<SpendRecord> page(SpendQuery query, List<SpendRecord> before, int size) throws SQLException {
    var filter = Filter.of(query);
    var after = before.isEmpty() ? "" : " AND (at, request_id, attempt, revision) > (?, ?, ?, ?)";
    try (var select =
        connection.prepareStatement(
            "SELECT "
                + COLUMNS
                + " FROM nexus_spend WHERE "
                + filter.sql()
                + after
                + " ORDER BY at, request_id, attempt, revision LIMIT "
                + size)) {
      int at = filter.bind(select);
      if (!before.isEmpty()) {
        var last = before.getLast();
        select.setLong(at++, last.at().toEpochMilli());
        select.setString(at++, last.attempt().requestId());
        select.setInt(at++, last.attempt().number());
        select.setInt(at, last.attempt().revision());
      }
      try (var rows = select.executeQuery()) {
        var page = new ArrayList<SpendRecord>();
        while (rows.next()) {
          page.add(read(rows));
        }
        return page;
      }
    }
  }

  private static SpendRecord read(ResultSet row) throws SQLException {
    return new SpendRecord(
        new RecordId(row.getString(1), row.getInt(2), row.getInt(3)),
        Instant.ofEpochMilli(row.getLong(4)),
        new Caller(row.getString(5), row.getString(6), row.getString(7), tags(row.getString(8))),
        new ServedBy(row.getString(9), row.getString(10), row.getString(11)),
        new Usage(
            row.getLong(12),
            row.getLong(13),
            row.getLong(14),
            row.getLong(15),
            row.getLong(16),
            row.getLong(17),
            row.getLong(18)),
        row.getString(19),
        new Money(row.getLong(20)),
        Precision.valueOf(row.getString(21)),
        Outcome.valueOf(row.getString(22)),
        charges(row.getString(23)));
  }

  static List<String> tags(String stored) {
    return stored.isEmpty() ? List.of() : Arrays.asList(stored.split(IN, -1));
  }

  static String charges(List<BudgetCycle> charges) {
    return charges.stream()
        .map(
            charge ->
                charge.budget()
                    + IN
                    + charge.cycle().start().toEpochMilli()
                    + IN
                    + charge.cycle().endMillis())
        .collect(Collectors.joining(BETWEEN));
  }

  static List<BudgetCycle> charges(String stored) {
    if (stored.isEmpty()) {
      return List.of();
    }
    return Arrays.stream(stored.split(BETWEEN, -1))
        .map(
            charge -> {
              var parts = charge.split(IN, -1);
              return new BudgetCycle(
                  parts[0], Accounts.cycle(Long.parseLong(parts[1]), Long.parseLong(parts[2])));
            })
        .toList();
  }
}
