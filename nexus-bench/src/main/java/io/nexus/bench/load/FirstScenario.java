package io.nexus.bench.load;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * The first event of 50 streams that begin at once, each on a new connection: right after the
 * server's first answer, and when it is warm.
 */
final class FirstScenario {
  private static final int STREAMS = 50;
  private static final int CHUNKS = 10;
  private static final Duration GAP = Duration.ofMillis(20);

  /** Odd, for a median. */
  private static final int STARTS = 5;

  private static final int WARM_BURSTS = 11;
  private static final int WARM_UP_BURSTS_A_SECOND = 4;

  private final LoadOptions options;

  FirstScenario(LoadOptions options) {
    this.options = options;
  }

  /**
   * One subject.
   *
   * @param coldNanos the median of the bursts' medians after five starts; NaN for a server that
   *     this run did not start
   * @param warmNanos the median of eleven bursts' medians after the warm-up
   * @param failed streams, of all bursts
   */
  record Measurement(String subject, double coldNanos, double warmNanos, long failed) {}

  List<Measurement> run(Subjects subjects) throws IOException, InterruptedException {
    var measurements = new ArrayList<Measurement>();
    for (var subject : subjects.all()) {
      var cold = new Bursts();
      for (int i = 0; i < STARTS; i++) {
        var fresh = subjects.fresh(subject);
        if (fresh.isPresent()) {
          try (var server = fresh.get()) {
            cold.run(server.subject());
          }
        }
      }
      var warmUp = new Bursts();
      for (int i = 0; i < options.warmupSeconds * WARM_UP_BURSTS_A_SECOND; i++) {
        warmUp.run(subject);
      }
      var warm = new Bursts();
      for (int i = 0; i < WARM_BURSTS; i++) {
        warm.run(subject);
      }
      measurements.add(
          new Measurement(
              subject.name(),
              cold.median(),
              warm.median(),
              cold.failed + warmUp.failed + warm.failed));
    }
    return List.copyOf(measurements);
  }

  private static final class Bursts {
    private final List<Double> medians = new ArrayList<>();
    private long failed;

    void run(Subject subject) throws InterruptedException {
      var load = new StreamLoad(subject, STREAMS, CHUNKS, GAP, 1, Duration.ZERO).run();
      medians.add(load.firstToken().p50Nanos());
      failed += load.failed();
    }

    double median() {
      return medians.stream().sorted().skip(medians.size() / 2).findFirst().orElse(Double.NaN);
    }
  }
}
