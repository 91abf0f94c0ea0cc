package io.nexus.bench.load;

import java.io.IOException;
import java.time.Duration;
import java.util.List;

/** The gateway at 70 % of its peak for long: what grows. */
final class SoakScenario {
  private static final double SHARE_OF_PEAK = 0.7;

  /** Left out of the slopes: the heap finds its size, the compiler finishes. */
  private static final double SETTLING_SHARE = 0.2;

  private static final Duration SAMPLING = Duration.ofSeconds(1);

  private final LoadOptions options;
  private final JsonScenario json;

  SoakScenario(LoadOptions options) {
    this.options = options;
    this.json = new JsonScenario(options);
  }

  /**
   * What came of it.
   *
   * @param rate requests a second
   * @param residentBytesPerMinute slope of the resident memory after the first fifth
   * @param threadsAtFirst when the first fifth was over
   */
  record Result(
      String subject,
      double rate,
      LoadResult load,
      double residentBytesPerMinute,
      long residentBytesAtEnd,
      int threadsAtFirst,
      int threadsAtEnd) {}

  Result run(Subject subject) throws IOException, InterruptedException {
    var peak = json.load(subject).closedLoop(Duration.ofSeconds(options.warmupSeconds));
    double rate = Math.max(1, SHARE_OF_PEAK * peak.perSecond());
    var watch = ProcessWatch.start(subject, SAMPLING);
    var load = json.load(subject).openLoop(rate, Duration.ofSeconds(options.soakSeconds));
    return result(subject.name(), rate, load, watch.stop(), SETTLING_SHARE * options.soakSeconds);
  }

  static Result result(
      String subject,
      double rate,
      LoadResult load,
      List<ProcessWatch.Point> points,
      double fromSeconds) {
    var settled =
        points.stream()
            .filter(point -> point.seconds() >= fromSeconds)
            .findFirst()
            .orElse(points.getLast());
    var end = points.getLast().sample();
    return new Result(
        subject,
        rate,
        load,
        ProcessWatch.bytesPerSecond(points, fromSeconds) * 60,
        end.residentBytes(),
        settled.sample().threads(),
        end.threads());
  }
}
