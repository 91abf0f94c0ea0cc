package io.nexus.server.cli;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code nexus check}. */
@Command(
    name = "check",
    description = "Validate the configuration and print what is in force, secrets masked.",
    mixinStandardHelpOptions = true)
final class CheckCommand implements Runnable {

  @Option(names = "--config", description = "The configuration (default: nexus.toml here, if any).")
  private @Nullable Path config;

  @Spec private CommandSpec spec;

  @SuppressWarnings("NullAway.Init")
  CheckCommand() {}

  @Override
  public void run() {
    var out = spec.commandLine().getOut();
    var err = spec.commandLine().getErr();
    var loaded = Configs.load(config, System.getenv(), err);
    loaded.notices().forEach(notice -> err.println("nexus: note: " + notice));
    out.print(loaded.config().toml());
    out.flush();
  }
}
