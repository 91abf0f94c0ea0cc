package io.nexus.bench;

import java.util.Map;
import java.util.SortedMap;

/**
 * A limit for one figure of one benchmark.
 *
 * @param benchmark the benchmark's name, as in {@link BenchmarkResult#name}
 * @param parameters applies to results with at least these parameters
 * @param kind whether it is the first design's floor or our own target
 * @param metric the figure
 * @param limit the figure must stay below this many nanoseconds; for bytes, at most reach it; for
 *     the comparison with the baseline, at least reach it
 */
public record Target(
    String benchmark,
    SortedMap<String, String> parameters,
    Kind kind,
    Metric metric,
    double limit) {

  /**
   * JMH divides all bytes that the JVM allocated by the operations, so even a benchmark without
   * allocations shows some thousandths of a byte.
   */
  private static final double BYTES_NOISE = 0.5;

  /** Where a limit comes from. */
  public enum Kind {
    /** The first design's limit: loose, but must never be missed. */
    FLOOR,
    /** Our own target. */
    TARGET
  }

  /** The figure that the limit applies to. */
  public enum Metric {
    /** Mean time. */
    MEAN("mean"),
    /** 99.9th percentile of single operations. */
    P999("p99.9"),
    /** Allocated bytes an operation. */
    BYTES("B/op"),
    /** The speed-up over the baseline. */
    SPEED_UP("speed-up");

    private final String label;

    Metric(String label) {
      this.label = label;
    }
  }

  /** A floor of the first design, in microseconds, on the mean. */
  static Target floor(String benchmark, Map<String, String> parameters, double micros) {
    return new Target(benchmark, sorted(parameters), Kind.FLOOR, Metric.MEAN, micros * 1_000);
  }

  /** Our target on the mean, in microseconds. */
  static Target mean(String benchmark, Map<String, String> parameters, double micros) {
    return new Target(benchmark, sorted(parameters), Kind.TARGET, Metric.MEAN, micros * 1_000);
  }

  /** Our target on the 99.9th percentile, in microseconds. */
  static Target p999(String benchmark, Map<String, String> parameters, double micros) {
    return new Target(benchmark, sorted(parameters), Kind.TARGET, Metric.P999, micros * 1_000);
  }

  /** Our target: nothing is allocated. */
  static Target noAllocation(String benchmark, Map<String, String> parameters) {
    return new Target(benchmark, sorted(parameters), Kind.TARGET, Metric.BYTES, 0);
  }

  /** Our target: the smallest speed-up over the baseline. */
  static Target speedUp(String benchmark, Map<String, String> parameters, double times) {
    return new Target(benchmark, sorted(parameters), Kind.TARGET, Metric.SPEED_UP, times);
  }

  private static SortedMap<String, String> sorted(Map<String, String> parameters) {
    return new java.util.TreeMap<>(parameters);
  }

  /** Whether this target applies to the result. */
  boolean appliesTo(BenchmarkResult result) {
    return benchmark.equals(result.name())
        && result.parameters().entrySet().containsAll(parameters.entrySet());
  }

  /** Whether the result stays within the limit; a figure that was not measured does not. */
  boolean isMetBy(BenchmarkResult result) {
    double value = result.value(metric);
    return switch (metric) {
      case MEAN, P999 -> value < limit;
      case BYTES -> value <= limit + BYTES_NOISE;
      case SPEED_UP -> value >= limit;
    };
  }

  /** As the table shows it. */
  @Override
  public String toString() {
    var text =
        switch (metric) {
          case MEAN, P999 -> metric.label + " < " + Quantity.time(limit);
          case BYTES -> Quantity.bytes(limit) + " B/op";
          case SPEED_UP -> metric.label + " >= " + Quantity.times(limit);
        };
    return kind == Kind.FLOOR ? "floor " + text : text;
  }
}
