package io.nexus.bench.load;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class RequestLoadTest {
  private static final long MILLI = TimeUnit.MILLISECONDS.toNanos(1);
  private static final Duration TEN_SECONDS = Duration.ofSeconds(10);

  /** A time rounded to HdrHistogram's three digits. */
  private static final double PRECISION = 0.002;

  /** A clock that only the test advances. */
  private static final class ManualTicker implements Ticker {
    private long now = 17 * MILLI;

    @Override
    public long nanoTime() {
      return now;
    }

    @Override
    public void sleepUntil(long nanos) {
      now = Math.max(now, nanos);
    }
  }

  private final ManualTicker ticker = new ManualTicker();
  private int performed;
  private int opened;

  /** Answers after a millisecond, and the hundredth request after a stall. */
  private RequestLoad serverThatStalls(long stallMillis) {
    return load(() -> ticker.now += (performed == 100 ? stallMillis : 1) * MILLI);
  }

  private RequestLoad load(Answer answer) {
    Exchange.Source source =
        () -> {
          opened++;
          return new Exchange() {
            @Override
            public boolean perform() throws IOException {
              performed++;
              answer.pass();
              return true;
            }

            @Override
            public void close() {}
          };
        };
    return new RequestLoad(source, 1, ticker);
  }

  private interface Answer {
    void pass() throws IOException;
  }

  @Test
  void openLoop_serverThatStalls_showsInEveryRequestThatWasDue() throws InterruptedException {
    var result = serverThatStalls(1_000).openLoop(100, TEN_SECONDS);

    // 100 of the 1,000 requests were due within the stalled second, and the queue drains after.
    assertEquals(1_000, result.succeeded());
    assertMillis(1, result.latencies().p50Nanos());
    assertMillis(1_000, result.latencies().maxNanos());
    assertTrue(result.latencies().p99Nanos() > 900 * MILLI, result::toString);
  }

  @Test
  void closedLoop_serverThatStalls_hidesIt() throws InterruptedException {
    var result = serverThatStalls(1_000).closedLoop(TEN_SECONDS);

    assertEquals(9_001, result.succeeded());
    assertMillis(1, result.latencies().p999Nanos());
    assertMillis(1_000, result.latencies().maxNanos());
  }

  @Test
  void openLoop_steadyServer_keepsTheRate() throws InterruptedException {
    var result = serverThatStalls(1).openLoop(100, TEN_SECONDS);

    assertEquals(9.991, result.seconds(), 1e-6);
    assertEquals(1_000, result.latencies().count());
    assertMillis(1, result.latencies().maxNanos());
  }

  @Test
  void openLoop_serverTooSlow_endsAndCountsWhatIsOverdue() throws InterruptedException {
    var result = load(() -> ticker.now += 100 * MILLI).openLoop(100, TEN_SECONDS);

    assertEquals(150, result.succeeded());
    assertEquals(850, result.unsent());
    assertEquals(1_000, result.latencies().count());
    assertTrue(result.latencies().p99Nanos() > 5_000 * MILLI, result::toString);
  }

  @Test
  void closedLoop_brokenConnection_isCountedAndReplaced() throws InterruptedException {
    var result =
        load(() -> {
              ticker.now += MILLI;
              if (performed == 3) {
                throw new IOException("reset");
              }
            })
            .closedLoop(Duration.ofSeconds(1));

    assertEquals(1, result.failed());
    assertEquals(2, opened);
    assertEquals(989, result.succeeded());
  }

  private static void assertMillis(double expected, double nanos) {
    assertEquals(expected, nanos / MILLI, expected * PRECISION);
  }
}
