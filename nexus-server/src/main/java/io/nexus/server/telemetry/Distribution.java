package io.nexus.server.telemetry;

import java.util.concurrent.atomic.DoubleAdder;
import java.util.concurrent.atomic.LongAdder;

/** A histogram of numbers. Any number of threads may record and read at once. */
final class Distribution {

  private final double[] bounds;
  private final LongAdder[] counts;
  private final DoubleAdder sum = new DoubleAdder();

  /**
   * An empty one.
   *
   * @param bounds the buckets' upper bounds, inclusive, in ascending order
   */
  Distribution(double... bounds) {
    this.bounds = bounds.clone();
    this.counts = new LongAdder[bounds.length + 1];
    for (int i = 0; i < counts.length; i++) {
      counts[i] = new LongAdder();
    }
  }

  void record(double value) {
    int bucket = 0;
    while (bucket < bounds.length && value > bounds[bucket]) {
      bucket++;
    }
    counts[bucket].increment();
    sum.add(value);
  }

  double[] bounds() {
    return bounds.clone();
  }

  long[] counts() {
    var all = new long[counts.length];
    for (int i = 0; i < all.length; i++) {
      all[i] = counts[i].sum();
    }
    return all;
  }

  double sum() {
    return sum.sum();
  }
}
