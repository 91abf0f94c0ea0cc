package io.nexus.metrics;

import java.math.BigDecimal;
import java.util.Arrays;
import java.util.List;

/**
 * The upper bounds of a histogram's buckets, in billionths of the unit that the page prints
 * (nano-dollars or nanoseconds), and as the page spells them.
 */
@SuppressWarnings("ImmutableEnumChecker") // the array is never written nor given out
enum Buckets {
  /** For a meter that is no histogram. */
  NONE,
  COST("0.0001", "0.001", "0.01", "0.1", "1", "10", "100"),
  /** From a cached answer of a small model to a long one of a large model. */
  DURATION("0.05", "0.1", "0.25", "0.5", "1", "2.5", "5", "10", "30", "60", "120", "300"),
  /** Fine where a gateway should be, below a millisecond. */
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
    // OpenMetrics wants "1.0", not "1"; one spelling in both formats keeps one series in both.
    texts = Arrays.stream(bounds).map(bound -> bound.contains(".") ? bound : bound + ".0").toList();
  }

  /** The bounds in ascending order, as an array of the caller's own. */
  long[] nanos() {
    return nanos.clone();
  }

  /** The bounds as the label {@code le} spells them. */
  List<String> texts() {
    return texts;
  }
}
