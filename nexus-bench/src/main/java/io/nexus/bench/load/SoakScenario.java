package io.nexus.bench.load;

import java.io.IOException;
import java.time.Duration;
import java.util.List;

/** The gateway at 70 % of its peak for a long time: measures growth. */
final class SoakScenario {
  private static final double SHARE_OF_PEAK = 0.7;

  /** Excluded from the slopes: the time until heap size and compiled code are stable. */
  private static final double SETTLING_SHARE = 0.2;

  private static final Duration SAMPLING = Duration.ofSeconds(1);

  private final LoadOptions options;
  private final JsonScenario json;

  SoakScenario(LoadOptions options) {
    this.options = options;
    this.json = new JsonScenario(options);
  }

  /**
   * The result.
   *
   * @param rate requests a second
   * @param residentBytesPerMinute slope of the resident memory after the first fifth
   * @param threadsAtFirst threads after the first fifth
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
