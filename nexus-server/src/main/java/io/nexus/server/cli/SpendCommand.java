package io.nexus.server.cli;

import io.nexus.control.ledger.SpendGroup;
import io.nexus.control.ledger.SpendLine;
import io.nexus.server.http.JsonText;
import io.nexus.server.spend.SpendBreakdown;
import io.nexus.server.spend.SpendSummary;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** {@code nexus spend}. */
@Command(
    name = "spend",
    description = "Report what was spent, from the ledger; also while a gateway runs on it.",
    footer = {
      "",
      "A moment is a day such as 2026-11-01, which stands for its beginning in the time zone of"
          + " [budget], an instant such as 2026-11-01T12:00:00Z, or how long ago, such as 24h or"
          + " 7d.",
      "With --by tag a request counts for each of its tags, and once in the total."
    },
    mixinStandardHelpOptions = true)
final class SpendCommand implements Runnable {

  private static final List<String> FIGURES =
      List.of(
          "requests",
          "input_tokens",
          "cached_input_tokens",
          "output_tokens",
          "reasoning_tokens",
          "cost_usd");

  @Mixin private LedgerOptions ledger;

  @Mixin private SpendFilters filters;

  @Option(
      names = "--by",
      split = ",",
      converter = Group.class,
      paramLabel = "GROUP",
      description =
          "model, backend, api, key, team, user, tag, outcome or day (default: model), or two of"
              + " them, as in team,model.")
  private List<SpendGroup> by = List.of(SpendGroup.MODEL);

  @Option(names = "--since", paramLabel = "MOMENT", description = "From then on.")
  private @Nullable String since;

  @Option(names = "--until", paramLabel = "MOMENT", description = "Before then.")
  private @Nullable String until;

  @Option(names = "--json", description = "As JSON.")
  private boolean json;

  @Option(names = "--csv", description = "As comma-separated values (RFC 4180).")
  private boolean csv;

  @Spec private CommandSpec spec;

  @SuppressWarnings("NullAway.Init")
  SpendCommand() {}

  @Override
  public void run() {
    if (json && csv) {
      throw new Failure(Failure.USAGE, "usage: --json, --csv: give one of them");
    }
    var config = ledger.load();
    if (by.size() > 2 || (by.size() == 2 && by.getFirst() == by.getLast())) {
      throw new Failure(Failure.USAGE, "usage: --by: give one group, or two that differ");
    }
    var where = filters.where();
    var query = LedgerOptions.query(config, by.getFirst(), since, until, where);
    if (by.size() == 2) {
      if (by.getFirst() == SpendGroup.TAG && where.containsKey(SpendGroup.TAG)) {
        throw new Failure(Failure.USAGE, "usage: --by, --tag: name the tag in one of them");
      }
      print(LedgerOptions.ask(config, books -> SpendBreakdown.of(books, query, by.getLast())));
      return;
    }
    var summary = LedgerOptions.ask(config, books -> SpendSummary.of(books, query));
    var out = spec.commandLine().getOut();
    if (json) {
      out.println(JsonText.write(summary::writeTo));
    } else if (csv) {
      printCsv(summary);
    } else {
      SpendText.print(out, summary);
    }
    out.flush();
  }

  private void print(SpendBreakdown breakdown) {
    var out = spec.commandLine().getOut();
    if (json) {
      out.println(JsonText.write(breakdown::writeTo));
    } else if (csv) {
      printHead();
      breakdown.rows().forEach(row -> printCsv(List.of(row.outer()), row.line()));
    } else {
      SpendText.print(out, breakdown);
    }
    out.flush();
  }

  private void printCsv(SpendSummary summary) {
    printHead();
    summary.lines().forEach(line -> printCsv(List.of(), line));
  }

  private void printHead() {
    var head = new ArrayList<>(by.stream().map(SpendSummary::label).toList());
    head.addAll(FIGURES);
    Csv.print(spec.commandLine().getOut(), head);
  }

  private void printCsv(List<String> before, SpendLine line) {
    var fields = new ArrayList<>(before);
    fields.add(line.group());
    fields.add(Long.toString(line.requests()));
    fields.add(Long.toString(line.inputTokens()));
    fields.add(Long.toString(line.cachedInputTokens()));
    fields.add(Long.toString(line.outputTokens()));
    fields.add(Long.toString(line.reasoningTokens()));
    fields.add(line.cost().toString());
    Csv.print(spec.commandLine().getOut(), fields);
  }

  /** Reads the name of a group. */
  static final class Group implements ITypeConverter<SpendGroup> {
    @Override
    public SpendGroup convert(String text) {
      return Arrays.stream(SpendGroup.values())
          .filter(group -> SpendSummary.label(group).equals(text))
          .findFirst()
          .orElseThrow(
              () ->
                  new TypeConversionException(
                      Arrays.stream(SpendGroup.values())
                          .map(SpendSummary::label)
                          .collect(Collectors.joining(", ", "give one of ", ""))));
    }
  }
}
