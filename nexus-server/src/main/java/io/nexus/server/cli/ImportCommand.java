package io.nexus.server.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code nexus import}. */
@Command(
    name = "import",
    description = "Turn another gateway's configuration into a nexus.toml.",
    mixinStandardHelpOptions = true,
    subcommands = ImportLiteLlmCommand.class)
final class ImportCommand implements Runnable {

  @Spec private CommandSpec spec;

  @SuppressWarnings("NullAway.Init")
  ImportCommand() {}

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "say what to import: litellm");
  }
}
