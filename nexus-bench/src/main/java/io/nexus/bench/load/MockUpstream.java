package io.nexus.bench.load;

import io.nexus.server.mock.Upstream;
import java.io.IOException;
import java.util.concurrent.ScheduledThreadPoolExecutor;

/**
 * The mock upstream under load: a {@linkplain Upstream#plain plain} one that speaks OpenAI's API,
 * one platform thread a connection. One further thread writes the paced events of all streams,
 * because a timer and a thread switch for each event would cost more than writing it. A peer that
 * leaves some hundred kilobytes unread delays all streams.
 *
 * <p>Fields of the request that gateways pass through determine the answer: see {@link
 * MockRequest}. Each event of a stream contains the time at which it was written, which a client on
 * the same machine compares with the time of arrival.
 */
final class MockUpstream implements AutoCloseable {

  private final ScheduledThreadPoolExecutor pacer =
      new ScheduledThreadPoolExecutor(1, Thread.ofPlatform().daemon().name("mock-pacer").factory());
  private final Upstream upstream;

  private MockUpstream(int port) throws IOException {
    this.upstream = Upstream.plain(port, () -> new MockAnswers(pacer));
  }

  /**
   * Starts to listen on the loopback address.
   *
   * @param port the port, or 0 for a free one
   * @throws IOException if the port is taken
   */
  static MockUpstream start(int port) throws IOException {
    return new MockUpstream(port);
  }

  /** The port that it listens on. */
  int port() {
    return upstream.port();
  }

  /** Stops listening and closes every connection. */
  @Override
  public void close() throws IOException {
    upstream.close();
    // Remaining writes fail, which ends the connection.
    pacer.setContinueExistingPeriodicTasksAfterShutdownPolicy(true);
    pacer.shutdown();
  }

  /**
   * Runs a mock upstream as a process: prints {@code ready PORT}, then serves until its standard
   * input ends, so that it never outlives the process that started it.
   *
   * @param args the port, or none for a free one
   * @throws IOException if the port is taken
   */
  public static void main(String[] args) throws IOException {
    try (var mock = start(args.length == 0 ? 0 : Integer.parseInt(args[0]))) {
      System.out.println(MockProcess.READY + mock.port());
      while (System.in.read() >= 0) {
        // Wait for the end of the input.
      }
    }
  }
}
