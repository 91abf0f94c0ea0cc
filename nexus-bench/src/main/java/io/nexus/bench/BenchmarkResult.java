package io.nexus.bench;

import java.util.Collection;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What one benchmark measured with one set of parameters.
 *
 * @param name the class without {@code Benchmark}, a dot, the method: {@code Cost.ofUsage}
 * @param parameters the values of the JMH parameters, and {@code threads} if more than one
 * @param meanNanos mean time of one operation; NaN if not measured
 * @param p999Nanos the 99.9th percentile over single operations, which includes about 25 ns for
 *     reading the clock twice; NaN if not measured
 * @param bytesPerOperation allocated on the heap by one operation; NaN if not measured
 * @param speedUp the baseline's mean time over this one's, with the same parameters; NaN if there
 *     is none
 */
public record BenchmarkResult(
    String name,
    SortedMap<String, String> parameters,
    double meanNanos,
    double p999Nanos,
    double bytesPerOperation,
    double speedUp) {

  private static final String BASELINE = ".baseline";

  /** A result without figures. */
  static BenchmarkResult of(String name, SortedMap<String, String> parameters) {
    return new BenchmarkResult(name, parameters, Double.NaN, Double.NaN, Double.NaN, Double.NaN);
  }

  /** Copies the parameters. */
  public BenchmarkResult {
    parameters = java.util.Collections.unmodifiableSortedMap(new TreeMap<>(parameters));
  }

  BenchmarkResult withMean(double nanos) {
    return new BenchmarkResult(name, parameters, nanos, p999Nanos, bytesPerOperation, speedUp);
  }

  BenchmarkResult withP999(double nanos) {
    return new BenchmarkResult(name, parameters, meanNanos, nanos, bytesPerOperation, speedUp);
  }

  BenchmarkResult withBytes(double bytes) {
    return new BenchmarkResult(name, parameters, meanNanos, p999Nanos, bytes, speedUp);
  }

  /** The results, with speed-ups for those that have a baseline. */
  static List<BenchmarkResult> compared(Collection<BenchmarkResult> results) {
    return results.stream()
        .map(
            result ->
                results.stream()
                    .filter(result::hasBaseline)
                    .findFirst()
                    .map(result::comparedWith)
                    .orElse(result))
        .toList();
  }

  /** Whether it is a baseline itself. */
  boolean isBaseline() {
    return name.contains(BASELINE);
  }

  private boolean hasBaseline(BenchmarkResult other) {
    var group = name.substring(0, name.indexOf('.'));
    return !isBaseline()
        && other.name.startsWith(group + BASELINE)
        && parameters.entrySet().containsAll(other.parameters.entrySet());
  }

  private BenchmarkResult comparedWith(BenchmarkResult baseline) {
    return new BenchmarkResult(
        name, parameters, meanNanos, p999Nanos, bytesPerOperation, baseline.meanNanos / meanNanos);
  }

  /** Name and parameters, as a row of the table shows them. */
  String label() {
    return parameters.isEmpty() ? name : name + " " + parameters;
  }

  /** The figure of the metric; NaN if not measured. */
  double value(Target.Metric metric) {
    return switch (metric) {
      case MEAN -> meanNanos;
      case P999 -> p999Nanos;
      case BYTES -> bytesPerOperation;
      case SPEED_UP -> speedUp;
    };
  }
}
