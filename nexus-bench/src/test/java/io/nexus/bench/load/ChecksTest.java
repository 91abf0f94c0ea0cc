package io.nexus.bench.load;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.nexus.bench.Machine;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ChecksTest {
  private static final double MILLI = 1e6;

  @Test
  void of_cpuBetweenFiveAndSixTimesNginx_isMissedInMemoryAndMetWithSqlite() {
    var report = report(List.of(json(0), nginx(), nexus(55, 2 * MILLI, 0)));

    assertEquals(
        new Check("json: CPU per request, of nginx's", "5.50 x", "at most 5.00 x", false),
        find(Checks.of(report, Gateway.Ledger.memory), "json: CPU per request, of nginx's"));
    assertEquals(
        new Check("json: CPU per request, of nginx's", "5.50 x", "at most 6.00 x", true),
        find(Checks.of(report, Gateway.Ledger.sqlite), "json: CPU per request, of nginx's"));
  }

  @Test
  void of_startUps_eachHasItsOwnLimit() {
    var idle = new ProcessSample(0, 90 << 20, 20);
    var checks =
        Checks.of(
            new LoadReport(
                Machine.here(),
                List.of(
                    new Subjects.StartUp("nexus", 1_300, false, idle),
                    new Subjects.StartUp("nexus", 599, true, idle)),
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                List.of()),
            Gateway.Ledger.memory);

    assertEquals(
        new Check("first answer after exec, no cache", "1.30 s", "under 1.20 s", false),
        find(checks, "first answer after exec, no cache"));
    assertEquals(
        new Check("first answer after exec", "599 ms", "under 600 ms", true),
        find(checks, "first answer after exec"));
  }

  @Test
  void of_failureAtThePeak_isMissed() {
    var checks =
        Checks.of(report(List.of(nginx(), nexus(30, 4 * MILLI, 1))), Gateway.Ledger.memory);

    assertEquals(
        new Check("json: failures at the peak", "1", "none", false),
        find(checks, "json: failures at the peak"));
    assertEquals(
        new Check("json: p99 at the peak", "4.00 ms", "under 3.00 ms", false),
        find(checks, "json: p99 at the peak"));
  }

  @Test
  void cpuRatio_withoutNginx_isEmpty() {
    assertEquals(Optional.empty(), Checks.cpuRatio(List.of(json(0), nexus(30, MILLI, 0))));
  }

  @Test
  void of_gatewayNotMeasured_holdsNothingAgainstTargets() {
    assertEquals(List.of(), Checks.of(report(List.of(json(0), nginx())), Gateway.Ledger.memory));
  }

  @Test
  void of_chunkDelay_isWhatTheGatewayAdds() {
    var report = streams(stream("direct", 10, 0, 5 * MILLI), stream("nexus", 10, 0, 6.5 * MILLI));

    assertEquals(
        new Check("sse: delay added to a chunk, p99", "1.50 ms", "under 2.00 ms", true),
        find(Checks.of(report, Gateway.Ledger.memory), "sse: delay added to a chunk, p99"));
  }

  @Test
  void of_noStreamThatCame_saysNothingOfItsDelay() {
    var report = streams(stream("direct", 10, 0, 5 * MILLI), stream("nexus", 0, 10, 0));

    assertEquals(
        List.of(new Check("sse: failures", "10", "none", false)),
        Checks.of(report, Gateway.Ledger.memory));
  }

  @Test
  void of_ledgersShare_leavesCompilerAndCollectorOut() {
    var latencies = new Latencies(100, MILLI, MILLI, MILLI, MILLI);
    var before = new ThreadTimes(Map.of("ledger", 10_000L, "C2 CompilerThre", 5_000_000L));
    var after =
        new ThreadTimes(
            Map.of(
                "ledger", 170_000L,
                "ledger-journal", 900_000L,
                "VM Thread", 3_000_000L,
                "C1 CompilerThre", 500_000L,
                "C2 CompilerThre", 6_500_000L));
    var load = new LoadResult(100, 0, 0, 1, latencies);
    var result = LedgerScenario.result(2_000, load, 6_000_000, before, after);
    var report =
        new LoadReport(
            Machine.here(),
            List.of(),
            List.of(),
            List.of(),
            List.of(),
            List.of(),
            List.of(),
            List.of(),
            List.of(result),
            List.of());

    assertEquals(840_000, result.otherMicros());
    assertEquals(
        new Check("ledger: its share of the CPU at 2000/s", "16.0 %", "under 15.0 %", false),
        find(Checks.of(report, Gateway.Ledger.sqlite), "ledger: its share of the CPU at 2000/s"));
  }

  private static Check find(List<Check> checks, String what) {
    return checks.stream().filter(check -> check.what().equals(what)).findFirst().orElseThrow();
  }

  private static LoadReport report(List<JsonScenario.Measurement> closed) {
    return new LoadReport(
        Machine.here(),
        List.of(),
        List.of(new JsonScenario.Result("json", closed, 100, List.of())),
        List.of(),
        List.of(),
        List.of(),
        List.of(),
        List.of(),
        List.of(),
        List.of());
  }

  private static JsonScenario.Measurement json(long failed) {
    return measurement("direct", Double.NaN, MILLI, failed);
  }

  private static JsonScenario.Measurement nginx() {
    return measurement("nginx", 10, MILLI, 0);
  }

  private static JsonScenario.Measurement nexus(double cpuMicros, double p99, long failed) {
    return measurement("nexus", cpuMicros, p99, failed);
  }

  private static JsonScenario.Measurement measurement(
      String subject, double cpuMicros, double p99, long failed) {
    var latencies = new Latencies(100, p99 / 2, p99, p99, p99);
    return new JsonScenario.Measurement(
        subject, new LoadResult(100, failed, 0, 1, latencies), cpuMicros, 100 << 20, 20);
  }

  private static LoadReport streams(StreamScenario.Measurement... sse) {
    return new LoadReport(
        Machine.here(),
        List.of(),
        List.of(),
        List.of(sse),
        List.of(),
        List.of(),
        List.of(),
        List.of(),
        List.of(),
        List.of());
  }

  private static StreamScenario.Measurement stream(
      String subject, long completed, long failed, double p99) {
    var latencies = new Latencies(100, p99 / 2, p99, p99, p99);
    return new StreamScenario.Measurement(
        subject,
        new StreamResult(completed, failed, latencies, latencies, latencies),
        10,
        100 << 20,
        20);
  }
}
