package io.nexus.server.cli;

import io.nexus.config.ConfigResult;
import io.nexus.config.LogFormat;
import io.nexus.config.NexusConfig;
import io.nexus.server.Extensions;
import io.nexus.server.Gateway;
import io.nexus.server.log.Logging;
import io.nexus.server.settings.FileWatch;
import java.io.PrintWriter;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.lang.module.ModuleDescriptor;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Runs a gateway without the command-line library, whose classes are too old for the JVM's start-up
 * cache and take a third of a start.
 *
 * @param config null for the default file
 * @param host null for the configuration's
 * @param port null for the configuration's
 * @param extensions null for the installed ones only
 */
public record Serve(
    @Nullable Path config,
    @Nullable String host,
    @Nullable String port,
    @Nullable Path extensions) {

  /** The exit code of a gateway whose name another process has taken. */
  private static final int FENCED = 3;

  private static final Logger LOG = System.getLogger("io.nexus");

  /**
   * Parses a plain command line: {@code serve} and options, each once and with its value in the
   * next argument.
   *
   * @return null for any other, which the library parses
   */
  public static @Nullable Serve plain(String... args) {
    if (args.length % 2 == 0 || !args[0].equals("serve")) {
      return null;
    }
    var options = new HashMap<String, String>();
    for (int i = 1; i < args.length; i += 2) {
      boolean twice = options.put(args[i], args[i + 1]) != null;
      if (twice || args[i + 1].isEmpty() || args[i + 1].startsWith("-")) {
        return null;
      }
    }
    var serve =
        new Serve(
            path(options.remove("--config")),
            options.remove("--host"),
            options.remove("--port"),
            path(options.remove("--extensions")));
    boolean whole = serve.port == null || serve.port.matches("[0-9]{1,5}");
    return whole && options.isEmpty() ? serve : null;
  }

  private static @Nullable Path path(@Nullable String text) {
    return text == null ? null : Path.of(text);
  }

  /**
   * Serves until the process is asked to stop.
   *
   * @return the exit code
   */
  public int run(PrintWriter err) {
    try {
      return serve(err);
    } catch (RuntimeException e) {
      return Failure.report(e, "serve", err);
    }
  }

  /** Serves, and throws errors. */
  int serve(PrintWriter err) {
    try (var serving = start(err)) {
      return awaitEnd(serving.gateway);
    }
  }

  /** A running gateway and the watches of its files. */
  record Serving(Gateway gateway, FileWatch certificate, FileWatch watch) implements AutoCloseable {

    /** Closes the watches, not the gateway. */
    @Override
    public void close() {
      watch.close();
      certificate.close();
    }
  }

  /** Starts the gateway and the watches. */
  Serving start(PrintWriter err) {
    if (port != null) {
      OptionValues.checkPort(Integer.parseInt(port));
    }
    var file = Configs.chosen(config);
    // Signals during the start are handled after it.
    var hangUp = new CompletableFuture<Runnable>();
    if (file != null) {
      Hangups.listen(() -> hangUp.join().run());
    }
    var taken = file == null ? Map.<Path, byte[]>of() : Map.of(file, FileWatch.read(file));
    var loaded = Configs.load(config, environment(), err);
    if (loaded.config().log().format() == LogFormat.JSON) {
      Logging.useJson();
    }
    loaded.notices().forEach(notice -> LOG.log(Level.WARNING, notice));
    var settings =
        loaded.config().backends().isEmpty()
            ? LocalProbe.withBackendsFound(loaded.config())
            : loaded.config();
    var server = settings.server();
    var found = extensions == null ? Extensions.installed() : Extensions.installedAnd(extensions);
    var gateway = Gateway.start(settings, found);
    var certificate = FileWatch.ofCertificate(server.tls(), gateway::reloadCertificate);
    var watch = watch(gateway, file, server.watch());
    certificate.start();
    if (file != null) {
      gateway.reloadsFrom(() -> reread(file));
      watch.start(taken);
      hangUp.complete(
          () -> {
            gateway.reload().run("SIGHUP");
            watch.start();
          });
    }
    LOG.log(
        Level.INFO,
        "Nexus {0} listens on {1}://{2}:{3}",
        version(),
        server.tls().isPresent() ? "https" : "http",
        server.host(),
        Integer.toString(gateway.port()));
    return new Serving(gateway, certificate, watch);
  }

  /** Secrets in files may be rotated even if the configuration is not watched. */
  private static FileWatch watch(Gateway gateway, @Nullable Path file, boolean whole) {
    return whole && file != null
        ? FileWatch.ofConfiguration(
            List.of(file),
            gateway::configuration,
            () -> gateway.reload().run("the file has changed"))
        : FileWatch.ofConfiguration(
            List.of(),
            gateway::configuration,
            () -> gateway.reload().secrets(gateway.configuration(), "a secret's file has changed"));
  }

  private ConfigResult reread(Path file) {
    var result = NexusConfig.load(file, environment());
    return result instanceof ConfigResult.Loaded loaded && loaded.config().backends().isEmpty()
        ? new ConfigResult.Loaded(
            LocalProbe.withBackendsFound(loaded.config()), loaded.notices(), loaded.explicit())
        : result;
  }

  private Map<String, String> environment() {
    var environment = new HashMap<>(System.getenv());
    if (host != null) {
      environment.put("NEXUS_SERVER__HOST", host);
    }
    if (port != null) {
      environment.put("NEXUS_SERVER__PORT", port);
    }
    return environment;
  }

  /**
   * Serves until the process is asked to stop, or another one has taken its name at the ledger.
   *
   * @return the exit code
   */
  public static int awaitEnd(Gateway gateway) {
    var closing =
        new Thread(
            () -> {
              LOG.log(Level.INFO, "Nexus stops: running requests may complete");
              gateway.close();
            },
            "shutdown");
    Runtime.getRuntime().addShutdownHook(closing);
    try {
      gateway.awaitFenced();
      LOG.log(Level.ERROR, "Nexus stops: another process has joined the ledger as this node");
      Runtime.getRuntime().removeShutdownHook(closing);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (IllegalStateException e) {
      // The process is stopping at the same time, and the other thread closes the gateway.
      return FENCED;
    }
    gateway.close();
    return FENCED;
  }

  /** The version of this module. */
  static String version() {
    ModuleDescriptor descriptor = Serve.class.getModule().getDescriptor();
    return descriptor == null ? "unknown" : descriptor.rawVersion().orElse("unknown");
  }
}
