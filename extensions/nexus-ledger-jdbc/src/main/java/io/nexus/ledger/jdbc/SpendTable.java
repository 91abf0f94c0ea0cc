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
import java.util.function.Function;
import java.util.stream.Collectors;

/** The table of records, within one transaction. Records hold no control characters. */
final class SpendTable {

  static final String IN = "\u001f";
  private static final String BETWEEN = "\u001e";

  /** The columns, in the order in which rows are read. */
  static final List<Column> COLUMNS =
      List.of(
          new Column("request_id", "text", record -> record.attempt().requestId()),
          new Column("attempt", "integer", record -> record.attempt().number()),
          new Column("revision", "integer", record -> record.attempt().revision()),
          new Column("at", "bigint", record -> record.at().toEpochMilli()),
          new Column("caller_key", "text", record -> record.caller().key()),
          new Column("team", "text", record -> record.caller().team()),
          new Column("caller_user", "text", record -> record.caller().user()),
          new Column("tags", "text", record -> String.join(IN, record.caller().tags())),
          new Column("backend", "text", record -> record.target().backend()),
          new Column("provider", "text", record -> record.target().provider()),
          new Column("model", "text", record -> record.target().model()),
          new Column("input_tokens", "bigint", record -> record.usage().inputTokens()),
          new Column("cached_input_tokens", "bigint", record -> record.usage().cachedInputTokens()),
          new Column("cache_write_tokens", "bigint", record -> record.usage().cacheWriteTokens()),
          new Column("audio_input_tokens", "bigint", record -> record.usage().audioInputTokens()),
          new Column("output_tokens", "bigint", record -> record.usage().outputTokens()),
          new Column("reasoning_tokens", "bigint", record -> record.usage().reasoningTokens()),
          new Column("audio_output_tokens", "bigint", record -> record.usage().audioOutputTokens()),
          new Column("price", "text", SpendRecord::price),
          new Column("cost", "bigint", record -> record.cost().nanos()),
          new Column("precision_of_usage", "text", record -> record.precision().name()),
          new Column("outcome", "text", record -> record.outcome().name()),
          new Column("charges", "text", record -> charges(record.charges())),
          new Column("api", "text", record -> record.target().api()),
          new Column("other_usage", "text", record -> record.usage().extrasText()));

  /** Their names. */
  static final String NAMES = COLUMNS.stream().map(Column::name).collect(Collectors.joining(", "));

  private final Connection connection;

  /** A column of the table. */
  record Column(String name, String type, Function<SpendRecord, Object> value) {}

  SpendTable(Connection connection) {
    this.connection = connection;
  }

  /** A page of records in order of time, after the last one of the previous page. */
  List<SpendRecord> page(SpendQuery query, List<SpendRecord> before, int size) throws SQLException {
    var filter = Filter.of(query);
    var after = before.isEmpty() ? "" : " AND (at, request_id, attempt, revision) > (?, ?, ?, ?)";
    try (var select =
        connection.prepareStatement(
            "SELECT "
                + NAMES
                + " FROM nexus_spend WHERE "
                + filter.sql()
                + after
                + " ORDER BY at, request_id, attempt, revision LIMIT "
                + size)) {
      int at = filter.bind(select);
      if (!before.isEmpty()) {
        bind(select, at, before.getLast().place());
      }
      return read(select);
    }
  }

  /** The last records, the newest first, from before the place if there is one. */
  List<SpendRecord> latest(SpendQuery query, List<SpendRecord.Place> before, int max)
      throws SQLException {
    var filter = Filter.of(query);
    var bound = before.isEmpty() ? "" : " AND (at, request_id, attempt, revision) < (?, ?, ?, ?)";
    try (var select =
        connection.prepareStatement(
            "SELECT "
                + NAMES
                + " FROM nexus_spend WHERE "
                + filter.sql()
                + bound
                + " ORDER BY at DESC, request_id DESC, attempt DESC, revision DESC LIMIT "
                + max)) {
      int at = filter.bind(select);
      for (var place : before) {
        bind(select, at, place);
      }
      return read(select);
    }
  }

  private static void bind(PreparedStatement select, int from, SpendRecord.Place place)
      throws SQLException {
    int at = from;
    select.setLong(at++, place.at().toEpochMilli());
    select.setString(at++, place.id().requestId());
    select.setInt(at++, place.id().number());
    select.setInt(at, place.id().revision());
  }

  private static List<SpendRecord> read(PreparedStatement select) throws SQLException {
    try (var rows = select.executeQuery()) {
      var page = new ArrayList<SpendRecord>();
      while (rows.next()) {
        page.add(read(rows));
      }
      return page;
    }
  }

  private static SpendRecord read(ResultSet row) throws SQLException {
    return new SpendRecord(
        new RecordId(row.getString(1), row.getInt(2), row.getInt(3)),
        Instant.ofEpochMilli(row.getLong(4)),
        new Caller(row.getString(5), row.getString(6), row.getString(7), tags(row.getString(8))),
        new ServedBy(row.getString(9), row.getString(10), row.getString(11), row.getString(24)),
        new Usage(
            row.getLong(12),
            row.getLong(13),
            row.getLong(14),
            row.getLong(15),
            row.getLong(16),
            row.getLong(17),
            row.getLong(18),
            Usage.extras(row.getString(25))),
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
    var stored = new StringBuilder();
    for (var charge : charges) {
      stored
          .append(stored.isEmpty() ? "" : BETWEEN)
          .append(charge.budget())
          .append(IN)
          .append(charge.cycle().start().toEpochMilli())
          .append(IN)
          .append(charge.cycle().endMillis());
    }
    return stored.toString();
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
                  parts[0], BalanceTable.cycle(Long.parseLong(parts[1]), Long.parseLong(parts[2])));
            })
        .toList();
  }
}
