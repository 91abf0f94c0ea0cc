package io.nexus.bench.load;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/**
 * A generator of requests over a fixed number of connections, one thread each.
 *
 * <p>Closed loop: each connection sends its next request after the answer to the last. It finds the
 * peak, but a stalled server receives fewer requests meanwhile, so its percentiles look too good
 * (coordinated omission).
 *
 * <p>Open loop: requests are due at planned times, independent of the server. A request waits for a
 * free connection and its latency counts from its planned time, so a stall affects every request
 * that was due during it.
 *
 * @param source opens the connections
 * @param connections how many
 * @param ticker the time
 */
record RequestLoad(Exchange.Source source, int connections, Ticker ticker) {
  private static final long RETRY_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

  /** How long an open loop may exceed its duration to send overdue requests. */
  private static final long OVERTIME_NANOS = TimeUnit.SECONDS.toNanos(5);

  /** Sends as fast as answers arrive. */
  LoadResult closedLoop(Duration duration) throws InterruptedException {
    long start = ticker.nanoTime();
    long end = start + duration.toNanos();
    return run(
        start,
        worker -> {
          while (ticker.nanoTime() < end) {
            worker.perform(ticker.nanoTime());
          }
        });
  }

  /** Sends at the rate. */
  LoadResult openLoop(double perSecond, Duration duration) throws InterruptedException {
    long planned = (long) (perSecond * duration.toNanos() / TimeUnit.SECONDS.toNanos(1));
    double gapNanos = TimeUnit.SECONDS.toNanos(1) / perSecond;
    long start = ticker.nanoTime();
    long deadline = start + duration.toNanos() + OVERTIME_NANOS;
    var next = new AtomicLong();
    return run(
        start,
        worker -> {
          for (long i = next.getAndIncrement(); i < planned; i = next.getAndIncrement()) {
            long due = start + (long) (i * gapNanos);
            ticker.sleepUntil(due);
            if (ticker.nanoTime() >= deadline) {
              worker.leaveOut(due);
            } else {
              worker.perform(due);
            }
          }
        });
  }

  private LoadResult run(long start, Plan plan) throws InterruptedException {
    var workers = new ArrayList<Worker>();
    var threads = new ArrayList<Thread>();
    for (int i = 0; i < connections; i++) {
      var worker = new Worker();
      workers.add(worker);
      threads.add(Thread.ofPlatform().name("load-" + i).start(() -> worker.follow(plan)));
    }
    for (var thread : threads) {
      thread.join();
    }
    var all = Latencies.histogram();
    workers.forEach(worker -> all.add(worker.histogram));
    return new LoadResult(
        workers.stream().mapToLong(worker -> worker.succeeded).sum(),
        workers.stream().mapToLong(worker -> worker.failed).sum(),
        workers.stream().mapToLong(worker -> worker.unsent).sum(),
        (ticker.nanoTime() - start) / (double) TimeUnit.SECONDS.toNanos(1),
        Latencies.of(all));
  }

  private interface Plan {
    void follow(Worker worker);
  }

  /** One connection's thread. */
  private final class Worker {
    private final Histogram histogram = Latencies.histogram();
    private @Nullable Exchange exchange;
    private long succeeded;
    private long failed;
    private long unsent;

    void follow(Plan plan) {
      plan.follow(this);
      disconnect();
    }

    /** Sends one request; its latency counts from {@code since}. */
    void perform(long since) {
      boolean broken = false;
      try {
        if (exchange == null) {
          exchange = source.open();
        }
        if (exchange.perform()) {
          succeeded++;
        } else {
          failed++;
        }
      } catch (IOException _) {
        failed++;
        broken = true;
      }
      Latencies.record(histogram, ticker.nanoTime() - since);
      if (broken) {
        disconnect();
        ticker.sleepUntil(ticker.nanoTime() + RETRY_NANOS);
      }
    }

    void leaveOut(long due) {
      unsent++;
      Latencies.record(histogram, ticker.nanoTime() - due);
    }

    private void disconnect() {
      if (exchange == null) {
        return;
      }
      try {
        exchange.close();
      } catch (IOException _) {
        // Only the release of the descriptor fails; earlier failures are counted.
      }
      exchange = null;
    }
  }
}
