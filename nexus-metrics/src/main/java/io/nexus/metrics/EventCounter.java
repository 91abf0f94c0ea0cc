package io.nexus.metrics;

import java.util.concurrent.atomic.LongAdder;

/**
 * A counter bound to its label values: keep it, and count without a look-up. Safe for any number of
 * threads; allocates nothing.
 */
public final class EventCounter {
  private final LongAdder adder;

  EventCounter(LongAdder adder) {
    this.adder = adder;
  }

  /** Counts one event. */
  public void increment() {
    adder.increment();
  }

  /** The count so far. */
  public long count() {
    return adder.sum();
  }
}
