package io.nexus.server.cli;

import io.nexus.control.ledger.SpendGroup;
import io.nexus.server.http.JsonText;
import io.nexus.server.spend.SpendSummary;
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

  @Mixin private LedgerOptions ledger;

  @Option(
      names = "--by",
      converter = Group.class,
      paramLabel = "GROUP",
      description = "model, backend, api, key, team, user, tag, outcome or day (default: model).")
  private SpendGroup by = SpendGroup.MODEL;

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
    var query = LedgerOptions.query(config, by, since, until);
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

  private void printCsv(SpendSummary summary) {
    var out = spec.commandLine().getOut();
    Csv.print(
        out,
        List.of(
            SpendSummary.label(by),
            "requests",
            "input_tokens",
            "cached_input_tokens",
            "output_tokens",
            "reasoning_tokens",
            "cost_usd"));
    for (var line : summary.lines()) {
      Csv.print(
          out,
          List.of(
              line.group(),
              Long.toString(line.requests()),
              Long.toString(line.inputTokens()),
              Long.toString(line.cachedInputTokens()),
              Long.toString(line.outputTokens()),
              Long.toString(line.reasoningTokens()),
              line.cost().toString()));
    }
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
