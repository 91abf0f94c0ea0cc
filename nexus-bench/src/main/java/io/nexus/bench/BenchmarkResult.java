package io.nexus.bench;

import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What one benchmark measured with one set of parameters.
 *
 * @param name class without its {@code Benchmark}, a dot, the method: {@code Cost.ofUsage}
 * @param parameters the values of the JMH parameters, and {@code threads} if more than one
 * @param meanNanos mean time of one operation; NaN if not measured
 * @param p999Nanos the 99.9th percentile over single operations, which includes about 25 ns for
 *     reading the clock twice; NaN if not measured
 * @param bytesPerOperation allocated on the heap by one operation; NaN if not measured
 */
public record BenchmarkResult(
    String name,
    SortedMap<String, String> parameters,
    double meanNanos,
    double p999Nanos,
    double bytesPerOperation) {

  /** A result with no figure yet. */
  static BenchmarkResult of(String name, SortedMap<String, String> parameters) {
    return new BenchmarkResult(name, parameters, Double.NaN, Double.NaN, Double.NaN);
  }

  /** Copies the parameters. */
  public BenchmarkResult {
    parameters = java.util.Collections.unmodifiableSortedMap(new TreeMap<>(parameters));
  }

  BenchmarkResult withMean(double nanos) {
    return new BenchmarkResult(name, parameters, nanos, p999Nanos, bytesPerOperation);
  }

  BenchmarkResult withP999(double nanos) {
    return new BenchmarkResult(name, parameters, meanNanos, nanos, bytesPerOperation);
  }

  BenchmarkResult withBytes(double bytes) {
    return new BenchmarkResult(name, parameters, meanNanos, p999Nanos, bytes);
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
    };
  }
}
