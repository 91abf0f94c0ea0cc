package io.nexus.ledger.jdbc;

import io.nexus.control.ledger.SpendGroup;
import io.nexus.control.ledger.SpendQuery;
import io.nexus.control.ledger.SpendRecord;
import io.nexus.control.money.Money;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Instant;
import java.time.ZoneId;
import java.time.zone.ZoneOffsetTransition;
import java.time.zone.ZoneOffsetTransitionRule;
import java.util.Collection;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * The table of sums of records by half hour and the usual groups of reports. A report of a month
 * reads it instead of a million records.
 *
 * <p>Each row belongs to one kind of group. The transaction that enters or deletes records also
 * updates the rows, so that they always match: one row for each group in a batch. So there are no
 * kinds with as many groups as records: reports by key, user or tag, or by several kinds, read the
 * records themselves.
 */
final class SumTable {

  /** The length of the slots of sums, in milliseconds; each begins at a multiple of it. */
  static final long SLOT_MILLIS = 1_800_000;

  private static final int SLOT_SECONDS = (int) (SLOT_MILLIS / 1000);

  private static final List<SpendGroup> KINDS =
      List.of(
          SpendGroup.MODEL,
          SpendGroup.BACKEND,
          SpendGroup.API,
          SpendGroup.TEAM,
          SpendGroup.OUTCOME);

  private static final String KEY = "at, kind, name";

  private static final List<String> FIGURES =
      List.of(
          "records",
          "requests",
          "input_tokens",
          "cached_input_tokens",
          "output_tokens",
          "reasoning_tokens",
          "cost_usd",
          "cost_nanos");

  private static final String INTO =
      "INSERT INTO nexus_sum AS s (" + KEY + ", " + String.join(", ", FIGURES) + ") ";

  private static final String ADDING =
      " ON CONFLICT ("
          + KEY
          + ") DO UPDATE SET "
          + FIGURES.stream()
              .map(figure -> figure + " = s." + figure + " + excluded." + figure)
              .collect(Collectors.joining(", "));

  /** What records come to, in the order of the figures. */
  private static final List<String> OF_RECORDS =
      List.of(
          "count(*)",
          "sum(CASE WHEN revision = 0 THEN 1 ELSE 0 END)",
          "sum(input_tokens)",
          "sum(cached_input_tokens)",
          "sum(output_tokens)",
          "sum(reasoning_tokens)",
          "sum(cost / " + Money.NANOS_PER_USD + ")",
          "sum(cost % " + Money.NANOS_PER_USD + ")");

  private static final String SLOT = "at / " + SLOT_MILLIS + " * " + SLOT_MILLIS;

  /** Adds the sums of a table with the columns of the table of records. */
  static final String ADD = change("", "#from", OF_RECORDS);

  /** Subtracts the sums of the records within a time. */
  private static final String TAKE_OFF =
      change("-", "(SELECT * FROM nexus_spend WHERE at >= ? AND at < ?) AS gone", OF_RECORDS);

  /** Adds the sums of all records, which may be many and are read once. */
  static final String FILL =
      "WITH slots AS MATERIALIZED (SELECT "
          + SLOT
          + " AS at, model, backend, api, team, outcome, "
          + IntStream.range(0, FIGURES.size())
              .mapToObj(i -> OF_RECORDS.get(i) + " AS " + FIGURES.get(i))
              .collect(Collectors.joining(", "))
          + " FROM nexus_spend GROUP BY 1, 2, 3, 4, 5, 6) "
          + change("", "slots", FIGURES.stream().map(figure -> "sum(" + figure + ")").toList());

  /** Adds a row to that of the same slot, kind and name: the key, then the figures. */
  static final String ADD_ROW =
      INTO + "VALUES (?, ?, ?" + ", ?".repeat(FIGURES.size()) + ")" + ADDING;

  private final Connection connection;

  SumTable(Connection connection) {
    this.connection = connection;
  }

  private static String change(String sign, String from, List<String> sums) {
    var columns =
        sums.stream()
            .map(sum -> "CAST(" + sign + sum + " AS BIGINT)")
            .collect(Collectors.joining(", "));
    var all =
        KINDS.stream()
            .map(
                kind ->
                    "SELECT "
                        + SLOT
                        + " AS slot, '"
                        + kind
                        + "' AS kind, "
                        + SpendReport.column(kind)
                        + " AS name, "
                        + columns
                        + " FROM "
                        + from
                        + " WHERE outcome NOT IN "
                        + SpendReport.NOT_SPENT
                        + " GROUP BY 1, 3")
            .collect(Collectors.joining(" UNION ALL "));
    // In a fixed order, so that sessions cannot deadlock.
    return INTO + "SELECT * FROM (" + all + ") AS added WHERE true ORDER BY 1, 2, 3" + ADDING;
  }

