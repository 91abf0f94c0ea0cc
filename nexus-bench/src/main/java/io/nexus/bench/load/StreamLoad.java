package io.nexus.bench.load;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.HdrHistogram.AtomicHistogram;

/**
 * A generator of concurrent streams: each connection carries one stream after the other.
 *
 * @param subject what answers
 * @param streams at once
 * @param chunks events in each
 * @param gap between two events of a stream
 * @param rounds streams on each connection; the first warms up and is not reported if there is more
 *     than one
 * @param ramp over which the streams' starts are spread
 */
record StreamLoad(
    Subject subject, int streams, int chunks, Duration gap, int rounds, Duration ramp) {
  private static final int BODY_BYTES = 1_024;
  private static final int OK = 200;
  private static final Duration GRACE = Duration.ofSeconds(30);
  private static final long STACK_BYTES = 256 * 1024;

  /** Runs all rounds of all streams. */
  StreamResult run() throws InterruptedException {
    var tally = new Tally();
    var request =
        subject.withKey(
            ChatRequest.stream(chunks, TimeUnit.NANOSECONDS.toMicros(gap.toNanos()), BODY_BYTES));
    long start = System.nanoTime();
    var threads = new ArrayList<Thread>();
    for (int i = 0; i < streams; i++) {
      long due = start + ramp.toNanos() * i / streams;
      threads.add(
          Thread.ofPlatform()
              .name("stream-" + i)
              .stackSize(STACK_BYTES)
              .start(() -> new Client(tally).run(request, due)));
    }
    for (var thread : threads) {
      thread.join();
    }
    return tally.result();
  }

  /** The figures of all clients. */
  private static final class Tally {
    private final AtomicLong completed = new AtomicLong();
    private final AtomicLong failed = new AtomicLong();
    private final AtomicHistogram firstToken = Latencies.sharedHistogram();
    private final AtomicHistogram delay = Latencies.sharedHistogram();
    private final AtomicHistogram gap = Latencies.sharedHistogram();

    StreamResult result() {
      return new StreamResult(
          completed.get(),
          failed.get(),
          Latencies.of(firstToken),
          Latencies.of(delay),
          Latencies.of(gap));
    }
  }

  /** One connection's thread. */
  private final class Client {
    private final Tally tally;
    private final EventReader events = new EventReader(this::event);
    private boolean reported;
    private long sentAtNanos;
    private long lastAtNanos;
    private int seen;

    Client(Tally tally) {
      this.tally = tally;
    }

    void run(byte[] request, long due) {
      Ticker.SYSTEM.sleepUntil(due);
      int done = 0;
      try (var connection =
          HttpConnection.open(subject.port(), gap.multipliedBy(chunks).plus(GRACE))) {
        for (; done < rounds && !connection.isSpent(); done++) {
          reported = done > 0 || rounds == 1;
          events.reset();
          seen = 0;
          sentAtNanos = System.nanoTime();
          boolean whole =
              connection.exchange(request, events) == OK && events.isComplete() && seen == chunks;
          (whole ? tally.completed : tally.failed).incrementAndGet();
        }
      } catch (IOException _) {
        // The streams that this connection owes are counted below.
      }
      tally.failed.addAndGet(rounds - done);
    }

    private void event(long writtenAtNanos, long readAtNanos) {
      seen++;
      if (reported) {
        Latencies.record(tally.delay, readAtNanos - writtenAtNanos);
        if (seen == 1) {
          Latencies.record(tally.firstToken, readAtNanos - sentAtNanos);
        } else {
          Latencies.record(tally.gap, readAtNanos - lastAtNanos);
        }
      }
      lastAtNanos = readAtNanos;
    }
  }
}
