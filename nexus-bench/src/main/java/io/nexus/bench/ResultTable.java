package io.nexus.bench;

import java.util.List;
import java.util.stream.Collectors;

/**
 * Results compared with targets.
 *
 * @param lines one a result, in the results' order
 */
record ResultTable(List<Line> lines) {

  /** The verdict on a benchmark's targets. */
  enum Verdict {
    MET("met"),
    MISSED("missed"),
    NONE("-");

    private final String label;

    Verdict(String label) {
      this.label = label;
    }
  }

  /**
   * A result with the targets that apply to it.
   *
   * @param missed the targets that it does not meet
   */
  record Line(BenchmarkResult result, List<Target> targets, List<Target> missed) {

    Verdict verdict() {
      if (targets.isEmpty()) {
        return Verdict.NONE;
      }
      return missed.isEmpty() ? Verdict.MET : Verdict.MISSED;
    }

    private String verdictText() {
      return missed.isEmpty() || missed.size() == targets.size()
          ? verdict().label
          : verdict().label + ": " + join(missed);
    }
  }

  /** The content of the JSON file. */
  record Report(
      Machine machine, boolean full, List<BenchmarkResult> results, List<Target> targets) {}

  static ResultTable of(List<BenchmarkResult> results, List<Target> targets) {
    return new ResultTable(
        results.stream()
            .map(
                result -> {
                  var applying = targets.stream().filter(t -> t.appliesTo(result)).toList();
                  var missed = applying.stream().filter(t -> !t.isMetBy(result)).toList();
                  return new Line(result, applying, missed);
                })
            .toList());
  }

  /** The table as {@code nexus bench} prints it, with a closing line that counts the verdicts. */
  String text() {
    var table =
        new TextTable(4, "benchmark", "mean", "p99.9", "B/op", "speed-up", "target", "verdict");
    for (var line : lines) {
      var result = line.result();
      table.row(
          result.label(),
          Quantity.time(result.meanNanos()),
          Quantity.time(result.p999Nanos()),
          Quantity.bytes(result.bytesPerOperation()),
          Quantity.times(result.speedUp()),
          line.targets().isEmpty() ? "-" : join(line.targets()),
          line.verdictText());
    }
    return table.text()
        + count(Verdict.MET)
        + " met, "
        + count(Verdict.MISSED)
        + " missed, "
        + count(Verdict.NONE)
        + " without a target\n";
  }

  private long count(Verdict verdict) {
    return lines.stream().filter(line -> line.verdict() == verdict).count();
  }

  private static String join(List<Target> targets) {
    return targets.stream().map(Target::toString).collect(Collectors.joining(", "));
  }
}
