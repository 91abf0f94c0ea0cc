package io.nexus.server;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/**
 * {@code nexus serve} as users have it: the packaged distribution, unpacked, started by its
 * launcher in a process of its own. For tests that run after packaging.
 */
final class LaunchedGateway implements AutoCloseable {

  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final Pattern LISTENING =
      Pattern.compile("listens on https?://127\\.0\\.0\\.1:(\\d+)");

  private final Process process;
  private final Path folder;
  private final Path log;
  private final int port;

  /** The exit code and the output of a command. */
  record Ran(int exit, String out) {}

  private LaunchedGateway(Process process, Path folder, Path log, int port) {
    this.process = process;
    this.folder = folder;
    this.log = log;
    this.port = port;
  }

  /**
   * Starts a gateway on a free port, with a ledger in the folder, and waits until it listens.
   *
   * @param folder where it runs; its log goes on where there is one
   * @param toml its configuration
   * @param environment its variables besides the path and the home of Java
   * @param wrapper a command that runs the launcher, such as {@code prlimit} with its options
   */
  static LaunchedGateway start(
      Path folder, String toml, Map<String, String> environment, String... wrapper)
      throws IOException, InterruptedException {
    Files.createDirectories(folder);
    Files.writeString(folder.resolve("nexus.toml"), toml);
    var log = folder.resolve("log");
    var command = new ArrayList<>(List.of(wrapper));
    command.addAll(List.of(launcher(), "serve", "--config", "nexus.toml"));
    long before = Files.exists(log) ? Files.size(log) : 0;
    var process =
        builder(folder, environment, command)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
            .start();
    return new LaunchedGateway(process, folder, log, awaitPort(process, log, before));
  }

  private static String launcher() throws IOException, InterruptedException {
    return Distribution.home().resolve("nexus").toString();
  }

