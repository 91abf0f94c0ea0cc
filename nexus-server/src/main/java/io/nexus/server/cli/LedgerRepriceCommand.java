package io.nexus.server.cli;

import io.nexus.control.budget.Glob;
import io.nexus.control.ledger.Due;
import io.nexus.control.ledger.SpendGroup;
import io.nexus.server.Prices;
import io.nexus.server.spend.CurrentPrices;
import java.io.PrintWriter;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code nexus ledger reprice}. */
@Command(
    name = "reprice",
    description =
        "Correct what was charged at a wrong price, by the prices of the configuration and of the"
            + " admin API. Records"
            + " stay as they are: corrections are entered beside them, and the balances move.",
    mixinStandardHelpOptions = true)
final class LedgerRepriceCommand implements Runnable {

  @Mixin private LedgerOptions ledger;

  @Option(
      names = "--since",
      required = true,
      paramLabel = "MOMENT",
      description = "Records from then on.")
  private String since = "";

  @Option(names = "--until", paramLabel = "MOMENT", description = "Records from before then.")
  private @Nullable String until;

  @Option(
      names = "--model",
      paramLabel = "GLOB",
      description = "The models, such as 'gpt-4o*' (default: all).")
  private String model = "*";

  @Option(names = "--dry-run", description = "Show what would change, and change nothing.")
  private boolean dryRun;

  @Spec private CommandSpec spec;

  @SuppressWarnings("NullAway.Init")
  LedgerRepriceCommand() {}

  @Override
  public void run() {
    var config = ledger.load();
    var query = LedgerOptions.query(config, SpendGroup.MODEL, since, until);
    var known = LedgerOptions.ask(config, books -> Prices.of(config, books));
    var prices = new CurrentPrices(known, config.backends(), new Glob(model));
    var changes = new PriceChanges();
    var done =
        LedgerOptions.ask(
            config,
            books -> new CorrectionRun(query, Due.byPrice(prices), changes).run(books, dryRun));
    var out = spec.commandLine().getOut();
    changes.print(out);
    left(out, prices);
    out.printf(
        "%d records looked at, %d %s, %s USD in all.%n",
        done.examined(), done.corrected(), dryRun ? "to correct" : "corrected", done.difference());
    out.flush();
  }

  private static void left(PrintWriter out, CurrentPrices prices) {
    for (var backend : prices.unknownBackends()) {
      out.println(
          "Left as they are: records of backend '"
              + backend
              + "', which is not among [[backends]] any more.");
    }
    for (var unpriced : prices.unpricedModels()) {
      out.println(
          "Left as they are: records of model '"
              + unpriced
              + "', whose price is unknown: give one in [[pricing]].");
    }
  }
}
