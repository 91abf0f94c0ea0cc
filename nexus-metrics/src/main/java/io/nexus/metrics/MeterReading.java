package io.nexus.metrics;

import java.util.List;

/**
 * What one series says at a moment.
 *
 * @param name the meter's, as on the page
 * @param help what it means
 * @param labelNames the names of its labels
 * @param labels their values, in the same order
 * @param value what was read
 */
public record MeterReading(
    String name, String help, List<String> labelNames, List<String> labels, Value value) {

  /** Copies the lists. */
  public MeterReading {
    labelNames = List.copyOf(labelNames);
    labels = List.copyOf(labels);
  }

  /** What was read. */
  public sealed interface Value {

    /** A sum that only rises. */
    record Total(double sum) implements Value {}

    /** A value that rises and falls. */
    record Level(double level) implements Value {}

    /**
     * A distribution.
     *
     * @param bounds the buckets' upper bounds, inclusive, in ascending order
     * @param counts how many values each bucket has; one more than bounds, for those above
     * @param sum of all values
     */
    @SuppressWarnings("ArrayRecordComponent") // handed on whole, never compared
    record Distribution(double[] bounds, long[] counts, double sum) implements Value {}
  }
}