  private record Row(long at, SpendGroup kind, String name) {}

  /** Adds records that were entered, by {@link #ADD_ROW}. */
  static void add(PreparedStatement upsert, Collection<SpendRecord> records) throws SQLException {
    var rows = new HashMap<Row, long[]>();
    for (var record : records) {
      if (!record.outcome().movesBalancesOnly()) {
        add(rows, record);
      }
    }
    for (var each : rows.entrySet()) {
      var row = each.getKey();
      upsert.setLong(1, row.at());
      upsert.setString(2, row.kind().name());
      upsert.setString(3, row.name());
      for (int i = 0; i < FIGURES.size(); i++) {
        upsert.setLong(i + 4, each.getValue()[i]);
      }
      upsert.execute();
    }
  }

  private static void add(Map<Row, long[]> rows, SpendRecord record) {
    long slot = record.at().toEpochMilli() / SLOT_MILLIS * SLOT_MILLIS;
    long nanos = record.cost().nanos();
    for (var kind : KINDS) {
      var row = new Row(slot, kind, stored(kind, record));
      var sums = rows.computeIfAbsent(row, _ -> new long[FIGURES.size()]);
      sums[0]++;
      sums[1] += record.attempt().revision() == 0 ? 1 : 0;
      sums[2] += record.usage().inputTokens();
      sums[3] += record.usage().cachedInputTokens();
      sums[4] += record.usage().outputTokens();
      sums[5] += record.usage().reasoningTokens();
      sums[6] += nanos / Money.NANOS_PER_USD;
      sums[7] += nanos % Money.NANOS_PER_USD;
    }
  }

  private static String stored(SpendGroup kind, SpendRecord record) {
    return switch (kind) {
      case MODEL -> record.target().model();
      case BACKEND -> record.target().backend();
      case API -> record.target().api();
      case TEAM -> record.caller().team();
      case OUTCOME -> record.outcome().name();
      case KEY, USER, TAG, DAY -> throw new IllegalArgumentException(kind + " is no kind of sums");
    };
  }

  /** Subtracts all records from before a time, which are about to be deleted. */
  void takeOff(long end) throws SQLException {
    long slot = end / SLOT_MILLIS * SLOT_MILLIS;
    change("DELETE FROM nexus_sum WHERE at < ?", slot);
    if (slot < end) {
      var parameters = new long[2 * KINDS.size()];
      for (int i = 0; i < parameters.length; i += 2) {
        parameters[i] = slot;
        parameters[i + 1] = end;
      }
      change(TAKE_OFF, parameters);
      change("DELETE FROM nexus_sum WHERE at = ? AND records = 0", slot);
    }
  }

  private void change(String sql, long... parameters) throws SQLException {
    try (var change = connection.prepareStatement(sql)) {
      for (int i = 0; i < parameters.length; i++) {
        change.setLong(i + 1, parameters[i]);
      }
      change.execute();
    }
  }

  /**
   * The kind of sums that answers a query, except for the ends of its time.
   *
   * @param inTime whether the query has time slices, which must consist of whole slots
   * @return empty if only the records themselves answer it
   */
  static Optional<SpendGroup> kind(SpendQuery query, boolean inTime) {
    var asked = EnumSet.of(query.by());
    asked.addAll(query.where().keySet());
    if (!query.keys().isEmpty()) {
      asked.add(SpendGroup.KEY);
    }
    if ((asked.remove(SpendGroup.DAY) || inTime) && !hasWholeSlots(query.zone())) {
      return Optional.empty();
    }
    if (asked.isEmpty()) {
      return Optional.of(SpendGroup.API);
    }
    return KINDS.stream().filter(kind -> asked.equals(EnumSet.of(kind))).findFirst();
  }

  /** The column of a group, in rows of the kind from {@link #kind}. */
  static String column(SpendGroup group) {
    return group == SpendGroup.DAY ? SpendReport.column(group) : "name";
  }

  /** Whether all hours and days of a zone begin at a slot, since the epoch of records. */
  private static boolean hasWholeSlots(ZoneId zone) {
    var rules = zone.getRules();
    var offsets =
        Stream.of(
            Stream.of(rules.getOffset(Instant.EPOCH)),
            rules.getTransitions().stream()
                .filter(each -> each.getInstant().isAfter(Instant.EPOCH))
                .map(ZoneOffsetTransition::getOffsetAfter),
            rules.getTransitionRules().stream().map(ZoneOffsetTransitionRule::getOffsetAfter));
    return offsets
        .flatMap(each -> each)
        .allMatch(offset -> offset.getTotalSeconds() % SLOT_SECONDS == 0);
  }
}
