package io.nexus.server.cli;

import java.time.Duration;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code nexus ledger prune}. */
@Command(
    name = "prune",
    description =
        "Remove old spend records now; gateways do it daily. Balances of cycles that have not ended"
            + " by then stay right.",
    mixinStandardHelpOptions = true)
final class LedgerPruneCommand implements Runnable {

  @Mixin private LedgerOptions ledger;

  @Option(
      names = "--before",
      paramLabel = "MOMENT",
      description = "The oldest to keep (default: [ledger] keep_days ago).")
  private @Nullable String before;

  @Spec private CommandSpec spec;

  @SuppressWarnings("NullAway.Init")
  LedgerPruneCommand() {}

  @Override
  public void run() {
    var config = ledger.load();
    var moments = LedgerOptions.moments(config);
    var oldest =
        before == null
            ? moments.now().minus(Duration.ofDays(config.ledger().keepDays()))
            : LedgerOptions.moment(moments, "--before", before);
    if (oldest.isAfter(moments.now())) {
      throw new Failure(
          Failure.USAGE, "usage: --before: it is in the future: give a moment that has passed");
    }
    long records = LedgerOptions.ask(config, books -> books.prune(oldest));
    spec.commandLine()
        .getOut()
        .println("Removed " + records + " records from before " + oldest + ".");
  }
}
