package io.nexus.metrics;

import java.util.function.LongSupplier;

/** The queue of requests that wait for a budget. Safe for any number of threads. */
public final class QueueMeters {
  private final MeterTable table;
  private final LongHistogram wait;

  QueueMeters(MeterTable table) {
    this.table = table;
    wait = table.histogram(MeterName.BUDGET_QUEUE_WAIT);
  }

  /**
   * Shows the queue's depth from now on.
   *
   * @param depth how many requests wait; asked at each scrape
   */
  public void observe(LongSupplier depth) {
    table.reading(MeterName.BUDGET_QUEUE_DEPTH, depth::getAsLong);
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
