package io.nexus.server.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code nexus ledger}. */
@Command(
    name = "ledger",
    description =
        "Check, copy, restore, move, correct, export and clear the ledger; all but restoring and moving also while"
            + " gateways run.",
    mixinStandardHelpOptions = true,
    subcommands = {
      LedgerVerifyCommand.class,
      LedgerBackupCommand.class,
      LedgerRestoreCommand.class,
      LedgerMoveCommand.class,
      LedgerRepriceCommand.class,
      LedgerForgiveCommand.class,
      LedgerCarryCommand.class,
      LedgerExportCommand.class,
      LedgerPruneCommand.class
    })
final class LedgerCommand implements Runnable {

  @Spec private CommandSpec spec;

  @SuppressWarnings("NullAway.Init")
  LedgerCommand() {}

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "give a command");
  }
}
