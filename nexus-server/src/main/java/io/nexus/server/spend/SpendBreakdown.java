package io.nexus.server.spend;

import com.fasterxml.jackson.core.JsonGenerator;
import io.nexus.control.ledger.LedgerException;
import io.nexus.control.ledger.LedgerReports;
import io.nexus.control.ledger.SpendGroup;
import io.nexus.control.ledger.SpendLine;
import io.nexus.control.ledger.SpendQuery;
import java.io.IOException;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Spend in nested groups, for instance by team, and for each team by model.
 *
 * @param summary the outer groups and the total
 * @param then the dimension of the inner groups
 * @param rows the inner groups, in the order of the outer ones
 */
public record SpendBreakdown(SpendSummary summary, SpendGroup then, List<Row> rows) {

  /** Copies the list. */
  public SpendBreakdown {
    rows = List.copyOf(rows);
  }

  /**
   * One inner group.
   *
   * @param outer its outer group
   * @param line its figures
   */
  public record Row(String outer, SpendLine line) {}

  /** Queries the ledger. Blocks on a disk or a network. */
  public static SpendBreakdown of(LedgerReports books, SpendQuery query, SpendGroup then)
      throws LedgerException {
    var summary = SpendSummary.of(books, query);
    var rows = new ArrayList<Row>();
    for (var outer : summary.lines()) {
      for (var inner : books.spend(within(query, outer.group()).grouped(then))) {
        rows.add(new Row(outer.group(), inner));
      }
    }
    return new SpendBreakdown(summary, then, rows);
  }

  /** The records of one group. */
  private static SpendQuery within(SpendQuery query, String group) {
    if (query.by() == SpendGroup.DAY) {
      var day = LocalDate.parse(group);
      return between(
          query,
          day.atStartOfDay(query.zone()).toInstant(),
          day.plusDays(1).atStartOfDay(query.zone()).toInstant());
    }
    Map<SpendGroup, String> where = new HashMap<>(query.where());
    where.put(query.by(), group);
    return new SpendQuery(
        query.by(), query.since(), query.until(), query.zone(), query.keys(), where);
  }

  private static SpendQuery between(SpendQuery query, Instant since, Instant until) {
    return new SpendQuery(
        query.by(),
        since.isAfter(query.since()) ? since : query.since(),
        until.isBefore(query.until()) ? until : query.until(),
        query.zone(),
        query.keys(),
        query.where());
  }

  /** Writes it as one JSON object; money as numbers with all their decimals. */
  public void writeTo(JsonGenerator json) throws IOException {
    var outer = SpendSummary.label(summary.query().by());
    var inner = SpendSummary.label(then);
    json.writeStartObject();
    summary.head(json, outer + "," + inner);
    json.writeArrayFieldStart("data");
    for (var row : rows) {
      json.writeStartObject();
      json.writeStringField(outer, row.outer.isEmpty() ? null : row.outer);
      json.writeStringField(inner, row.line.group().isEmpty() ? null : row.line.group());
      SpendSummary.figures(json, row.line);
      json.writeEndObject();
    }
    json.writeEndArray();
    summary.tail(json);
    json.writeEndObject();
  }
}
