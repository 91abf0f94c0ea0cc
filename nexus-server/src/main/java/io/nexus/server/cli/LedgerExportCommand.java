package io.nexus.server.cli;

import io.nexus.control.ledger.BudgetCycle;
import io.nexus.control.ledger.SpendGroup;
import io.nexus.control.ledger.SpendRecord;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code nexus ledger export}. */
@Command(
    name = "export",
    description = "Print the spend records as comma-separated values (RFC 4180), oldest first.",
    mixinStandardHelpOptions = true)
final class LedgerExportCommand implements Runnable {

  private static final List<String> HEAD =
      List.of(
          "request_id",
          "attempt",
          "revision",
          "at",
          "key",
          "team",
          "user",
          "tags",
          "backend",
          "provider",
          "model",
          "input_tokens",
          "cached_input_tokens",
          "cache_write_tokens",
          "audio_input_tokens",
          "output_tokens",
          "reasoning_tokens",
          "audio_output_tokens",
          "price",
          "cost_usd",
          "precision",
          "outcome",
          "budgets",
          "api",
          "other_usage");

  @Mixin private LedgerOptions ledger;

  @Option(names = "--since", paramLabel = "MOMENT", description = "From then on.")
  private @Nullable String since;

  @Option(names = "--until", paramLabel = "MOMENT", description = "Before then.")
  private @Nullable String until;

  @Spec private CommandSpec spec;

  @SuppressWarnings("NullAway.Init")
  LedgerExportCommand() {}

  @Override
  public void run() {
    var config = ledger.load();
    var query = LedgerOptions.query(config, SpendGroup.MODEL, since, until);
    var out = spec.commandLine().getOut();
    var _ =
        LedgerOptions.ask(
            config,
            books -> {
              Csv.print(out, HEAD);
              books.records(query, record -> Csv.print(out, fields(record)));
              return true;
            });
    out.flush();
  }

  private static List<String> fields(SpendRecord record) {
    var usage = record.usage();
    return List.of(
        record.attempt().requestId(),
        Integer.toString(record.attempt().number()),
        Integer.toString(record.attempt().revision()),
        record.at().toString(),
        record.caller().key(),
        record.caller().team(),
        record.caller().user(),
        String.join(",", record.caller().tags()),
        record.target().backend(),
        record.target().provider(),
        record.target().model(),
        Long.toString(usage.inputTokens()),
        Long.toString(usage.cachedInputTokens()),
        Long.toString(usage.cacheWriteTokens()),
        Long.toString(usage.audioInputTokens()),
        Long.toString(usage.outputTokens()),
        Long.toString(usage.reasoningTokens()),
        Long.toString(usage.audioOutputTokens()),
        record.price(),
        record.cost().toString(),
        record.precision().name().toLowerCase(Locale.ROOT),
        record.outcome().name().toLowerCase(Locale.ROOT),
        record.charges().stream().map(BudgetCycle::budget).collect(Collectors.joining(",")),
        record.target().api(),
        usage.extrasText());
  }
}
