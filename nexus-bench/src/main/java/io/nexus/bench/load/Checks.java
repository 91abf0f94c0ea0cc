package io.nexus.bench.load;

import io.nexus.bench.Quantity;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** The targets of the load harness, which apply to the gateway only. */
final class Checks {
  private static final double NANOS_PER_MILLI = 1e6;
  private static final long MIB = 1 << 20;

  private static final double CPU_RATIO_MEMORY = 5;
  private static final double CPU_RATIO_SQLITE = 6;
  private static final double P99_MILLIS = 3;
  private static final double FIRST_ANSWER_MILLIS = 600;
  private static final double FIRST_ANSWER_WITHOUT_CACHE_MILLIS = 1_200;
  private static final long IDLE_MIB = 110;
  private static final long LOADED_MIB = 170;
  private static final double CHUNK_DELAY_MILLIS = 2;
  private static final long HELD_MIB = 300;
  private static final double COLD_FIRST_EVENT_MILLIS = 15;
  private static final double WARM_FIRST_EVENT_MILLIS = 3;
  private static final double REFUSALS_PER_SECOND = 50_000;

  /** The growth that sampling noise alone can show over some minutes. */
  private static final double GROWTH_MIB_PER_MINUTE = 1;

  private static final int THREAD_GROWTH = 4;
  private static final double LEDGER_PERCENT = 15;

  private final List<Check> checks = new ArrayList<>();

  private Checks() {}

  /** Every target for which the report has a figure. */
  static List<Check> of(LoadReport report, Gateway.Ledger ledger) {
    var checks = new Checks();
    report.startUps().stream()
        .filter(startUp -> startUp.subject().equals(Gateway.NAME))
        .forEach(checks::startUp);
    report.json().forEach(json -> checks.json(json, ledger));
    checks.sse(report.sse());
    find(report.held(), StreamScenario.Measurement::subject, Gateway.NAME).ifPresent(checks::held);
    find(report.first(), FirstScenario.Measurement::subject, Gateway.NAME).ifPresent(checks::first);
    report.refused().forEach(checks::refused);
    report.soak().forEach(checks::soak);
    report.ledger().forEach(checks::ledger);
    return List.copyOf(checks.checks);
  }

  /** Processor time a request of the gateway over nginx's; empty if either was not measured. */
  static Optional<Double> cpuRatio(List<JsonScenario.Measurement> measurements) {
    var nexus = find(measurements, JsonScenario.Measurement::subject, Gateway.NAME);
    var nginx = find(measurements, JsonScenario.Measurement::subject, Nginx.NAME);
    return nexus.flatMap(
        a ->
            nginx
                .map(b -> a.cpuMicrosPerRequest() / b.cpuMicrosPerRequest())
                .filter(Double::isFinite));
  }

  private void startUp(Subjects.StartUp startUp) {
    var without = startUp.cached() ? "" : ", no cache";
    double limit = startUp.cached() ? FIRST_ANSWER_MILLIS : FIRST_ANSWER_WITHOUT_CACHE_MILLIS;
    atMost(
        "first answer after exec" + without,
        startUp.firstAnswerMillis() * NANOS_PER_MILLI,
        limit * NANOS_PER_MILLI);
    resident("resident, idle" + without, startUp.idle().residentBytes(), IDLE_MIB);
  }

  private void json(JsonScenario.Result json, Gateway.Ledger ledger) {
    double limit =
        switch (ledger) {
          case memory -> CPU_RATIO_MEMORY;
          case sqlite -> CPU_RATIO_SQLITE;
        };
    cpuRatio(json.closed())
        .ifPresent(
            ratio ->
                add(
                    json.name() + ": CPU per request, of nginx's",
                    Quantity.digits(ratio) + " x",
                    "at most " + Quantity.digits(limit) + " x",
                    ratio <= limit));
    find(json.closed(), JsonScenario.Measurement::subject, Gateway.NAME)
        .ifPresent(
            nexus -> {
              failures(json.name() + ": failures at the peak", nexus.load().failed());
              atMost(
                  json.name() + ": p99 at the peak",
                  nexus.load().latencies().p99Nanos(),
                  P99_MILLIS * NANOS_PER_MILLI);
              if (nexus.peakResidentBytes() > 0) {
                resident(
                    json.name() + ": resident, at the peak", nexus.peakResidentBytes(), LOADED_MIB);
              }
            });
    find(json.open(), JsonScenario.Measurement::subject, Gateway.NAME)
        .ifPresent(
            nexus ->
                failures(
                    json.name() + ": failures at half the peak",
                    nexus.load().failed() + nexus.load().unsent()));
  }

