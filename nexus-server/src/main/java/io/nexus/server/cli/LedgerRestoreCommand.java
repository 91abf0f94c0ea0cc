package io.nexus.server.cli;

import io.nexus.control.ledger.LedgerException;
import io.nexus.server.Books;
import java.nio.file.Path;
import java.time.Instant;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code nexus ledger restore}. */
@Command(
    name = "restore",
    description =
        "Put a backup in the place of a SQLite ledger, with its gateway stopped. What was there is"
            + " kept beside it.",
    mixinStandardHelpOptions = true)
final class LedgerRestoreCommand implements Runnable {

  @Mixin private LedgerOptions ledger;

  @Parameters(paramLabel = "FILE", description = "What 'nexus ledger backup' wrote.")
  private Path file;

  @Spec private CommandSpec spec;

  @SuppressWarnings("NullAway.Init")
  LedgerRestoreCommand() {}

  @Override
  public void run() {
    var settings = Books.settings(ledger.load().ledger());
    try {
      var restored = Books.factory(settings).restore(settings, file, Instant.now());
      var audit = restored.audit();
      var out = spec.commandLine().getOut();
      out.printf(
          "Restored %s: %d records, %d balances, %s.%n",
          file,
          audit.records(),
          audit.balances(),
          audit.agrees() ? "all agree" : audit.differences().size() + " do not agree");
      restored.kept().ifPresent(kept -> out.println("What was there is kept as " + kept + "."));
      out.println(
          "Spend since that backup is not in it, but for what the gateway's journal still holds.");
      out.flush();
    } catch (LedgerException e) {
      throw new Failure(LedgerOptions.exitCode(e.kind()), e.getMessage());
    }
  }
}
