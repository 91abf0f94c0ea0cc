package io.nexus.bench.load;

import io.nexus.server.mock.BodySink;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** A server in its own process, in front of the mock upstream. */
final class ServerProcess implements AutoCloseable {
  private static final Duration TIMEOUT = Duration.ofSeconds(10);
  private static final long POLL_NANOS = TimeUnit.MILLISECONDS.toNanos(2);
  private static final int OK = 200;
  private static final int BODY_BYTES = 1_024;
  private static final int LOG_TAIL_CHARS = 2_000;

  private final Subject subject;
  private final Process process;
  private final Duration firstAnswer;

  private ServerProcess(Subject subject, Process process, Duration firstAnswer) {
    this.subject = subject;
    this.process = process;
    this.firstAnswer = firstAnswer;
  }

  /**
   * Starts a server and waits for its first completion.
   *
   * @param name as the report shows it
   * @param command the program and its arguments
   * @param port that it will listen on
   * @param patience how long it may take
   * @param log where its output goes
   * @throws IOException if it does not start, ends, or does not answer in time
   */
  static ServerProcess start(
      String name, List<String> command, int port, Duration patience, Path log) throws IOException {
    long start = System.nanoTime();
    var process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
            .start();
    Runtime.getRuntime().addShutdownHook(new Thread(() -> destroyTree(process)));
    var request = ChatRequest.completion(BODY_BYTES);
    while (System.nanoTime() - start < patience.toNanos()) {
      if (!process.isAlive()) {
        break;
      }
      if (answers(port, request)) {
        var firstAnswer = Duration.ofNanos(System.nanoTime() - start);
        var subject = new Subject(name, port, Optional.of(process.toHandle()));
        return new ServerProcess(subject, process, firstAnswer);
      }
      LockSupport.parkNanos(POLL_NANOS);
    }
    boolean ended = !process.isAlive();
    destroyTree(process);
    throw new IOException(
        "%s %s: %s%n%s"
            .formatted(
                name,
                ended ? "ended at start" : "gave no answer within " + patience.toSeconds() + " s",
                String.join(" ", command),
                tail(log)));
  }

  private static boolean answers(int port, byte[] request) {
    try (var connection = HttpConnection.open(port, TIMEOUT)) {
      return connection.exchange(request, BodySink.DISCARD) == OK;
    } catch (IOException _) {
      return false;
    }
  }

  private static String tail(Path log) throws IOException {
    var text = Files.exists(log) ? Files.readString(log) : "";
    return text.substring(Math.max(0, text.length() - LOG_TAIL_CHARS)).strip();
  }

  Subject subject() {
    return subject;
  }

  /** From starting the process to the end of its first completion. */
  Duration firstAnswer() {
    return firstAnswer;
  }

  @Override
  public void close() {
    destroyTree(process);
  }

  private static void destroyTree(Process process) {
    var descendants = process.descendants().toList();
    process.destroy();
    descendants.forEach(ProcessHandle::destroy);
    try {
      if (!process.waitFor(TIMEOUT.toSeconds(), TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      process.destroyForcibly();
    }
    descendants.forEach(ProcessHandle::destroyForcibly);
  }
}