  private void sse(List<StreamScenario.Measurement> sse) {
    var direct = find(sse, StreamScenario.Measurement::subject, Subject.DIRECT);
    var nexus = find(sse, StreamScenario.Measurement::subject, Gateway.NAME);
    if (direct.isEmpty() || nexus.isEmpty()) {
      return;
    }
    failures("sse: failures", nexus.get().load().failed());
    if (nexus.get().load().completed() == 0) {
      return; // No event was delayed, because none arrived.
    }
    atMost(
        "sse: delay added to a chunk, p99",
        nexus.get().load().delay().p99Nanos() - direct.get().load().delay().p99Nanos(),
        CHUNK_DELAY_MILLIS * NANOS_PER_MILLI);
  }

  private void held(StreamScenario.Measurement held) {
    failures("held: failures", held.load().failed());
    if (held.peakResidentBytes() > 0) {
      resident("held: resident", held.peakResidentBytes(), HELD_MIB);
    }
  }

  private void first(FirstScenario.Measurement first) {
    failures("first: failures", first.failed());
    if (!Double.isNaN(first.coldNanos())) {
      atMost(
          "first: p50 of the first event after a start",
          first.coldNanos(),
          COLD_FIRST_EVENT_MILLIS * NANOS_PER_MILLI);
    }
    atMost(
        "first: p50 of the first event, warm",
        first.warmNanos(),
        WARM_FIRST_EVENT_MILLIS * NANOS_PER_MILLI);
  }

  private void refused(RefusedScenario.Result refused) {
    double perSecond = refused.refused().perSecond();
    add(
        "refused: refusals a second",
        Quantity.digits(perSecond),
        "at least " + Quantity.digits(REFUSALS_PER_SECOND),
        perSecond >= REFUSALS_PER_SECOND);
    failures(
        "refused: other answers",
        refused.refused().failed()
            + refused.served().failed()
            + refused.servedMeanwhile().failed()
            + refused.refusedMeanwhile().failed());
  }

  private void soak(SoakScenario.Result soak) {
    failures("soak: failures", soak.load().failed() + soak.load().unsent());
    double growth = soak.residentBytesPerMinute() / MIB;
    add(
        "soak: memory growth",
        Quantity.digits(growth) + " MB/min",
        "at most " + Quantity.digits(GROWTH_MIB_PER_MINUTE) + " MB/min",
        growth <= GROWTH_MIB_PER_MINUTE);
    int threads = soak.threadsAtEnd() - soak.threadsAtFirst();
    add(
        "soak: more threads at the end",
        Integer.toString(threads),
        "at most " + THREAD_GROWTH,
        threads <= THREAD_GROWTH);
  }

  private void ledger(LedgerScenario.Result ledger) {
    failures("ledger: failures", ledger.load().failed() + ledger.load().unsent());
    double percent = 100 * ledger.ledgerShare();
    add(
        "ledger: its share of the CPU at " + Math.round(ledger.rate()) + "/s",
        Quantity.digits(percent) + " %",
        "under " + Quantity.digits(LEDGER_PERCENT) + " %",
        percent < LEDGER_PERCENT);
  }

  private void failures(String what, long failures) {
    add(what, Long.toString(failures), "none", failures == 0);
  }

  private void atMost(String what, double nanos, double limitNanos) {
    add(what, Quantity.time(nanos), "under " + Quantity.time(limitNanos), nanos < limitNanos);
  }

  private void resident(String what, long bytes, long limitMib) {
    add(what, Quantity.mebibytes(bytes), "under " + limitMib + " MB", bytes < limitMib * MIB);
  }

  private void add(String what, String measured, String target, boolean met) {
    checks.add(new Check(what, measured, target, met));
  }

  static <T> Optional<T> find(List<T> list, Function<T, String> subject, String name) {
    return list.stream().filter(item -> subject.apply(item).equals(name)).findFirst();
  }
}
