package io.nexus.bench.load;

import io.nexus.bench.Quantity;
import io.nexus.bench.TextTable;
import java.util.List;

/** Formats a load run's tables. */
final class LoadText {
  private static final double MICROS_PER_PERCENT = 10_000;

  private LoadText() {}

  static String startUps(List<Subjects.StartUp> startUps) {
    var table = new TextTable(3, "start", "first answer", "resident, idle", "threads");
    for (var startUp : startUps) {
      table.row(
          startUp.subject() + (startUp.cached() ? ", with the cache" : ""),
          startUp.firstAnswerMillis() + " ms",
          resident(startUp.idle().residentBytes()),
          Integer.toString(startUp.idle().threads()));
    }
    return table.text();
  }

  static String json(JsonScenario.Result result) {
    var ratio =
        Checks.cpuRatio(result.closed())
            .map(r -> "CPU per request, nexus / nginx: " + Quantity.digits(r) + "\n")
            .orElse("");
    return requests(result.name() + ", closed loop", result.closed())
        + ratio
        + "\n"
        + requests(
            result.name() + ", open loop at " + Math.round(result.openRate()) + "/s", result.open())
        + added(result.open());
  }

  private static String requests(String title, List<JsonScenario.Measurement> measurements) {
    var table =
        new TextTable(
            9,
            title,
            "req/s",
            "CPU us/req",
            "p50",
            "p99",
            "p99.9",
            "max",
            "failed",
            "resident",
            "threads");
    for (var m : measurements) {
      var latencies = m.load().latencies();
      table.row(
          m.subject(),
          Quantity.digits(m.load().perSecond()),
          figure(m.cpuMicrosPerRequest()),
          Quantity.time(latencies.p50Nanos()),
          Quantity.time(latencies.p99Nanos()),
          Quantity.time(latencies.p999Nanos()),
          Quantity.time(latencies.maxNanos()),
          Long.toString(m.load().failed() + m.load().unsent()),
          resident(m.peakResidentBytes()),
          threads(m.peakThreads()));
    }
    return table.text();
  }

  private static String added(List<JsonScenario.Measurement> open) {
    var text = new StringBuilder();
    Checks.find(open, JsonScenario.Measurement::subject, Subject.DIRECT)
        .ifPresent(
            direct ->
                open.stream()
                    .filter(m -> !m.subject().equals(Subject.DIRECT))
                    .forEach(
                        m ->
                            text.append("added by " + m.subject() + ": ")
                                .append(difference(m.load().latencies(), direct.load().latencies()))
                                .append('\n')));
    return text.toString();
  }

  private static String difference(Latencies through, Latencies direct) {
    return "p50 %s, p99 %s, p99.9 %s"
        .formatted(
            Quantity.time(through.p50Nanos() - direct.p50Nanos()),
            Quantity.time(through.p99Nanos() - direct.p99Nanos()),
            Quantity.time(through.p999Nanos() - direct.p999Nanos()));
  }

  static String streams(StreamScenario scenario, List<StreamScenario.Measurement> measurements) {
    var title =
        "%s, %d streams, %d ms apart"
            .formatted(scenario.name(), scenario.streams(), scenario.gap().toMillis());
    var table =
        new TextTable(
            10,
            title,
            "failed",
            "CPU us/chunk",
            "TTFT p50",
            "TTFT p99",
            "delay p50",
            "delay p99",
            "delay p99.9",
            "gap p99",
            "resident",
            "threads");
    for (var m : measurements) {
      table.row(
          m.subject(),
          Long.toString(m.load().failed()),
          figure(m.cpuMicrosPerChunk()),
          Quantity.time(m.load().firstToken().p50Nanos()),
          Quantity.time(m.load().firstToken().p99Nanos()),
          Quantity.time(m.load().delay().p50Nanos()),
          Quantity.time(m.load().delay().p99Nanos()),
          Quantity.time(m.load().delay().p999Nanos()),
          Quantity.time(m.load().gap().p99Nanos()),
          resident(m.peakResidentBytes()),
          threads(m.peakThreads()));
    }
    var text = new StringBuilder(table.text());
    Checks.find(measurements, StreamScenario.Measurement::subject, Subject.DIRECT)
        .ifPresent(
            direct ->
                measurements.stream()
                    .filter(m -> !m.subject().equals(Subject.DIRECT))
                    .forEach(m -> text.append(addedToStream(m, direct))));
    return text.toString();
  }

