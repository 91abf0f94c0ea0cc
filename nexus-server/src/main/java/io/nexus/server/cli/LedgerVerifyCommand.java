package io.nexus.server.cli;

import io.nexus.control.ledger.Audit.Difference;
import io.nexus.control.ledger.LedgerReports;
import io.nexus.server.Books;
import java.util.Locale;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code nexus ledger verify}. */
@Command(
    name = "verify",
    description = "Check that the records add up to every balance; exit code 1 if they do not.",
    mixinStandardHelpOptions = true)
final class LedgerVerifyCommand implements Runnable {

  @Mixin private LedgerOptions ledger;
  @Spec private CommandSpec spec;

  @SuppressWarnings("NullAway.Init")
  LedgerVerifyCommand() {}

  @Override
  public void run() {
    var config = ledger.load();
    var audit = LedgerOptions.ask(config, LedgerReports::verify);
    var out = spec.commandLine().getOut();
    audit.differences().forEach(difference -> out.println(line(difference)));
    out.printf("%d records, %d balances: ", audit.records(), audit.balances());
    out.println(audit.agrees() ? "all agree." : audit.differences().size() + " do not agree.");
    out.flush();
    if (!audit.agrees()) {
      throw new Failure(
          Failure.WORK,
          "ledger verify: "
              + Books.settings(config.ledger()).shownUrl()
              + ": records and balances differ: restore a backup, or find"
              + " out who has changed the tables");
    }
  }

  private static String line(Difference difference) {
    var cycle = difference.charge().cycle();
    return "budget '%s' from %s: %s is %s USD, its entries add up to %s USD"
        .formatted(
            difference.charge().budget(),
            cycle.start(),
            difference.what().name().toLowerCase(Locale.ROOT),
            difference.balance(),
            difference.entries());
  }
}
