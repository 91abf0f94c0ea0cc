package io.nexus.server.cli;

import io.nexus.server.Extensions;
import io.nexus.server.Gateway;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code nexus serve}. */
@Command(name = "serve", description = "Run the gateway.", mixinStandardHelpOptions = true)
final class ServeCommand implements Runnable {

  private static final Logger LOG = System.getLogger("io.nexus");

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
  public void run() {
    var environment = new HashMap<>(System.getenv());
    if (host != null) {
      environment.put("NEXUS_SERVER__HOST", host);
    }
    if (port != null) {
      environment.put("NEXUS_SERVER__PORT", port.toString());
    }
    var loaded = Configs.load(config, environment, spec.commandLine().getErr());
    loaded.notices().forEach(notice -> LOG.log(Level.WARNING, notice));
    var settings =
        loaded.config().backends().isEmpty()
            ? LocalProbe.withBackendsFound(loaded.config())
            : loaded.config();
    var found = extensions == null ? Extensions.installed() : Extensions.installedAnd(extensions);
    var gateway = Gateway.start(settings, found);
    LOG.log(
        Level.INFO,
        "Nexus {0} listens on http://{1}:{2}",
        NexusCommand.Version.text(),
        settings.server().host(),
        Integer.toString(gateway.port()));
    awaitShutdown(gateway);
  }

  /** Serves until the process is told to end. */
  static void awaitShutdown(Gateway gateway) {
    var closed = new CountDownLatch(1);
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(
                () -> {
                  LOG.log(Level.INFO, "Nexus stops: requests under way may end");
                  gateway.close();
                  closed.countDown();
                },
                "shutdown"));
    try {
      closed.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      gateway.close();
    }
  }
}
