package io.nexus.metrics;

import java.util.List;

/**
 * The value of one series at a moment.
 *
 * @param name the meter's, as on the page
 * @param help its help text
 * @param labelNames the names of its labels
 * @param labels their values, in the same order
 * @param value the value
 */
public record MeterReading(
    String name, String help, List<String> labelNames, List<String> labels, Value value) {

  /** Copies the lists. */
  public MeterReading {
    labelNames = List.copyOf(labelNames);
    labels = List.copyOf(labels);
  }

  /** The value. */
  public sealed interface Value {

    /** A sum that only rises. */
    record Total(double sum) implements Value {}

    /** A value that rises and falls. */
    record Level(double level) implements Value {}

    /**
     * A distribution.
     *
     * @param bounds the buckets' upper bounds, inclusive, in ascending order
     * @param counts the number of values in each bucket; the additional last one is for larger
     *     values
     * @param sum of all values
     */
    @SuppressWarnings("ArrayRecordComponent") // passed on as it is, never compared
    record Distribution(double[] bounds, long[] counts, double sum) implements Value {}
  }
}
