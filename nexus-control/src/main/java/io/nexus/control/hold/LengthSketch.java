package io.nexus.control.hold;

import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * One quantile of recent lengths, from a histogram with sixteen buckets to each power of two, the
 * division that HdrHistogram uses (http://hdrhistogram.org). Every 128 lengths all counts are
 * halved, so that old lengths fade.
 *
 * <p>Safe for any number of threads, lock-free. A length recorded while the counts are halved may
 * or may not be halved with them.
 */
final class LengthSketch {

  private static final int SUB_BITS = 4;
  private static final int SUB_BUCKETS = 1 << SUB_BITS;

  /** Lengths of a million tokens and more share the last bucket. */
  private static final int TOP_BIT = 20;

  private static final int BUCKETS = SUB_BUCKETS * (TOP_BIT - SUB_BITS + 1);
  private static final long LONGEST = (1L << TOP_BIT) - 1;

  /** The initial weight of a length, so that it can be halved 16 times. */
  private static final long WEIGHT = 1L << 16;

  private static final int HALVE_EVERY = 128;
  private static final int ENOUGH = 32;

  /** The quantile is recomputed after this many lengths. */
  private static final int REFRESH_EVERY = 4;

  private static final long UNKNOWN = -1;

  private final int percent;
  private final AtomicLongArray counts = new AtomicLongArray(BUCKETS);
  private final AtomicInteger recorded = new AtomicInteger();
  private volatile long quantile = UNKNOWN;

  LengthSketch(int percent) {
    this.percent = percent;
  }

  void record(long length) {
    counts.getAndAdd(bucketOf(Math.clamp(length, 0, LONGEST)), WEIGHT);
    // May wrap around: after the first few only the remainder matters.
    int number = recorded.incrementAndGet();
    if (number % HALVE_EVERY == 0) {
      halve();
    }
    if (number % REFRESH_EVERY == 0 && (number >= ENOUGH || quantile != UNKNOWN)) {
      quantile = find();
    }
  }

  /** The upper edge of the quantile's bucket; empty while there are too few lengths. */
  OptionalLong quantile() {
    long known = quantile;
    return known == UNKNOWN ? OptionalLong.empty() : OptionalLong.of(known);
  }

  private void halve() {
    for (int i = 0; i < BUCKETS; i++) {
      long count = counts.get(i);
      if (count != 0) {
        counts.getAndAdd(i, -(count - count / 2));
      }
    }
  }

  /** Finds the quantile's bucket, from the longest down. */
  private long find() {
    long total = 0;
    for (int i = 0; i < BUCKETS; i++) {
      total += counts.get(i);
    }
    long above = total / 100 * (100 - percent);
    int bucket = BUCKETS - 1;
    for (long seen = counts.get(bucket); seen <= above && bucket > 0; ) {
      bucket--;
      seen += counts.get(bucket);
    }
    return upperEdge(bucket);
  }

  private static int bucketOf(long length) {
    int shift = Math.max(0, Long.SIZE - Long.numberOfLeadingZeros(length) - SUB_BITS - 1);
    return (shift << SUB_BITS) + (int) (length >> shift);
  }

  /** The longest length of a bucket. */
  private static long upperEdge(int bucket) {
    int shift = Math.max(0, (bucket >> SUB_BITS) - 1);
    return (((long) bucket - ((long) shift << SUB_BITS)) << shift) + (1L << shift) - 1;
  }
}
