package io.nexus.server;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Divides connections among gateways as a service of Kubernetes does: by turns among those that
 * were ready when it asked last, without looking into a connection and without a second try.
 */
final class Balancer implements AutoCloseable {

  private static final long ASKS_EVERY_MILLIS = 200;

  private final ServerSocket listener;
  private final Thread watch;
  private final ConcurrentHashMap<String, Integer> ports = new ConcurrentHashMap<>();
  private final AtomicInteger turn = new AtomicInteger();
  private volatile List<Integer> ready = List.of();

  private Balancer(ServerSocket listener) {
    this.listener = listener;
    this.watch = Thread.ofVirtual().start(this::watch);
    Thread.ofVirtual().start(this::accept);
  }

  static Balancer start() throws IOException {
    return new Balancer(new ServerSocket(0, 200, InetAddress.getLoopbackAddress()));
  }

  int port() {
    return listener.getLocalPort();
  }

  /** Where the gateway of that name is from now on; it gets nothing before it is ready. */
  void put(String name, int port) {
    ports.put(name, port);
  }

  /** Waits until this number of gateways is ready. */
  void awaitReady(int count) throws InterruptedException {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
    while (ready.size() != count) {
      if (System.nanoTime() > end) {
        throw new AssertionError("ready: " + ready.size() + " of " + count);
      }
      Thread.sleep(20);
    }
  }

  private void watch() {
    try {
      while (!listener.isClosed()) {
        ready = ports.values().stream().filter(Balancer::isReady).toList();
        Thread.sleep(ASKS_EVERY_MILLIS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static boolean isReady(int port) {
    try (var client = RawHttp.connect(port)) {
      return client.get("/health/ready").status() == 200;
    } catch (IOException e) {
      return false;
    }
  }

  private void accept() {
    try {
      while (true) {
        var client = listener.accept();
        var now = ready;
        if (now.isEmpty()) {
          client.close();
          continue;
        }
        int port = now.get(Math.floorMod(turn.getAndIncrement(), now.size()));
        Thread.ofVirtual().start(() -> join(client, port));
      }
    } catch (IOException e) {
      // Closed.
    }
  }

  private static void join(Socket client, int port) {
    try {
      TlsRelay.join(client, new Socket(InetAddress.getLoopbackAddress(), port));
    } catch (IOException e) {
      try {
        client.close();
      } catch (IOException again) {
        e.addSuppressed(again);
      }
    }
  }

  @Override
  public void close() throws IOException {
    listener.close();
    watch.interrupt();
  }
}
