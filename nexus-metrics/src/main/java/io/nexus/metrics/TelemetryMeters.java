package io.nexus.metrics;

import java.util.concurrent.atomic.LongAdder;

/** The meters of the export to a collector. Safe for any number of threads. */
public final class TelemetryMeters {
  private final LongAdder spans;
  private final LongAdder dropped;
  private final LongAdder failures;

  TelemetryMeters(MeterTable table) {
    spans = table.counter(MeterName.TELEMETRY_SPANS);
    dropped = table.counter(MeterName.TELEMETRY_DROPPED);
    failures = table.counter(MeterName.TELEMETRY_FAILURES);
  }

  /** Counts spans that the collector has accepted. */
  public void taken(int count) {
    spans.add(count);
  }

  /** Counts dropped spans. */
  public void dropped(long count) {
    dropped.add(count);
  }

  /** Counts a message that it did not accept. */
  public void failed() {
    failures.increment();
  }
}
