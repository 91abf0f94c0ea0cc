package io.nexus.server.mock;

import io.nexus.server.mock.UpstreamUsage.Prices;
import io.nexus.server.mock.Wire.Header;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * A backend that speaks OpenAI's API over a real socket, does with each request what the test's
 * script says, and keeps a bill of its own to compare the gateway's with.
 *
 * <p>A {@code GET .../models} is answered with the model list, everything else by the script. Safe
 * for many threads; the script runs on the connection's own virtual thread.
 */
public final class Upstream implements AutoCloseable {

  private static final Duration PATIENCE = Duration.ofSeconds(20);

  /**
   * A client that left before its answer was whole.
   *
   * @param request the number of its request
   * @param chunksSent what was sent of a stream until it stopped
   * @param nanos {@link System#nanoTime} when the close was noticed
   */
  public record Cancellation(int request, int chunksSent, long nanos) {}

  private record Billed(String model, UpstreamUsage usage) {}

  private final ServerSocket listener;
  private final Thread accepting =
      Thread.ofVirtual().name("upstream-accept").unstarted(this::accept);
  private volatile Function<UpstreamRequest, UpstreamReply> script;
  private volatile boolean heedsClose = true;

  // Guarded by this.
  private UpstreamReply models = UpstreamReply.models(List.of());
  private Prices otherwise = Prices.FREE;
  private final Map<String, Prices> prices = new LinkedHashMap<>();
  private final List<UpstreamRequest> requests = new ArrayList<>();
  private final List<Cancellation> cancellations = new ArrayList<>();
  private final List<UpstreamConnection> connections = new ArrayList<>();
  private final Map<Integer, Billed> bill = new LinkedHashMap<>();

  private Upstream(ServerSocket listener, Function<UpstreamRequest, UpstreamReply> script) {
    this.listener = listener;
    this.script = script;
  }

  /** Listens on a free port of the loopback. */
  public static Upstream start(Function<UpstreamRequest, UpstreamReply> script) throws IOException {
    ServerSocket listener = new ServerSocket(0, 1024, InetAddress.getLoopbackAddress());
    Upstream upstream = new Upstream(listener, script);
    upstream.accepting.start();
    return upstream;
  }

  /** Answers every chat with that content and usage, as a stream where that was asked for. */
  public static Upstream answering(String content, UpstreamUsage usage) throws IOException {
    return start(request -> UpstreamReply.chat(request, content, usage));
  }

  public int port() {
    return listener.getLocalPort();
  }

  /** The base URL as a configuration gives it, with {@code /v1}. */
  public String url() {
    return "http://127.0.0.1:" + port() + "/v1";
  }

  /** Goes on by another script. */
  public void script(Function<UpstreamRequest, UpstreamReply> other) {
    script = other;
  }

  /**
   * Goes on generating, and billing, after its client has closed, until a write fails: as most
   * servers do.
   */
  public Upstream headlong() {
    heedsClose = false;
    return this;
  }

  boolean heedsClose() {
    return heedsClose;
  }

  public synchronized Upstream models(String... ids) {
    models = UpstreamReply.models(List.of(ids));
    return this;
  }

  /** What a request for the model list gets instead, such as a failure. */
  public synchronized void modelsReply(UpstreamReply reply) {
    models = reply;
  }

  /** The prices of one model. */
  public synchronized Upstream price(String model, Prices modelPrices) {
    prices.put(model, modelPrices);
    return this;
  }

  /** The prices of all models without their own; free unless given. */
  public synchronized Upstream price(Prices allPrices) {
    otherwise = allPrices;
    return this;
  }

  /** All that came, in its order, model lists included. */
  public synchronized List<UpstreamRequest> requests() {
    return List.copyOf(requests);
  }

  /** What came by POST. */
  public synchronized List<UpstreamRequest> chats() {
    return requests.stream().filter(request -> request.method().equals("POST")).toList();
  }

  public synchronized List<Cancellation> cancelled() {
    return List.copyOf(cancellations);
  }

  /** What all requests so far cost: each one's tokens priced and rounded up to the nano-dollar. */
  public synchronized long billNanos() {
    return bill.values().stream().mapToLong(this::nanos).sum();
  }

  /** What one request cost; 0 when it was not billed. */
  public synchronized long billNanos(int requestNumber) {
    Billed billed = bill.get(requestNumber);
    return billed == null ? 0 : nanos(billed);
  }

  private long nanos(Billed billed) {
    return billed.usage().nanos(prices.getOrDefault(billed.model(), otherwise));
  }

  /** How many connections were ever accepted. */
  public synchronized int connections() {
    return connections.size();
  }

  /** Waits for so many POSTs in all and gives the last of them; fails after 20 seconds. */
  public UpstreamRequest awaitChat(int count) throws InterruptedException {
    return await(this::chats, count);
  }

  /** Waits for so many cancellations in all and gives the last of them; fails after 20 seconds. */
  public Cancellation awaitCancellation(int count) throws InterruptedException {
    return await(this::cancelled, count);
  }

  private synchronized <T> T await(Supplier<List<T>> list, int count) throws InterruptedException {
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (list.get().size() < count) {
      long millis = Duration.ofNanos(end - System.nanoTime()).toMillis();
      if (millis <= 0) {
        throw new AssertionError("only " + list.get().size() + " of " + count + " came");
      }
      wait(millis);
    }
    return list.get().get(count - 1);
  }

  private void accept() {
    try {
      while (true) {
        Socket socket = listener.accept();
        socket.setTcpNoDelay(true);
        UpstreamConnection connection = new UpstreamConnection(this, socket);
        synchronized (this) {
          connections.add(connection);
        }
        connection.start();
      }
    } catch (IOException e) {
      if (!listener.isClosed()) {
        throw new UncheckedIOException(e);
      }
    }
  }

  synchronized UpstreamRequest arrived(
      String method, String path, List<Header> headers, byte[] body) {
    int number = requests.size() + 1;
    UpstreamRequest request =
        new UpstreamRequest(number, method, path, headers, body, System.nanoTime());
    requests.add(request);
    notifyAll();
    return request;
  }

  UpstreamReply replyTo(UpstreamRequest request) {
    if (request.method().equals("GET") && request.path().split("\\?", 2)[0].endsWith("/models")) {
      synchronized (this) {
        return models;
      }
    }
    return script.apply(request);
  }

  synchronized void cancelled(UpstreamRequest request, int chunksSent, long nanos) {
    cancellations.add(new Cancellation(request.number(), chunksSent, nanos));
    notifyAll();
  }

  synchronized void bill(UpstreamRequest request, UpstreamUsage usage) {
    Billed before = bill.get(request.number());
    String model = before == null ? request.model() : before.model();
    bill.put(request.number(), new Billed(model, usage));
  }

  /** Closes all connections; new ones are accepted. */
  public void dropConnections() {
    List<UpstreamConnection> open;
    synchronized (this) {
      open = List.copyOf(connections);
    }
    // Outside of the lock: a connection locks itself first, then the upstream.
    open.forEach(UpstreamConnection::drop);
  }

  /** Listens no more and closes all connections: a backend that has died. */
  @Override
  public void close() throws IOException {
    listener.close();
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
    dropConnections();
  }
}
