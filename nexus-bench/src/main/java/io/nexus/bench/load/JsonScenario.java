package io.nexus.bench.load;

import io.nexus.server.mock.Api;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Completions in one piece: the peak by a closed loop, then latencies by an open loop. */
final class JsonScenario {
  private static final Duration SAMPLING = Duration.ofMillis(250);
  private static final int WARM_UP_ROUNDS = 3;
  private static final double SHARE_OF_PEAK = 0.5;

  /** The body size of coding agents. */
  private static final int AGENT_BODY_BYTES = 100 * 1_024;

  private final LoadOptions options;
  private final String name;
  private final Api api;
  private final int bodyBytes;

  private JsonScenario(LoadOptions options, String name, Api api, int bodyBytes) {
    this.options = options;
    this.name = name;
    this.api = api;
    this.bodyBytes = bodyBytes;
  }

  /** Chat completions. */
  JsonScenario(LoadOptions options) {
    this(options, "json", Api.CHAT, options.bodyBytes);
  }

  /** Large bodies in another API. */
  static JsonScenario agent(LoadOptions options, Api api) {
    return new JsonScenario(options, api.name().toLowerCase(Locale.ROOT), api, AGENT_BODY_BYTES);
  }

  /**
   * One subject under one kind of load.
   *
   * @param cpuMicrosPerRequest processor time of the subject's processes; NaN if not accounted
   */
  record Measurement(
      String subject,
      LoadResult load,
      double cpuMicrosPerRequest,
      long peakResidentBytes,
      int peakThreads) {}

  /**
   * All subjects.
   *
   * @param name of the scenario
   * @param openRate requests a second in the open loop
   */
  record Result(String name, List<Measurement> closed, double openRate, List<Measurement> open) {}

  Result run(List<Subject> subjects) throws IOException, InterruptedException {
    var duration = Duration.ofSeconds(options.seconds);
    var closed = new ArrayList<Measurement>();
    for (var subject : subjects) {
      warmUp(subject);
      closed.add(measure(subject, () -> load(subject).closedLoop(duration)));
    }
    double slowest = closed.stream().mapToDouble(m -> m.load().perSecond()).min().orElse(0);
    double rate = options.rate > 0 ? options.rate : Math.max(1, SHARE_OF_PEAK * slowest);
    var open = new ArrayList<Measurement>();
    for (var subject : subjects) {
      open.add(measure(subject, () -> load(subject).openLoop(rate, duration)));
    }
    return new Result(name, closed, rate, open);
  }

  RequestLoad load(Subject subject) {
    var request = subject.withKey(ChatRequest.completion(api, bodyBytes));
    var exchanges = JsonExchange.to(subject.port(), request);
    return new RequestLoad(exchanges, options.connections, Ticker.SYSTEM);
  }

  /**
   * Warms a subject up to a steady state. The connections are reopened twice, because the first end
   * of a connection makes the compiler discard and recompile code that assumed it never happens.
   */
  void warmUp(Subject subject) throws InterruptedException {
    boolean compiles = subject.name().equals(Gateway.NAME);
    int seconds = compiles ? options.warmupSeconds : Math.min(3, options.warmupSeconds);
    for (int round = 0; round < WARM_UP_ROUNDS; round++) {
      load(subject).closedLoop(Duration.ofSeconds(seconds).dividedBy(WARM_UP_ROUNDS));
    }
  }

  /** A load to measure. */
  @FunctionalInterface
  interface Run {
    LoadResult run() throws InterruptedException;
  }

  static Measurement measure(Subject subject, Run run) throws IOException, InterruptedException {
    var watch = ProcessWatch.start(subject, SAMPLING);
    long before = subject.sample().cpuMicros();
    var load = run.run();
    long cpu = subject.sample().cpuMicros() - before;
    var points = watch.stop();
    return new Measurement(
        subject.name(),
        load,
        subject.process().isEmpty() ? Double.NaN : (double) cpu / Math.max(1, load.sent()),
        ProcessWatch.peakResidentBytes(points),
        ProcessWatch.peakThreads(points));
  }
}
