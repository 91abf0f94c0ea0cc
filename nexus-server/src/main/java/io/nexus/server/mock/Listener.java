package io.nexus.server.mock;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.function.Consumer;

/** A port of the loopback, and a thread for each connection to it. */
public final class Listener implements AutoCloseable {

  private static final int BACKLOG = 4_096;

  private final ServerSocket server;
  private final Thread.Builder threads;
  private final Consumer<Socket> connections;
  private final Thread accepting =
      Thread.ofPlatform().daemon().name("mock-accept").unstarted(this::accept);

  private Listener(ServerSocket server, Thread.Builder threads, Consumer<Socket> connections) {
    this.server = server;
    this.threads = threads;
    this.connections = connections;
  }

  /**
   * Starts to listen.
   *
   * @param port 0 for any that is free
   * @param threads builds the threads of connections
   * @param connections serves one, on its thread; it is closed after that. What is written to it is
   *     sent at once
   * @throws IOException if the port is taken
   */
  public static Listener start(int port, Thread.Builder threads, Consumer<Socket> connections)
      throws IOException {
    ServerSocket server = new ServerSocket();
    server.setReuseAddress(true);
    server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), BACKLOG);
    Listener listener = new Listener(server, threads, connections);
    listener.accepting.start();
    return listener;
  }

  /** The port that it listens on. */
  public int port() {
    return server.getLocalPort();
  }

  private void accept() {
    while (!server.isClosed()) {
      try {
        Socket socket = server.accept();
        threads.start(() -> serve(socket));
      } catch (IOException e) {
        if (!server.isClosed()) {
          throw new UncheckedIOException("the mock upstream cannot accept connections", e);
        }
      }
    }
  }

  private void serve(Socket socket) {
    try (socket) {
      socket.setTcpNoDelay(true);
      connections.accept(socket);
    } catch (IOException e) {
      // The client was gone before it was served.
    }
  }

  /** Stops listening. Accepted connections stay open. */
  @Override
  public void close() throws IOException {
    server.close();
    // Until accept has returned, the port still takes connections.
    boolean interrupted = false;
    while (accepting.isAlive()) {
      try {
        accepting.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
