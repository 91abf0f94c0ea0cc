package io.nexus.metrics;

import java.util.function.LongSupplier;

/**
 * A queue of requests that wait: for a budget, or for a backend that is full. Safe for any number
 * of threads.
 */
public final class QueueMeters {
  private final MeterTable table;
  private final MeterName depthName;
  private final LongHistogram wait;

  QueueMeters(MeterTable table, MeterName depth, MeterName wait) {
    this.table = table;
    this.depthName = depth;
    this.wait = table.histogram(wait);
  }

  /**
   * Shows the queue's depth from now on.
   *
   * @param depth how many requests wait; asked at each scrape
   */
  public void observe(LongSupplier depth) {
    table.reading(depthName, depth::getAsLong);
  }

  /**
   * Records how long a request waited, whether it ran in the end or not.
   *
   * @param nanos elapsed nanoseconds
   */
  public void waited(long nanos) {
    wait.record(nanos);
  }
}
