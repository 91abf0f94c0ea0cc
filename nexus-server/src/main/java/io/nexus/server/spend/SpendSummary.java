package io.nexus.server.spend;

import com.fasterxml.jackson.core.JsonGenerator;
import io.nexus.control.ledger.LedgerException;
import io.nexus.control.ledger.LedgerReports;
import io.nexus.control.ledger.SpendGroup;
import io.nexus.control.ledger.SpendLine;
import io.nexus.control.ledger.SpendQuery;
import io.nexus.control.money.Money;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Spend in groups and in total.
 *
 * @param query the query
 * @param lines the groups, the costliest first; days in their order
 * @param total the total of all records, each counted once; with tags it may be less than the sum
 *     of the lines
 */
public record SpendSummary(SpendQuery query, List<SpendLine> lines, SpendLine total) {

  /** Copies the list. */
  public SpendSummary {
    lines = List.copyOf(lines);
  }

  /** Queries the ledger. Blocks on a disk or a network. */
  public static SpendSummary of(LedgerReports books, SpendQuery query) throws LedgerException {
    var lines = books.spend(query);
    // A record counts in the group of each of its tags, but only in one backend's.
    var once =
        query.by() == SpendGroup.TAG ? books.spend(query.grouped(SpendGroup.BACKEND)) : lines;
    var total =
        once.stream().reduce(new SpendLine("total", 0, 0, 0, 0, 0, Money.ZERO), SpendLine::plus);
    return new SpendSummary(query, lines, total);
  }

  /** The name of a dimension, as users write it. */
  public static String label(SpendGroup by) {
    return by.name().toLowerCase(Locale.ROOT);
  }

  /** Writes it as one JSON object; money as numbers with all their decimals. */
  public void writeTo(JsonGenerator json) throws IOException {
    json.writeStartObject();
    head(json, label(query.by()));
    json.writeArrayFieldStart("data");
    for (var line : lines) {
      json.writeStartObject();
      json.writeStringField("group", line.group().isEmpty() ? null : line.group());
      figures(json, line);
      json.writeEndObject();
    }
    json.writeEndArray();
    tail(json);
    json.writeEndObject();
  }

  /** Writes the query. */
  void head(JsonGenerator json, String by) throws IOException {
    json.writeStringField("object", "spend");
    json.writeStringField("by", by);
    json.writeStringField("since", known(query.since(), Instant.EPOCH));
    json.writeStringField("until", known(query.until(), Instant.MAX));
    json.writeStringField("time_zone", query.zone().getId());
  }

  /** Writes the total. */
  void tail(JsonGenerator json) throws IOException {
    json.writeObjectFieldStart("total");
    figures(json, total);
    json.writeEndObject();
  }

  private static @Nullable String known(Instant bound, Instant none) {
    return bound.equals(none) ? null : bound.toString();
  }

  /** Writes a line's figures as fields of the open object. */
  public static void figures(JsonGenerator json, SpendLine line) throws IOException {
    json.writeNumberField("requests", line.requests());
    json.writeNumberField("input_tokens", line.inputTokens());
    json.writeNumberField("cached_input_tokens", line.cachedInputTokens());
    json.writeNumberField("output_tokens", line.outputTokens());
    json.writeNumberField("reasoning_tokens", line.reasoningTokens());
    json.writeNumberField("cost_usd", line.cost().toUsd());
  }
}
