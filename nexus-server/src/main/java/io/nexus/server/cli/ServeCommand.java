package io.nexus.server.cli;

import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code nexus serve} as the command-line library parses it; a plain one is a {@link Serve}. */
@Command(name = "serve", description = "Run the gateway.", mixinStandardHelpOptions = true)
final class ServeCommand implements Callable<Integer> {

  @Option(names = "--config", description = "The configuration (default: nexus.toml here, if any).")
  private @Nullable Path config;

  @Option(names = "--host", description = "The address to listen on.")
  private @Nullable String host;

  @Option(names = "--port", description = "The port to listen on; 0 for any.")
  private @Nullable Integer port;

  @Option(names = "--extensions", description = "A folder of extensions' module jars.")
  private @Nullable Path extensions;

  @Spec private CommandSpec spec;

  @SuppressWarnings("NullAway.Init")
  ServeCommand() {}

  @Override
  public Integer call() {
    return new Serve(config, host, port == null ? null : port.toString(), extensions)
        .serve(spec.commandLine().getErr());
  }
}
