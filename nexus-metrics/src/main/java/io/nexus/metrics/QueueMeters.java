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
   * Publishes the queue's depth.
   *
   * @param depth the number of waiting requests; called at each scrape
   */
  public void observe(LongSupplier depth) {
    table.reading(depthName, depth::getAsLong);
  }

  /**
   * Records how long a request waited, whether or not it ran afterwards.
   *
   * @param nanos elapsed nanoseconds
   */
  public void waited(long nanos) {
    wait.record(nanos);
  }
}