  private static ProcessBuilder builder(
      Path folder, Map<String, String> environment, List<String> command) {
    var builder = new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true);
    var all = new HashMap<>(environment);
    all.putIfAbsent("NEXUS_SERVER__PORT", "0");
    all.put("PATH", "/usr/bin:/bin");
    all.put("NEXUS_JAVA_HOME", System.getProperty("java.home"));
    builder.environment().clear();
    builder.environment().putAll(all);
    return builder;
  }

  private static int awaitPort(Process process, Path log, long from)
      throws IOException, InterruptedException {
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (process.isAlive() && System.nanoTime() < end) {
      var address = LISTENING.matcher(Files.readString(log).substring((int) from));
      if (address.find()) {
        return Integer.parseInt(address.group(1));
      }
      var _ = process.waitFor(20, TimeUnit.MILLISECONDS);
    }
    process.destroyForcibly();
    throw new IOException("the gateway did not start:\n" + Files.readString(log));
  }

  /** Runs another command of the launcher in a gateway's folder, with its configuration. */
  static Ran run(Path folder, Map<String, String> environment, String... arguments)
      throws IOException, InterruptedException {
    var configured = new ArrayList<>(List.of(arguments));
    configured.addAll(List.of("--config", "nexus.toml"));
    return run(folder, environment, configured);
  }

  /** Runs a command just as it is given. */
  static Ran run(Path folder, Map<String, String> environment, List<String> arguments)
      throws IOException, InterruptedException {
    var command = new ArrayList<>(List.of(launcher()));
    command.addAll(arguments);
    var out = Files.createTempFile(folder, "out", ".txt");
    var process = builder(folder, environment, command).redirectOutput(out.toFile()).start();
    int exit = process.waitFor();
    return new Ran(exit, Files.readString(out));
  }

  int port() {
    return port;
  }

  String url() {
    return "http://127.0.0.1:" + port;
  }

  /** Where it runs. */
  Path folder() {
    return folder;
  }

  /** Its log so far. */
  String log() throws IOException {
    return Files.readString(log);
  }

  RawHttp connect() throws IOException {
    return RawHttp.connect(port);
  }

  /** What a path answers with, as JSON, to a client with these headers. */
  JsonNode json(String path, String... headers) throws IOException {
    try (var connection = connect()) {
      return GatewayBox.json(connection.get(path, headers));
    }
  }

  /** What the admin API answers to the key {@code nx-admin}, with that status. */
  JsonNode admin(int status, String method, String path, String body) throws IOException {
    try (var connection = connect()) {
      connection.request(method, "/admin/v1" + path, body, "Authorization: Bearer nx-admin");
      var answer = connection.read();
      assertEquals(status, answer.status(), answer::text);
      return GatewayBox.json(answer);
    }
  }

  /** The stats as soon as they fulfil the condition; fails after a minute. */
  JsonNode await(Predicate<JsonNode> condition) throws IOException, InterruptedException {
    long end = System.nanoTime() + PATIENCE.toNanos();
    var stats = json("/v1/stats");
    while (!condition.test(stats)) {
      if (System.nanoTime() > end) {
        throw new AssertionError("still: " + stats + "\n" + log());
      }
      Thread.sleep(20);
      stats = json("/v1/stats");
    }
    return stats;
  }

  MetricsPage metrics() throws IOException {
    try (var connection = connect()) {
      return new MetricsPage(connection.get("/metrics").text().lines().toList());
    }
  }

  /** How much memory of the machine its processes have, in megabytes. */
  long residentMegabytes() throws IOException {
    long kilobytes = 0;
    var processes = new ArrayList<>(process.descendants().map(ProcessHandle::pid).toList());
    processes.add(process.pid());
    for (var pid : processes) {
      for (var line : Files.readAllLines(Path.of("/proc/" + pid + "/status"))) {
        if (line.startsWith("VmRSS:")) {
          kilobytes += Long.parseLong(line.replaceAll("\\D", ""));
        }
      }
    }
    return kilobytes / 1024;
  }

  /** How often its threads of that name have begun to wait, which is how often they were woken. */
  long waits(String name) throws IOException {
    long waits = 0;
    try (var threads = Files.newDirectoryStream(Path.of("/proc/" + process.pid() + "/task"))) {
      for (var thread : threads) {
        if (Files.readString(thread.resolve("comm")).startsWith(name)) {
          for (var line : Files.readAllLines(thread.resolve("status"))) {
            if (line.startsWith("voluntary_ctxt_switches:")) {
              waits += Long.parseLong(line.replaceAll("\\D", ""));
            }
          }
        }
      }
    }
    return waits;
  }

  /** The processor time that it has taken, in user and kernel mode, in steps of 10 ms. */
  Duration processorTime() {
    return process.info().totalCpuDuration().orElseThrow();
  }

  /** Lets it do nothing until {@link #thaw}: what a machine does that is short of memory. */
  void freeze() throws IOException, InterruptedException {
    signal("STOP");
  }

  void thaw() throws IOException, InterruptedException {
    signal("CONT");
  }

  /** Has it read its configuration anew, as operators do. */
  void hangUp() throws IOException, InterruptedException {
    signal("HUP");
  }

  private void signal(String name) throws IOException, InterruptedException {
    var kill = new ProcessBuilder("kill", "-" + name, Long.toString(process.pid())).start();
    if (kill.waitFor() != 0) {
      throw new IOException("the gateway has ended:\n" + log());
    }
  }

  /** Ends it without any chance to tidy up. */
  void kill() {
    process.descendants().toList().forEach(ProcessHandle::destroyForcibly);
    process.destroyForcibly().onExit().join();
  }

  /** How it ended by itself; empty if it has not within that time. */
  OptionalInt awaitExit(Duration patience) throws InterruptedException {
    return process.waitFor(patience.toMillis(), TimeUnit.MILLISECONDS)
        ? OptionalInt.of(process.exitValue())
        : OptionalInt.empty();
  }

  /** Stops it as a service manager does. */
  @Override
  public void close() throws IOException {
    process.destroy();
    try {
      if (!process.waitFor(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
        kill();
        throw new IOException("the gateway did not stop:\n" + log());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      process.destroyForcibly();
    }
  }
}
