package io.nexus.server.cli;

import io.nexus.control.ledger.Due;
import io.nexus.control.ledger.SpendGroup;
import io.nexus.control.ledger.SpendRecord;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code nexus ledger forgive}. */
@Command(
    name = "forgive",
    description =
        "Take back what requests were charged that were sent and never answered, once the"
            + " provider's bill shows that it has not charged them. Records stay as they are:"
            + " corrections are entered beside them, and the balances move.",
    mixinStandardHelpOptions = true)
final class LedgerForgiveCommand implements Runnable {

  private static final String UNKNOWN = "unknown";

  @Mixin private LedgerOptions ledger;

  @Option(
      names = "--outcome",
      required = true,
      paramLabel = UNKNOWN,
      description = "How they ended: only 'unknown' can be forgiven.")
  private String outcome = "";

  @Option(
      names = "--since",
      required = true,
      paramLabel = "MOMENT",
      description = "Records from then on.")
  private String since = "";

  @Option(names = "--until", paramLabel = "MOMENT", description = "Records from before then.")
  private @Nullable String until;

  @Option(
      names = "--backend",
      paramLabel = "NAME",
      description = "The backend that was asked (default: all).")
  private @Nullable String backend;

  @Option(names = "--dry-run", description = "Show what would change, and change nothing.")
  private boolean dryRun;

  @Spec private CommandSpec spec;

  @SuppressWarnings("NullAway.Init")
  LedgerForgiveCommand() {}

  @Override
  public void run() {
    if (!outcome.equals(UNKNOWN)) {
      throw new Failure(
          Failure.USAGE, "usage: --outcome: '" + outcome + "' cannot be forgiven: give " + UNKNOWN);
    }
    var config = ledger.load();
    var query = LedgerOptions.query(config, SpendGroup.MODEL, since, until);
    var changes = new PriceChanges();
    var run = new CorrectionRun(query, Due.forgivingUnknown(asked()), changes);
    var done = LedgerOptions.ask(config, books -> run.run(books, dryRun));
    var out = spec.commandLine().getOut();
    changes.print(out);
    out.printf(
        "%d records of outcome unknown, %d %s, %s USD in all.%n",
        done.examined(), done.corrected(), dryRun ? "to forgive" : "forgiven", done.difference());
    out.flush();
  }

  private Predicate<SpendRecord> asked() {
    var name = backend;
    return record -> name == null || record.target().backend().equals(name);
  }
}
