package io.nexus.bench.load;

import java.util.concurrent.TimeUnit;
import org.HdrHistogram.AbstractHistogram;
import org.HdrHistogram.AtomicHistogram;
import org.HdrHistogram.Histogram;

/**
 * The percentiles of a distribution of times.
 *
 * @param count the number of recorded times
 * @param p50Nanos the median; 0 if nothing was recorded, as are the others
 * @param p99Nanos the 99th percentile
 * @param p999Nanos the 99.9th percentile
 * @param maxNanos the longest
 */
record Latencies(long count, double p50Nanos, double p99Nanos, double p999Nanos, double maxNanos) {
  static final long MAX_NANOS = TimeUnit.MINUTES.toNanos(2);
  private static final int DIGITS = 3;

  /** An empty histogram for one thread. */
  static Histogram histogram() {
    return new Histogram(MAX_NANOS, DIGITS);
  }

  /** An empty histogram for many threads. */
  static AtomicHistogram sharedHistogram() {
    return new AtomicHistogram(MAX_NANOS, DIGITS);
  }

  /** Records a time, cut to the histogram's range. */
  static void record(AbstractHistogram histogram, long nanos) {
    histogram.recordValue(Math.clamp(nanos, 0, MAX_NANOS));
  }

  /** The percentiles of the recorded times. */
  static Latencies of(AbstractHistogram histogram) {
    return new Latencies(
        histogram.getTotalCount(),
        histogram.getValueAtPercentile(50),
        histogram.getValueAtPercentile(99),
        histogram.getValueAtPercentile(99.9),
        histogram.getMaxValue());
  }
}
