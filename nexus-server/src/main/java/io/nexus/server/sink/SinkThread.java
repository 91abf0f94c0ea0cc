package io.nexus.server.sink;

import io.nexus.config.SpendSinkConfig;
import io.nexus.control.ledger.SpendRecord;
import io.nexus.control.outbox.Outbox;
import io.nexus.control.spi.SpendSink;
import io.nexus.metrics.SinkMeters;
import io.nexus.server.alert.Backoff;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.List;

/**
 * Delivers records to one sink in batches, each until it is accepted. Sleeps while there are none.
 */
final class SinkThread implements AutoCloseable {

  private static final Logger LOG = System.getLogger("io.nexus.sink");
  private static final Duration GRACE = Duration.ofSeconds(2);
  private static final long LOG_INTERVAL_NANOS = Duration.ofMinutes(10).toNanos();

  private final SpendSinkConfig config;
  private final SpendSink sink;
  private final Outbox outbox;
  private final SinkMeters meters;
  private final Backoff backoff;
  private final Thread thread;
  private boolean behind;
  private long loggedNanos;

  SinkThread(
      SpendSinkConfig config, SpendSink sink, Outbox outbox, SinkMeters meters, Backoff backoff) {
    this.config = config;
    this.sink = sink;
    this.outbox = outbox;
    this.meters = meters;
    this.backoff = backoff;
    this.thread = Thread.ofPlatform().daemon().name("sink-" + config.name()).unstarted(this::run);
    meters.observe(outbox::size);
  }

  void start() {
    thread.start();
  }

  void add(List<SpendRecord> records) {
    long dropped = outbox.add(records);
    if (dropped > 0) {
      meters.dropped(dropped);
    }
  }

  private void run() {
    try {
      while (step()) {
        // One batch after the other.
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Delivers the next batch until it is accepted; false if there are no more. */
  private boolean step() throws InterruptedException {
    for (int attempt = 1; ; attempt++) {
      try {
        // Read again at each attempt: meanwhile the oldest may have been dropped.
        var records =
            outbox.next(config.batchSize(), attempt == 1 ? config.interval() : Duration.ZERO);
        if (records.isEmpty()) {
          return false;
        }
        sink.accept(records);
        outbox.taken();
        meters.taken(records.size());
        isBack();
        return true;
      } catch (IOException | RuntimeException e) {
        meters.failed();
        logProblem(e);
        Thread.sleep(backoff.after(attempt));
      }
    }
  }

  private void logProblem(Exception e) {
    long now = System.nanoTime();
    if (behind && now - loggedNanos < LOG_INTERVAL_NANOS) {
      return;
    }
    behind = true;
    loggedNanos = now;
    LOG.log(
        Level.WARNING,
        "Spend sink {0} is behind: {1}. {2} records wait and are given again until it takes them",
        config.name(),
        String.valueOf(e.getMessage()),
        Long.toString(outbox.size()));
  }

  private void isBack() {
    if (behind) {
      behind = false;
      LOG.log(Level.INFO, "Spend sink {0} takes records again", config.name());
    }
  }

  /** Stops waiting for further records. */
  void drain() {
    outbox.drain();
  }

  /** Delivers what it can within the grace period, and stops. */
  @Override
  public void close() {
    drain();
    try {
      if (thread.getState() != Thread.State.NEW && !thread.join(GRACE)) {
        thread.interrupt();
        thread.join(GRACE);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    if (outbox.size() > 0) {
      LOG.log(
          Level.WARNING,
          "Spend sink {0} has not taken {1} records by the end",
          config.name(),
          Long.toString(outbox.size()));
    }
    sink.close();
    outbox.close();
  }
}
