package io.nexus.server.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code nexus ledger backup}. */
@Command(
    name = "backup",
    description = "Write a consistent copy of a SQLite ledger, also while a gateway runs on it.",
    mixinStandardHelpOptions = true)
final class LedgerBackupCommand implements Runnable {

  @Mixin private LedgerOptions ledger;

  @Parameters(paramLabel = "FILE", description = "Where to; it must not exist.")
  private Path file;

  @Spec private CommandSpec spec;

  @SuppressWarnings("NullAway.Init")
  LedgerBackupCommand() {}

  @Override
  public void run() {
    if (Files.exists(file)) {
      throw new Failure(
          Failure.USAGE, "ledger backup: " + file + ": the file exists: name another one");
    }
    var folder = file.toAbsolutePath().getParent();
    if (folder != null && !Files.isDirectory(folder)) {
      throw new Failure(
          Failure.USAGE, "ledger backup: " + file + ": there is no such folder: create it first");
    }
    long bytes =
        LedgerOptions.ask(
            ledger.load(),
            books -> {
              books.backup(file);
              return size();
            });
    spec.commandLine().getOut().println("Wrote " + file + ", " + bytes + " bytes.");
  }

  private long size() {
    try {
      return Files.size(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
