package io.nexus.metrics;

import java.util.concurrent.atomic.LongAdder;

/**
 * A histogram of whole numbers with fixed bounds. Recording allocates nothing; any number of
 * threads may record and read at once.
 *
 * <p>It exists because the histograms of Micrometer 1.15, which Helidon's are, round every value up
 * to a whole number of the printed unit ({@code TimeWindowFixedBoundaryHistogram.recordDouble}), so
 * that a cost of $0.0003 would land below $1.
 */
final class LongHistogram {
  private final long[] bounds;
  private final LongAdder[] counts;
  private final LongAdder sum = new LongAdder();

  /**
   * An empty histogram.
   *
   * @param bounds the buckets' upper bounds, inclusive, in ascending order
   */
  LongHistogram(long[] bounds) {
    this.bounds = bounds;
    counts = new LongAdder[bounds.length + 1];
    for (int i = 0; i < counts.length; i++) {
      counts[i] = new LongAdder();
    }
  }

  /** Counts one value. A negative one counts as zero, so that the sum never falls. */
  void record(long value) {
    long counted = Math.max(0, value);
    int bucket = 0;
    while (bucket < bounds.length && counted > bounds[bucket]) {
      bucket++;
    }
    counts[bucket].increment();
    sum.add(counted);
  }

  /** The number of values at or below each bound; the last element counts all values. */
  long[] cumulative() {
    var cumulative = new long[counts.length];
    long running = 0;
    for (int i = 0; i < counts.length; i++) {
      running += counts[i].sum();
      cumulative[i] = running;
    }
    return cumulative;
  }

  long count() {
    return cumulative()[bounds.length];
  }

  long sum() {
    return sum.sum();
  }
}
