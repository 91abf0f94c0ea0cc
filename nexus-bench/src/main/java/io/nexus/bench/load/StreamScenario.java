package io.nexus.bench.load;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Paced streams, on one subject after the other.
 *
 * @param name of the scenario
 * @param streams at once
 * @param chunks events in each
 * @param gap between two events
 * @param rounds streams on each connection
 * @param ramp over which the starts are spread
 * @param warmUp how long the gateway has the same load before
 */
record StreamScenario(
    String name,
    int streams,
    int chunks,
    Duration gap,
    int rounds,
    Duration ramp,
    Duration warmUp) {
  private static final Duration SAMPLING = Duration.ofMillis(250);
  private static final Duration HELD_GAP = Duration.ofSeconds(1);
  private static final Duration HELD_RAMP = Duration.ofSeconds(4);
  private static final int SSE_ROUNDS = 3;
  private static final int OPENINGS_A_SECOND = 1500;

  /** Many events: measures the delay of a chunk. */
  static StreamScenario sse(LoadOptions options) {
    var gap = Duration.ofSeconds(1).dividedBy(options.chunksPerSecond);
    int chunks = Math.max(1, options.seconds * options.chunksPerSecond);
    // Over more than a gap, so that the streams' events do not fall together.
    var ramp = Duration.ofSeconds(1).plus(gap.dividedBy(3));
    var warmUp = Duration.ofSeconds(options.warmupSeconds);
    return new StreamScenario("sse", options.streams, chunks, gap, SSE_ROUNDS, ramp, warmUp);
  }

  /** Many streams with few events: measures the cost of an open connection. */
  static StreamScenario held(LoadOptions options) {
    // The first stream still runs when the last has been open for a while.
    int chunks = (int) HELD_RAMP.toSeconds() + Math.max(2, options.seconds);
    return new StreamScenario(
        "held", options.heldStreams, chunks, HELD_GAP, 1, HELD_RAMP, Duration.ZERO);
  }

  /**
   * One subject.
   *
   * @param cpuMicrosPerChunk processor time of the subject's processes; NaN if not accounted
   */
  record Measurement(
      String subject,
      StreamResult load,
      double cpuMicrosPerChunk,
      long peakResidentBytes,
      int peakThreads) {}

  List<Measurement> run(List<Subject> subjects) throws IOException, InterruptedException {
    var measurements = new ArrayList<Measurement>();
    for (var subject : subjects) {
      measurements.add(run(subject));
    }
    return List.copyOf(measurements);
  }

  private Measurement run(Subject subject) throws IOException, InterruptedException {
    if (subject.name().equals(Gateway.NAME)) {
      warmUp(subject);
    }
    var watch = ProcessWatch.start(subject, SAMPLING);
    long before = subject.sample().cpuMicros();
    var load = new StreamLoad(subject, streams, chunks, gap, rounds, ramp).run();
    long cpu = subject.sample().cpuMicros() - before;
    var points = watch.stop();
    long sent = Math.max(1, (long) streams * rounds * chunks);
    return new Measurement(
        subject.name(),
        load,
        subject.process().isEmpty() ? Double.NaN : (double) cpu / sent,
        ProcessWatch.peakResidentBytes(points),
        ProcessWatch.peakThreads(points));
  }

  /**
   * Runs streams of two events until the code up to the first event is compiled, which would take
   * minutes at the usual pace; then the measured load.
   */
  private void warmUp(Subject subject) throws InterruptedException {
    int seconds = (int) warmUp.toSeconds();
    if (seconds > 0) {
      int opening = seconds * OPENINGS_A_SECOND / streams;
      var _ = new StreamLoad(subject, streams, 2, gap.dividedBy(20), opening, ramp).run();
      int warming = (int) warmUp.dividedBy(gap);
      var _ = new StreamLoad(subject, streams, warming, gap, 1, ramp).run();
    }
  }
}
