package io.nexus.server.mock;

import io.nexus.server.mock.UpstreamUsage.Prices;
import io.nexus.server.mock.Wire.Header;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * A mock backend with the providers' APIs over real sockets. A script decides each answer, and it
 * keeps its own bill to compare with the gateway's.
 *
 * <p>A {@code GET .../models} is answered with the model list, everything else by the script. Safe
 * for many threads; the script runs on the connection's own virtual thread.
 *
 * <p>For load there is a {@linkplain #plain plain} one, which has no script, keeps nothing and
 * bills nothing, to leave the processor time to the gateway.
 */
public final class Upstream implements AutoCloseable {

  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final long STACK_BYTES = 256 * 1024;

  /**
   * A client that left before its answer was whole.
   *
   * @param request the number of its request
   * @param chunksSent the number of stream chunks sent
   * @param nanos {@link System#nanoTime} when the close was noticed
   */
  public record Cancellation(int request, int chunksSent, long nanos) {}

  private record Billed(String model, UpstreamUsage usage) {}

  private final Listener listener;
  private volatile Function<UpstreamRequest, UpstreamReply> script;
  private volatile boolean heedsClose = true;
  private volatile boolean keepsAll = true;
  private volatile boolean isClosed;

  // Guarded by this.
  private UpstreamReply models = UpstreamReply.models(List.of());
  private Prices otherwise = Prices.FREE;
  private final Map<String, Prices> prices = new LinkedHashMap<>();
  private final List<UpstreamRequest> requests = new ArrayList<>();
  private final List<Cancellation> cancellations = new ArrayList<>();
  private final Set<Connection> open = new LinkedHashSet<>();
  private int accepted;
  private int arrived;
  private final Map<Integer, Billed> bill = new LinkedHashMap<>();
  private long forgottenNanos;

  private Upstream(int port, Function<UpstreamRequest, UpstreamReply> script) throws IOException {
    this.script = script;
    this.listener =
        Listener.start(
            port,
            Thread.ofVirtual().name("upstream-read"),
            socket -> serve(new UpstreamConnection(this, socket)));
  }

  private Upstream(int port, Supplier<PlainAnswers> answers) throws IOException {
    this.script =
        _ -> {
          throw new IllegalStateException("a plain upstream has no script");
        };
    this.listener =
        Listener.start(
            port,
            Thread.ofPlatform().daemon().name("upstream").stackSize(STACK_BYTES),
            socket -> serve(new PlainConnection(this, socket, answers.get())));
  }

  /**
   * Listens on a loopback port for thousands of clients, with a platform thread for each
   * connection; keeps nothing of the requests.
   *
   * @param port 0 for any that is free
   * @param answers creates the answers of a connection when it is accepted; used by one thread at a
   *     time
   */
  public static Upstream plain(int port, Supplier<PlainAnswers> answers) throws IOException {
    return new Upstream(port, answers);
  }

  /** Listens on a free port of the loopback. */
  public static Upstream start(Function<UpstreamRequest, UpstreamReply> script) throws IOException {
    return new Upstream(0, script);
  }

  /**
   * Listens on a port of the loopback.
   *
   * @param port 0 for any that is free
   */
  public static Upstream start(int port, Function<UpstreamRequest, UpstreamReply> script)
      throws IOException {
    return new Upstream(port, script);
  }

  /** Answers every chat with that content and usage, as a stream if requested. */
  public static Upstream answering(String content, UpstreamUsage usage) throws IOException {
    return start(request -> UpstreamReply.chat(request, content, usage));
  }

  public int port() {
    return listener.port();
  }

  /** The base URL for a configuration, with {@code /v1}. */
  public String url() {
    return "http://127.0.0.1:" + port() + "/v1";
  }

  /** Replaces the script. */
  public void script(Function<UpstreamRequest, UpstreamReply> other) {
    script = other;
  }

  /**
   * Continues to generate and bill after its client has closed, until a write fails, like most
   * servers.
   */
  public Upstream headlong() {
    heedsClose = false;
    return this;
  }

  /** Keeps only counts and costs of requests, for long runs. */
  public Upstream forgetful() {
    keepsAll = false;
    return this;
  }

  boolean heedsClose() {
    return heedsClose;
  }

  public synchronized Upstream models(String... ids) {
    models = UpstreamReply.models(List.of(ids));
    return this;
  }

  /** Replaces the answer to model-list requests, for instance by a failure. */
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

  /** All requests in order of arrival, model lists included. */
  public synchronized List<UpstreamRequest> requests() {
    return List.copyOf(requests);
  }

  /** The POST requests. */
  public synchronized List<UpstreamRequest> chats() {
    return requests.stream().filter(request -> request.method().equals("POST")).toList();
  }

  public synchronized List<Cancellation> cancelled() {
    return List.copyOf(cancellations);
  }

  /** What all requests so far cost: each one's tokens priced and rounded up to the nano-dollar. */
  public synchronized long billNanos() {
    return forgottenNanos + bill.values().stream().mapToLong(this::nanos).sum();
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
    return accepted;
  }

  /** Waits for this number of POSTs in all and returns the last one; fails after 20 seconds. */
  public UpstreamRequest awaitChat(int count) throws InterruptedException {
    return await(this::chats, count);
  }

  /**
   * Waits for this number of cancellations in all and returns the last one; fails after 20 seconds.
   */
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

  private void serve(Connection connection) {
    synchronized (this) {
      accepted++;
      open.add(connection);
    }
    if (isClosed) {
      connection.drop();
    }
    connection.serve();
  }

  synchronized void closed(Connection connection) {
    open.remove(connection);
  }

  synchronized UpstreamRequest arrived(
      String method, String path, List<Header> headers, byte[] body) {
    arrived++;
    UpstreamRequest request =
        new UpstreamRequest(arrived, method, path, headers, body, System.nanoTime());
    if (keepsAll) {
      requests.add(request);
    }
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
    if (!keepsAll) {
      return;
    }
    cancellations.add(new Cancellation(request.number(), chunksSent, nanos));
    notifyAll();
  }

  synchronized void bill(UpstreamRequest request, UpstreamUsage usage) {
    Billed before = bill.get(request.number());
    String model = before == null ? request.model() : before.model();
    bill.put(request.number(), new Billed(model, usage));
  }

  /** Notes the end of an answer: nothing more is billed. */
  synchronized void answered(UpstreamRequest request) {
    if (keepsAll) {
      return;
    }
    Billed last = bill.remove(request.number());
    forgottenNanos += last == null ? 0 : nanos(last);
  }

  /** Closes all connections; new ones are accepted. */
  public void dropConnections() {
    List<Connection> all;
    synchronized (this) {
      all = List.copyOf(open);
    }
    // Outside of the lock: a connection locks itself first, then the upstream.
    all.forEach(Connection::drop);
  }

  /** Stops listening and closes all connections, like a crashed backend. */
  @Override
  public void close() throws IOException {
    isClosed = true;
    listener.close();
    dropConnections();
  }
}
