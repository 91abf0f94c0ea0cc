package io.nexus.server;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/**
 * {@code nexus serve} as users have it: the packaged distribution, unpacked, started by its
 * launcher in a process of its own. For tests that run after packaging.
 */
final class LaunchedGateway implements AutoCloseable {

  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final Pattern LISTENING =
      Pattern.compile("listens on http://127\\.0\\.0\\.1:(\\d+)");

  private final Process process;
  private final Path log;
  private final int port;

  private LaunchedGateway(Process process, Path log, int port) {
    this.process = process;
    this.log = log;
    this.port = port;
  }

  /** Unpacks the distribution that the build has made, and gives its folder. */
  static Path unpack(Path folder) throws IOException, InterruptedException {
    var archive = Path.of(System.getProperty("nexus.distribution"));
    int exit =
        new ProcessBuilder("tar", "-xzf", archive.toString(), "-C", folder.toString())
            .inheritIO()
            .start()
            .waitFor();
    if (exit != 0) {
      throw new IOException("tar could not unpack " + archive);
    }
    return folder.resolve(archive.getFileName().toString().replace(".tar.gz", ""));
  }

  /**
   * Starts a gateway on a free port, with a ledger in the folder, and waits until it listens.
   *
   * @param home where the distribution was unpacked
   * @param folder where it runs
   * @param toml its configuration
   * @param environment what it has beside the path and the home of Java
   */
  static LaunchedGateway start(Path home, Path folder, String toml, Map<String, String> environment)
      throws IOException, InterruptedException {
    Files.createDirectories(folder);
    var config = Files.writeString(folder.resolve("nexus.toml"), toml);
    var log = folder.resolve("log");
    var builder =
        new ProcessBuilder(home.resolve("nexus").toString(), "serve", "--config", config.toString())
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile());
    var all = new HashMap<>(environment);
    all.putIfAbsent("NEXUS_SERVER__PORT", "0");
    all.put("PATH", "/usr/bin:/bin");
    all.put("NEXUS_JAVA_HOME", System.getProperty("java.home"));
    builder.environment().clear();
    builder.environment().putAll(all);
    var process = builder.start();
    return new LaunchedGateway(process, log, awaitPort(process, log));
  }

  private static int awaitPort(Process process, Path log) throws IOException, InterruptedException {
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (process.isAlive() && System.nanoTime() < end) {
      var address = LISTENING.matcher(Files.readString(log));
      if (address.find()) {
        return Integer.parseInt(address.group(1));
      }
      var _ = process.waitFor(20, TimeUnit.MILLISECONDS);
    }
    process.destroyForcibly();
    throw new IOException("the gateway did not start:\n" + Files.readString(log));
  }

  int port() {
    return port;
  }

  String url() {
    return "http://127.0.0.1:" + port;
  }

  /** What it has logged so far. */
  String log() throws IOException {
    return Files.readString(log);
  }

  /** What a path answers with, as JSON, to a client with these headers. */
  com.fasterxml.jackson.databind.JsonNode json(String path, String... headers) throws IOException {
    try (var connection = RawHttp.connect(port)) {
      return GatewayBox.json(connection.get(path, headers));
    }
  }

  /** Ends it without any chance to tidy up. */
  void kill() throws InterruptedException {
    children().forEach(ProcessHandle::destroyForcibly);
    var _ = process.destroyForcibly().waitFor();
  }

  private List<ProcessHandle> children() {
    return process.descendants().toList();
  }

  /** Stops it as a service manager does. */
  @Override
  public void close() throws IOException {
    process.destroy();
    try {
      if (!process.waitFor(30, TimeUnit.SECONDS)) {
        kill();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      process.destroyForcibly();
    }
  }
}
