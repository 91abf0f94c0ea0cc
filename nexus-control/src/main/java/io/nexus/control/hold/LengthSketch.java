package io.nexus.control.hold;

import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * One quantile of recent lengths, from a histogram with sixteen buckets to each power of two, the
 * division that HdrHistogram uses (http://hdrhistogram.org). Every 128 lengths all counts are
 * halved, so that what is old fades.
 *
 * <p>Safe for any number of threads, lock-free. A length recorded while the counts are halved may
 * be halved with them or not.
 */
final class LengthSketch {

  private static final int SUB_BITS = 4;
  private static final int SUB_BUCKETS = 1 << SUB_BITS;

  /** Lengths from here on, a million tokens, share the last bucket. */
  private static final int TOP_BIT = 20;

  private static final int BUCKETS = SUB_BUCKETS * (TOP_BIT - SUB_BITS + 1);
  private static final long LONGEST = (1L << TOP_BIT) - 1;

  /** What a length weighs at first: enough to be halved often before it is gone. */
  private static final long WEIGHT = 1L << 16;

  private static final int HALVE_EVERY = 128;
  private static final int ENOUGH = 32;

  /** How many lengths may pass before the quantile is found anew. */
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
    // Wraps around without harm: only the remainder counts after the first few.
    int number = recorded.incrementAndGet();
    if (number % HALVE_EVERY == 0) {
      halve();
    }
    if (number % REFRESH_EVERY == 0 && (number >= ENOUGH || quantile != UNKNOWN)) {
      quantile = find();
    }
  }

  /** The upper edge of the bucket that it lies in; empty while too little is known. */
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

  /** The first bucket, from the longest down, above which less than the rest lies. */
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
