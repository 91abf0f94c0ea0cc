package io.nexus.server.telemetry;

import io.nexus.config.TelemetryConfig;
import io.nexus.metrics.MeterReading;
import io.nexus.metrics.TelemetryMeters;
import io.nexus.server.alert.WebhookClient;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.apache.hc.client5.http.classic.methods.HttpPost;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.core5.http.ContentType;
import org.apache.hc.core5.http.io.entity.ByteArrayEntity;
import org.apache.hc.core5.io.CloseMode;

/** The thread that sends spans in batches of some hundreds, and periodically the meters' values. */
final class Exporter implements AutoCloseable {

  private static final Logger LOG = System.getLogger("io.nexus.telemetry");
  private static final ContentType PROTOBUF = ContentType.create("application/x-protobuf");
  private static final int WAITING = 4096;
  private static final int BATCH = 512;
  private static final int ATTEMPTS = 3;
  private static final long LINGER_NANOS = TimeUnit.SECONDS.toNanos(1);
  private static final long LOG_INTERVAL_NANOS = Duration.ofMinutes(10).toNanos();
  private static final Duration GRACE = Duration.ofSeconds(2);

  /** The statuses after which OTLP requires a retry. */
  private static final Set<Integer> TRANSIENT = Set.of(429, 502, 503, 504);

  private final TelemetryConfig config;
  private final Otlp otlp;
  private final Supplier<List<MeterReading>> readings;
  private final TelemetryMeters meters;
  private final LongSupplier wallNanos;
  private final long startNanos;
  private final CloseableHttpClient http = WebhookClient.create();
  private final ArrayBlockingQueue<Span> queue = new ArrayBlockingQueue<>(WAITING);
  private final Thread thread = Thread.ofPlatform().daemon().name("telemetry").unstarted(this::run);
  private volatile boolean closing;
  private boolean failing;
  private long loggedNanos;

  Exporter(
      TelemetryConfig config,
      Otlp otlp,
      Supplier<List<MeterReading>> readings,
      TelemetryMeters meters,
      LongSupplier wallNanos) {
    this.config = config;
    this.otlp = otlp;
    this.readings = readings;
    this.meters = meters;
    this.wallNanos = wallNanos;
    this.startNanos = wallNanos.getAsLong();
  }

  void start() {
    thread.start();
  }

  /** Queues a span; returns at once. */
  void add(Span span) {
    if (!queue.offer(span)) {
      meters.dropped(1);
    }
  }

  private void run() {
    long interval = config.metricInterval().toNanos();
    long due = System.nanoTime() + interval;
    try {
      while (!closing) {
        long wait = config.metrics() ? due - System.nanoTime() : Long.MAX_VALUE;
        var first = queue.poll(wait, TimeUnit.NANOSECONDS);
        if (first != null) {
          sendSpans(gathered(first));
        }
        if (config.metrics() && System.nanoTime() - due >= 0) {
          sendMetrics();
          due += interval;
        }
      }
    } catch (InterruptedException e) {
      // Closing; nothing below blocks.
    }
    sendRest();
  }

  /** Collects spans for a moment, so that a message contains several. */
  private List<Span> gathered(Span first) {
    var batch = new ArrayList<Span>();
    long end = System.nanoTime() + LINGER_NANOS;
    try {
      for (var next = first; next != null; ) {
        batch.add(next);
        next =
            batch.size() < BATCH ? queue.poll(end - System.nanoTime(), TimeUnit.NANOSECONDS) : null;
      }
    } catch (InterruptedException e) {
      // Closing: sends what is collected.
    }
    return batch;
  }

  private void sendSpans(List<Span> batch) throws InterruptedException {
    boolean taken = false;
    try {
      taken = areTaken(batch);
    } finally {
      if (taken) {
        meters.taken(batch.size());
      } else {
        meters.dropped(batch.size());
      }
    }
  }

  private boolean areTaken(List<Span> batch) throws InterruptedException {
    var message = otlp.traces(batch);
    for (int attempt = 1; attempt <= ATTEMPTS; attempt++) {
      int status = post(config.tracesUrl(), message);
      if (status / 100 == 2) {
        return true;
      }
      if (closing || (status != 0 && !TRANSIENT.contains(status))) {
        return false;
      }
      if (attempt < ATTEMPTS) {
        Thread.sleep(Duration.ofSeconds(attempt));
      }
    }
    return false;
  }

  private void sendMetrics() {
    int _ =
        post(config.metricsUrl(), otlp.metrics(readings.get(), startNanos, wallNanos.getAsLong()));
  }

  private void sendRest() {
    var batch = new ArrayList<Span>();
    try {
      while (queue.drainTo(batch, BATCH) > 0) {
        sendSpans(List.copyOf(batch));
        batch.clear();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    if (config.metrics()) {
      sendMetrics();
    }
  }

  /** The status of the answer; 0 without one. */
  private int post(URI url, byte[] message) {
    int status = 0;
    var problem = "";
    try {
      var request = new HttpPost(url);
      request.setEntity(new ByteArrayEntity(message, PROTOBUF));
      config.allHeaders().forEach(request::setHeader);
      try (var response = http.executeOpen(null, request, null)) {
        status = response.getCode();
      }
      problem = status / 100 == 2 ? "" : "it answers with status " + status;
    } catch (IOException | RuntimeException e) {
      // The exception's message may quote the address or a header, which may be secret.
      problem = "it cannot be reached (" + e.getClass().getSimpleName() + ")";
    }
    logProblem(problem);
    return status;
  }

  private void logProblem(String problem) {
    if (problem.isEmpty()) {
      if (failing) {
        LOG.log(Level.INFO, "The collector of OpenTelemetry takes messages again");
      }
      failing = false;
      return;
    }
    meters.failed();
    long now = System.nanoTime();
    if (!failing || now - loggedNanos >= LOG_INTERVAL_NANOS) {
      failing = true;
      loggedNanos = now;
      LOG.log(
          Level.WARNING,
          "The collector of OpenTelemetry does not take messages: {0}. Requests go on; what it does"
              + " not take is dropped and counted",
          problem);
    }
  }

  @Override
  public void close() {
    closing = true;
    try {
      if (thread.getState() != Thread.State.NEW) {
        thread.interrupt();
        thread.join(GRACE);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    http.close(CloseMode.IMMEDIATE);
  }
}
