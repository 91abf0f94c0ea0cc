package io.nexus.metrics;

import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * Counts the answers to requests of one API for one model at one backend, by HTTP status. Safe for
 * any number of threads; allocates only when a status is seen for the first time.
 */
public final class RequestMeters {
  private static final int LOWEST = 100;
  private static final int HIGHEST = 599;

  private final MeterTable table;
  private final String backend;
  private final String model;
  private final String api;
  private final AtomicReferenceArray<@Nullable LongAdder> byStatus =
      new AtomicReferenceArray<>(HIGHEST - LOWEST + 1);

  RequestMeters(MeterTable table, String backend, String model, String api) {
    this.table = table;
    this.backend = backend;
    this.model = model;
    this.api = api;
  }

  /**
   * Counts one request as answered.
   *
   * @param status the HTTP status sent to the client; 499 if it had left. Values below 100 or above
   *     599 count as {@code other}
   */
  public void answered(int status) {
    if (status < LOWEST || status > HIGHEST) {
      table.counter(MeterName.REQUESTS, backend, model, ModelLabels.OTHER, api).increment();
      return;
    }
    var counter = byStatus.get(status - LOWEST);
    if (counter == null) {
      // Two threads may both get here: the table returns the same counter to both.
      counter = table.counter(MeterName.REQUESTS, backend, model, Integer.toString(status), api);
      byStatus.set(status - LOWEST, counter);
    }
    counter.increment();
  }
}
