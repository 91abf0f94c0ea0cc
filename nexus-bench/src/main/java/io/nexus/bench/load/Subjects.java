package io.nexus.bench.load;

import io.nexus.bench.Launcher;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;

/** Everything that one run starts: the mock upstream, nginx, the gateway. */
final class Subjects implements AutoCloseable {
  /** The time after which a server that has answered once counts as idle. */
  private static final Duration SETTLING = Duration.ofSeconds(2);

  /**
   * Odd, for a median: the first start reads files from the disk, and each is disturbed by other
   * load.
   */
  private static final int STARTS = 5;

  private static final Pattern BESIDE =
      Pattern.compile("(?<name>[^:]+):(?<port>\\d{1,5}):(?<pid>\\d{1,9})(:(?<key>[!-~]+))?");

  private static final String CACHE = "NEXUS_AOT_CACHE";
  private static final String NO_CACHE = "off";

  private final Deque<AutoCloseable> started = new ArrayDeque<>();
  private final List<Subject> all = new ArrayList<>();
  private final List<StartUp> startUps = new ArrayList<>();
  private final Map<String, Starting> starts = new HashMap<>();

  /**
   * A server just started, before any load.
   *
   * @param firstAnswerMillis from starting the process to the end of its first completion; of the
   *     gateway's starts the median
   * @param cached whether the launcher may use its start-up cache
   * @param idle two seconds later
   */
  record StartUp(String subject, long firstAnswerMillis, boolean cached, ProcessSample idle) {}

  private Subjects() {}

  /**
   * Starts the servers that the options ask for. Skips nginx with a message if it is not installed.
   *
   * @throws IOException if a server does not start; those started before are stopped
   */
  static Subjects start(LoadOptions options, PrintStream out)
      throws IOException, InterruptedException {
    var subjects = new Subjects();
    try {
      subjects.startAll(options, out);
      return subjects;
    } catch (IOException | InterruptedException | RuntimeException e) {
      subjects.close();
      throw e;
    }
  }

  private void startAll(LoadOptions options, PrintStream out)
      throws IOException, InterruptedException {
    var folder = folder(options);
    var mock = MockProcess.start(options.mockPort);
    started.push(mock);
    all.add(new Subject(Subject.DIRECT, mock.port(), Optional.empty()));
    if (!options.withoutNginx) {
      var program = Nginx.find();
      if (program.isPresent()) {
        var nginx = Nginx.start(program.get(), folder, mock.port(), options.nginxWorkers);
        all.add(add(nginx, nginx.firstAnswer(), false).subject());
        starts.put(
            Nginx.NAME,
            () ->
                Nginx.start(
                    program.get(),
                    Files.createTempDirectory(folder, "nginx"),
                    mock.port(),
                    options.nginxWorkers));
      } else {
        out.println("nginx is not installed: its column is missing (Debian: nginx-light)");
      }
    }
    for (var other : options.beside) {
      all.add(beside(other));
    }
    if (options.withoutGateway) {
      return;
    }
    if (options.gatewayUrl.isEmpty()) {
      boolean ours = options.gatewayCommand.isEmpty();
      var command = ours ? Launcher.serve() : options.gatewayCommand;
      boolean cached = !NO_CACHE.equals(System.getenv(CACHE));
      if (ours && cached) {
        var cold = "env " + CACHE + "=" + NO_CACHE + " " + command;
        addGateway(false, () -> Gateway.start(cold, folder, mock.port(), options.ledger)).close();
      }
      var gateway =
          addGateway(cached, () -> Gateway.start(command, folder, mock.port(), options.ledger));
      all.add(gateway.subject());
      starts.put(
          Gateway.NAME,
          () ->
              Gateway.start(
                  command,
                  Files.createTempDirectory(folder, "nexus"),
                  mock.port(),
                  options.ledger));
    } else {
      all.add(running(options));
    }
  }

  /** Starts the gateway several times and keeps the last one. */
  private ServerProcess addGateway(boolean cached, Starting starting)
      throws IOException, InterruptedException {
    var firstAnswers = new ArrayList<Duration>();
    for (int i = 1; i < STARTS; i++) {
      try (var gateway = starting.start()) {
        firstAnswers.add(gateway.firstAnswer());
      }
    }
    var gateway = starting.start();
    firstAnswers.add(gateway.firstAnswer());
    firstAnswers.sort(null);
    return add(gateway, firstAnswers.get(STARTS / 2), cached);
  }

  private ServerProcess add(ServerProcess server, Duration firstAnswer, boolean cached)
      throws IOException, InterruptedException {
    started.push(server);
    Thread.sleep(SETTLING);
    var subject = server.subject();
    startUps.add(new StartUp(subject.name(), firstAnswer.toMillis(), cached, subject.sample()));
    return server;
  }

  /** Starts a server. */
  private interface Starting {
    ServerProcess start() throws IOException;
  }

  private Path folder(LoadOptions options) throws IOException {
    if (!options.keep.toString().isEmpty()) {
      return Files.createDirectories(options.keep.toAbsolutePath());
    }
    var workspace = Workspace.create("nexus-bench");
    started.push(workspace);
    return workspace.folder();
  }

  private static Subject running(LoadOptions options) throws IOException {
    var url = URI.create(options.gatewayUrl);
    if (url.getHost() == null || !InetAddress.getByName(url.getHost()).isLoopbackAddress()) {
      throw new IllegalArgumentException(
          "only a gateway on this machine's loopback is put under load: " + options.gatewayUrl);
    }
    if (url.getPort() < 0) {
      throw new IllegalArgumentException("--gateway-url lacks a port: " + options.gatewayUrl);
    }
    return new Subject(Gateway.NAME, url.getPort(), process(options.gatewayPid));
  }

  /** Another gateway, by its name, its port, its process and perhaps a key. */
  private static Subject beside(String other) {
    var parts = BESIDE.matcher(other);
    if (!parts.matches()) {
      throw new IllegalArgumentException(
          "--beside "
              + other
              + ": write the name, port, process and perhaps a key as busbar:8080:4242:KEY");
    }
    var process = process(Long.parseLong(parts.group("pid")));
    var key = Objects.requireNonNullElse(parts.group("key"), "");
    return new Subject(parts.group("name"), Integer.parseInt(parts.group("port")), process, key);
  }

  private static Optional<ProcessHandle> process(long pid) {
    var process = pid == 0 ? Optional.<ProcessHandle>empty() : ProcessHandle.of(pid);
    if (pid != 0 && process.isEmpty()) {
      throw new IllegalArgumentException("no process has the id " + pid);
    }
    return process;
  }

  /** The mock upstream first, then nginx, others, then the gateway, as far as they run. */
  List<Subject> all() {
    return List.copyOf(all);
  }

  /**
   * Another server like a subject, with files of its own, just started; the caller stops it.
   *
   * @return empty if this run did not start the subject
   * @throws IOException if it does not start
   */
  Optional<ServerProcess> fresh(Subject subject) throws IOException {
    var starting = starts.get(subject.name());
    return starting == null ? Optional.empty() : Optional.of(starting.start());
  }

  /** The start-ups of the servers that this run started, except the mock. */
  List<StartUp> startUps() {
    return List.copyOf(startUps);
  }

  /** Stops them, the last first. */
  @Override
  public void close() throws IOException {
    while (!started.isEmpty()) {
      var next = started.pop();
      try {
        next.close();
      } catch (IOException | RuntimeException e) {
        throw e;
      } catch (Exception e) {
        throw new IOException("cannot stop " + next, e);
      }
    }
  }
}
