package io.nexus.metrics;

import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;

/** The meters of one sink of spend records. Safe for any number of threads. */
public final class SinkMeters {
  private final MeterTable table;
  private final String sink;
  private final LongAdder records;
  private final LongAdder dropped;
  private final LongAdder failures;

  SinkMeters(MeterTable table, String sink) {
    this.table = table;
    this.sink = sink;
    records = table.counter(MeterName.SPEND_SINK_RECORDS, sink);
    dropped = table.counter(MeterName.SPEND_SINK_DROPPED, sink);
    failures = table.counter(MeterName.SPEND_SINK_FAILURES, sink);
  }

  /**
   * Publishes the number of waiting records.
   *
   * @param pending called at each scrape, so it must be fast
   */
  public void observe(LongSupplier pending) {
    table.reading(MeterName.SPEND_SINK_PENDING, pending::getAsLong, sink);
  }

  /** Counts records that the sink has accepted. */
  public void taken(int count) {
    records.add(count);
  }

  /** Counts records that are dropped. */
  public void dropped(long count) {
    dropped.add(count);
  }

  /** Counts an attempt that failed. */
  public void failed() {
    failures.increment();
  }
}
