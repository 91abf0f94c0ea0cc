package io.nexus.server.cli;

import io.nexus.control.ledger.SpendGroup;
import io.nexus.control.ledger.SpendLine;
import io.nexus.control.ledger.SpendQuery;
import io.nexus.control.money.Money;
import io.nexus.server.spend.SpendBreakdown;
import io.nexus.server.spend.SpendSummary;
import java.io.PrintWriter;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;

/** A report of spend for a terminal: a table, with a chart if it is by day. */
final class SpendText {

  private static final BigDecimal LONGEST_BAR = BigDecimal.valueOf(30);
  private static final int CENTS = 2;
  private static final List<String> FIGURES =
      List.of("requests", "input", "cached", "output", "reasoning", "cost USD");

  /** Beyond this number of days, days without spend are left out. */
  private static final int MOST_DAYS = 400;

  private SpendText() {}

  static void print(PrintWriter out, SpendSummary summary) {
    var query = summary.query();
    if (summary.lines().isEmpty()) {
      out.println("Nothing spent" + between(query) + ".");
      return;
    }
    boolean days = query.by() == SpendGroup.DAY;
    var zone = days ? ", " + query.zone().getId() : "";
    out.println("Spend by " + SpendSummary.label(query.by()) + between(query) + zone);
    out.println();
    table(summary, days ? everyDay(summary.lines()) : summary.lines(), days).print(out);
  }

  /** Prints groups of groups, naming each outer one once. */
  static void print(PrintWriter out, SpendBreakdown breakdown) {
    var summary = breakdown.summary();
    var query = summary.query();
    if (summary.lines().isEmpty()) {
      print(out, summary);
      return;
    }
    var outer = SpendSummary.label(query.by());
    var inner = SpendSummary.label(breakdown.then());
    out.println("Spend by " + outer + " and " + inner + between(query));
    out.println();
    var head = new ArrayList<>(List.of(outer, inner));
    head.addAll(FIGURES);
    var table = new TextTable(head, 1);
    var lines = breakdown.rows().stream().map(SpendBreakdown.Row::line).toList();
    int decimals = decimals(summary.total(), lines);
    var last = "";
    boolean first = true;
    for (var row : breakdown.rows()) {
      boolean again = !first && row.outer().equals(last);
      table.add(row(again ? "" : named(row.outer()), row.line(), decimals));
      last = row.outer();
      first = false;
    }
    table.addRule();
    table.add(totalRow(summary.total(), decimals));
    table.print(out);
  }

  private static List<String> row(String outer, SpendLine line, int decimals) {
    var row = new ArrayList<>(List.of(outer));
    row.addAll(row(line, decimals, false, ""));
    return row;
  }

  /** The row of the total. */
  private static List<String> totalRow(SpendLine total, int decimals) {
    var row = row("total", total, decimals);
    row.set(1, "");
    return row;
  }

  private static String between(SpendQuery query) {
    var since = query.since().equals(Instant.EPOCH) ? "" : " since " + query.since();
    var until = query.until().equals(Instant.MAX) ? "" : " until " + query.until();
    return since + until;
  }

  private static String named(String group) {
    return group.isEmpty() ? "(none)" : group;
  }

  private static TextTable table(SpendSummary summary, List<SpendLine> lines, boolean chart) {
    var head = new ArrayList<String>();
    head.add(SpendSummary.label(summary.query().by()));
    head.addAll(FIGURES);
    if (chart) {
      head.add("");
    }
    var table = new TextTable(head, chart ? head.size() - 1 : 0);
    int decimals = decimals(summary.total(), lines);
    var most = lines.stream().map(SpendLine::cost).max(Money::compareTo).orElse(Money.ZERO);
    for (var line : lines) {
      table.add(row(line, decimals, chart, bar(line.cost(), most)));
    }
    table.addRule();
    table.add(row(summary.total(), decimals, chart, ""));
    return table;
  }

  private static List<String> row(SpendLine line, int decimals, boolean chart, String bar) {
    var row = new ArrayList<String>();
    row.add(named(line.group()));
    row.add(Long.toString(line.requests()));
    row.add(Long.toString(line.inputTokens()));
    row.add(Long.toString(line.cachedInputTokens()));
    row.add(Long.toString(line.outputTokens()));
    row.add(Long.toString(line.reasoningTokens()));
    row.add(line.cost().toUsd().setScale(decimals).toPlainString());
    if (chart) {
      row.add(bar);
    }
    return row;
  }

  /** The decimals of the finest amount, so that none is rounded and the points align. */
  private static int decimals(SpendLine total, List<SpendLine> lines) {
    int most = Math.max(CENTS, total.cost().toUsd().scale());
    for (var line : lines) {
      most = Math.max(most, line.cost().toUsd().scale());
    }
    return most;
  }

  /** Any spend shows at least one mark. */
  private static String bar(Money cost, Money most) {
    if (cost.nanos() <= 0) {
      return "";
    }
    var length =
        cost.toUsd().multiply(LONGEST_BAR).divide(most.toUsd(), 0, RoundingMode.UP).intValue();
    return "#".repeat(length);
  }

  private static List<SpendLine> everyDay(List<SpendLine> lines) {
    var first = LocalDate.parse(lines.getFirst().group());
    var end = LocalDate.parse(lines.getLast().group()).plusDays(1);
    if (first.plusDays(MOST_DAYS).isBefore(end)) {
      return lines;
    }
    var known = new HashMap<String, SpendLine>();
    lines.forEach(line -> known.put(line.group(), line));
    return first
        .datesUntil(end)
        .map(LocalDate::toString)
        .map(day -> known.getOrDefault(day, new SpendLine(day, 0, 0, 0, 0, 0, Money.ZERO)))
        .toList();
  }
}
