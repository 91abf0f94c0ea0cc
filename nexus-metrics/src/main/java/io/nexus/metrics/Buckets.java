package io.nexus.metrics;

import java.math.BigDecimal;
import java.util.Arrays;
import java.util.List;

/**
 * The upper bounds of a histogram's buckets, in billionths of the printed unit (nano-dollars or
 * nanoseconds), and as printed.
 */
@SuppressWarnings("ImmutableEnumChecker") // the array is never modified or published
enum Buckets {
  /** For meters that are not histograms. */
  NONE,
  COST("0.0001", "0.001", "0.01", "0.1", "1", "10", "100"),
  /** From a cached answer of a small model to a long one of a large model. */
  DURATION("0.05", "0.1", "0.25", "0.5", "1", "2.5", "5", "10", "30", "60", "120", "300"),
  /** With a fine resolution below a millisecond, where a gateway should be. */
  OVERHEAD(
      "0.00005", "0.0001", "0.00025", "0.0005", "0.001", "0.0025", "0.005", "0.01", "0.05", "0.25",
      "1"),
  FIRST_TOKEN("0.01", "0.025", "0.05", "0.1", "0.25", "0.5", "1", "2.5", "5", "10", "30"),
  QUEUE_WAIT("0.01", "0.1", "0.5", "1", "2.5", "5", "10", "30", "60", "300"),
  LEDGER("0.0005", "0.001", "0.0025", "0.005", "0.01", "0.025", "0.1", "0.5", "1", "5");

  private static final int DECIMALS = 9;

  private final long[] nanos;
  private final List<String> texts;

  Buckets(String... bounds) {
    nanos =
        Arrays.stream(bounds)
            .mapToLong(bound -> new BigDecimal(bound).movePointRight(DECIMALS).longValueExact())
            .toArray();
    // OpenMetrics requires "1.0", not "1"; the same spelling in both formats keeps the series the
    // same.
    texts = Arrays.stream(bounds).map(bound -> bound.contains(".") ? bound : bound + ".0").toList();
  }

  /** A new array of the bounds, in ascending order. */
  long[] nanos() {
    return nanos.clone();
  }

  /** The bounds as values of the label {@code le}. */
  List<String> texts() {
    return texts;
  }
}
