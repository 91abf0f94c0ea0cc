package io.nexus.bench.load;

import io.nexus.server.mock.Listener;
import java.io.IOException;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledThreadPoolExecutor;

/**
 * A very cheap OpenAI-compatible upstream: HTTP/1.1 with keep-alive over blocking sockets, one
 * platform thread a connection, loopback only. One more writes the paced events of all streams: a
 * timer and a change of threads for each event cost more than to write it. A peer that leaves some
 * hundred kilobytes unread holds up all streams.
 *
 * <p>What it answers is steered by the request, in fields that a gateway passes through: see {@link
 * MockRequest}. Each event of a stream carries the time at which it was written, which a client on
 * the same machine compares with the time at which it came.
 */
final class MockUpstream implements AutoCloseable {
  private static final long STACK_BYTES = 256 * 1024;

  private final Listener listener;
  private final Set<Socket> connections = ConcurrentHashMap.newKeySet();
  private final ScheduledThreadPoolExecutor pacer =
      new ScheduledThreadPoolExecutor(1, Thread.ofPlatform().daemon().name("mock-pacer").factory());

  private MockUpstream(int port) throws IOException {
    this.listener =
        Listener.start(
            port,
            Thread.ofPlatform().daemon().name("mock-connection").stackSize(STACK_BYTES),
            this::serve);
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
    return listener.port();
  }

  private void serve(Socket socket) {
    connections.add(socket);
    try (socket) {
      new MockConnection(socket.getInputStream(), socket.getOutputStream(), pacer).serve();
    } catch (IOException _) {
      // The client went away, as clients do: only this connection ends.
    } finally {
      connections.remove(socket);
    }
  }

  /** Stops listening and closes every connection. */
  @Override
  public void close() throws IOException {
    listener.close();
    for (var socket : connections) {
      socket.close();
    }
    // What is left to be written fails, which ends it.
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