  private static String addedToStream(
      StreamScenario.Measurement through, StreamScenario.Measurement direct) {
    return "added by %s: time to first token %s; delay of a chunk %s; gap %s%n"
        .formatted(
            through.subject(),
            difference(through.load().firstToken(), direct.load().firstToken()),
            difference(through.load().delay(), direct.load().delay()),
            difference(through.load().gap(), direct.load().gap()));
  }

  static String first(List<FirstScenario.Measurement> measurements) {
    var table =
        new TextTable(
            3, "first event of 50 streams at once, p50", "after a start", "warm", "failed");
    for (var m : measurements) {
      table.row(m.subject(), time(m.coldNanos()), time(m.warmNanos()), Long.toString(m.failed()));
    }
    return table.text();
  }

  private static String time(double nanos) {
    return Double.isNaN(nanos) ? "-" : Quantity.time(nanos);
  }

  static String refused(RefusedScenario.Result result) {
    var table = new TextTable(5, "refused", "req/s", "p50", "p99", "p99.9", "failed");
    row(table, "refusals alone", result.refused());
    row(table, "requests served alone", result.served());
    row(table, "requests served beside refusals", result.servedMeanwhile());
    row(table, "these refusals", result.refusedMeanwhile());
    return table.text();
  }

  private static void row(TextTable table, String name, LoadResult load) {
    table.row(
        name,
        Quantity.digits(load.perSecond()),
        Quantity.time(load.latencies().p50Nanos()),
        Quantity.time(load.latencies().p99Nanos()),
        Quantity.time(load.latencies().p999Nanos()),
        Long.toString(load.failed() + load.unsent()));
  }

  static String soak(SoakScenario.Result soak) {
    var latencies = soak.load().latencies();
    return """
    soak of %s: %s requests/s for %.0f s, %d failed; p50 %s, p99 %s, p99.9 %s; \
    resident %s at the end, growing %s MB a minute; threads %d, %d at the end
    """
        .formatted(
            soak.subject(),
            Quantity.digits(soak.rate()),
            soak.load().seconds(),
            soak.load().failed() + soak.load().unsent(),
            Quantity.time(latencies.p50Nanos()),
            Quantity.time(latencies.p99Nanos()),
            Quantity.time(latencies.p999Nanos()),
            resident(soak.residentBytesAtEnd()),
            Quantity.digits(soak.residentBytesPerMinute() / (1 << 20)),
            soak.threadsAtFirst(),
            soak.threadsAtEnd());
  }

  static String ledger(LedgerScenario.Result result) {
    var title = "ledger, open loop at " + Math.round(result.rate()) + "/s";
    var table = new TextTable(2, title, "CPU us/req", "of one CPU");
    threads(table, "the ledger's thread", result.ledgerMicros(), result.load());
    threads(table, "requests and others", result.otherMicros(), result.load());
    threads(table, "collector", result.collectorMicros(), result.load());
    threads(table, "compiler", result.compilerMicros(), result.load());
    return table.text();
  }

  private static void threads(TextTable table, String name, long micros, LoadResult load) {
    table.row(
        name,
        Quantity.digits((double) micros / Math.max(1, load.sent())),
        Quantity.digits(micros / (MICROS_PER_PERCENT * load.seconds())) + " %");
  }

  static String checks(List<Check> checks) {
    var table = new TextTable(2, "target", "measured", "limit", "verdict");
    for (var check : checks) {
      table.row(check.what(), check.measured(), check.target(), check.met() ? "met" : "missed");
    }
    return table.text();
  }

  private static String figure(double value) {
    return Double.isNaN(value) ? "-" : Quantity.digits(value);
  }

  private static String resident(long bytes) {
    return bytes == 0 ? "-" : Quantity.mebibytes(bytes);
  }

  private static String threads(int threads) {
    return threads == 0 ? "-" : Integer.toString(threads);
  }
}
