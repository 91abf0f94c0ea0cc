package io.nexus.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nexus.bench.ResultTable.Verdict;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class ResultTableTest {
  private static final List<Target> TARGETS =
      List.of(
          Target.floor("Budget.hold", Map.of(), 100),
          Target.p999("Budget.hold", Map.of("budgets", "3"), 2),
          Target.noAllocation("Budget.hold", Map.of("budgets", "3")));

  @Test
  void of_resultWithinAllTargets_isMet() {
    var line = only(result(Map.of("budgets", "3", "threads", "2"), 900, 1_999, 0.002));

    assertEquals(Verdict.MET, line.verdict());
    assertEquals(3, line.targets().size());
  }

  @Test
  void of_p999AtTheLimit_isMissedAndNamed() {
    var results = List.of(result(Map.of("budgets", "3"), 900, 2_000, 0));
    var table = ResultTable.of(results, TARGETS);

    assertEquals(Verdict.MISSED, table.lines().getFirst().verdict());
    assertEquals(List.of(TARGETS.get(1)), table.lines().getFirst().missed());
    assertTrue(table.text().contains("missed: p99.9 < 2.00 us"), table.text());
  }

  @Test
  void of_aByteAllocated_missesNoAllocation() {
    var line = only(result(Map.of("budgets", "3"), 900, 900, 16));

    assertEquals(List.of(TARGETS.get(2)), line.missed());
  }

  @Test
  void of_figureThatWasNotMeasured_isMissed() {
    var line = only(result(Map.of("budgets", "3"), 900, Double.NaN, 0));

    assertEquals(List.of(TARGETS.get(1)), line.missed());
  }

  @Test
  void of_otherParameters_onlyTheFloorApplies() {
    var line = only(result(Map.of("budgets", "1"), 99_999, 500_000, 64));

    assertEquals(List.of(TARGETS.get(0)), line.targets());
    assertEquals(Verdict.MET, line.verdict());
  }

  @Test
  void of_otherBenchmark_hasNoVerdict() {
    var other = BenchmarkResult.of("Budget.holdAndMore", new TreeMap<>());

    assertEquals(
        Verdict.NONE, ResultTable.of(List.of(other), TARGETS).lines().getFirst().verdict());
  }

  @Test
  void text_printsFloorsAsFloorsAndCountsVerdicts() {
    var results =
        List.of(
            result(Map.of("budgets", "1"), 41.26, 96, 0),
            result(Map.of("budgets", "3"), 200_000, 96, 0),
            BenchmarkResult.of("Other", new TreeMap<>()));

    var lines = ResultTable.of(results, TARGETS).text().lines().toList();

    assertTrue(
        lines
            .get(2)
            .matches("Budget.hold \\{budgets=1}  41.3 ns  96.0 ns +0 +-  floor mean < 100 us +met"),
        lines.get(2));
    assertTrue(lines.get(3).endsWith("missed: floor mean < 100 us"), lines.get(3));
    assertTrue(lines.get(4).matches("Other +- +- +- +- +- +-"), lines.get(4));
    assertEquals("1 met, 1 missed, 1 without a target", lines.getLast());
  }

  @Test
  void compared_baselineOfTheSameParameters_givesTheSpeedUp() {
    var parameters = Map.of("budgets", "3");
    var results =
        BenchmarkResult.compared(
            List.of(
                mean("Budget.baselineScan", parameters, 500),
                mean("Budget.baselineScan", Map.of("budgets", "1"), 200),
                mean("Budget.hold", Map.of("budgets", "1", "threads", "2"), 100),
                mean("Budget.hold", parameters, 100),
                mean("Budget.hold", Map.of("budgets", "5", "threads", "2"), 100),
                mean("Cost.hold", parameters, 100)));

    var targets = List.of(Target.speedUp("Budget.hold", parameters, 5));
    var table = ResultTable.of(results, targets);

    assertEquals(2, results.get(2).speedUp());
    assertEquals(5, results.get(3).speedUp());
    assertEquals(Verdict.MET, table.lines().get(3).verdict());
    assertTrue(table.text().contains(" 5.00 x  speed-up >= 5.00 x "), table.text());
    for (int without : new int[] {0, 1, 4, 5}) {
      assertTrue(Double.isNaN(results.get(without).speedUp()), results.get(without).label());
    }
    var stricter = List.of(Target.speedUp("Budget.hold", parameters, 5.1));
    assertEquals(Verdict.MISSED, ResultTable.of(results, stricter).lines().get(3).verdict());
  }

  private static BenchmarkResult mean(String name, Map<String, String> parameters, double nanos) {
    return BenchmarkResult.of(name, new TreeMap<>(parameters)).withMean(nanos);
  }

  private static ResultTable.Line only(BenchmarkResult result) {
    return ResultTable.of(List.of(result), TARGETS).lines().getFirst();
  }

  private static BenchmarkResult result(
      Map<String, String> parameters, double mean, double p999, double bytes) {
    return new BenchmarkResult(
        "Budget.hold", new TreeMap<>(parameters), mean, p999, bytes, Double.NaN);
  }
}
