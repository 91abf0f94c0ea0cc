package io.nexus.metrics;

import static java.util.Objects.requireNonNull;

import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;

/**
 * The meters of one backend. Keep the object with the backend: recording through it looks nothing
 * up and allocates nothing. Safe for any number of threads.
 */
public final class BackendMeters {
  private final MeterTable table;
  private final String backend;
  private final LongHistogram duration;
  private final LongHistogram overhead;
  private final LongHistogram firstToken;
  private final Map<AttemptOutcome, LongAdder> outcomes = new EnumMap<>(AttemptOutcome.class);
  private final LongAdder implausible;

  BackendMeters(MeterTable table, String backend) {
    this.table = table;
    this.backend = backend;
    duration = table.histogram(MeterName.REQUEST_DURATION, backend);
    overhead = table.histogram(MeterName.GATEWAY_OVERHEAD, backend);
    implausible = table.counter(MeterName.USAGE_IMPLAUSIBLE, backend);
    firstToken = table.histogram(MeterName.TIME_TO_FIRST_TOKEN, backend);
    for (var outcome : AttemptOutcome.values()) {
      outcomes.put(outcome, table.counter(MeterName.OUTCOMES, backend, outcome.label()));
    }
  }

  /**
   * Publishes the backend's state. Called at each scrape, so the suppliers must be fast.
   *
   * @param up whether the backend is healthy
   * @param pending the number of requests running there
   */
  public void observe(BooleanSupplier up, LongSupplier pending) {
    table.reading(MeterName.BACKEND_UP, () -> up.getAsBoolean() ? 1 : 0, backend);
    table.reading(MeterName.BACKEND_PENDING, pending::getAsLong, backend);
  }

  /**
   * Publishes whether the backend's circuit is open. Called at each scrape.
   *
   * @param open whether it receives no requests because it left too many unanswered
   */
  public void observeCircuit(BooleanSupplier open) {
    table.reading(MeterName.CIRCUIT_OPEN, () -> open.getAsBoolean() ? 1 : 0, backend);
  }

  /** Counts the outcome of one attempt. */
  public void outcome(AttemptOutcome outcome) {
    requireNonNull(outcomes.get(outcome)).increment();
  }

  /** The number of attempts so far by their outcome. */
  public long outcomes(AttemptOutcome outcome) {
    return requireNonNull(outcomes.get(outcome)).sum();
  }

  /**
   * Records one request, from its arrival to the end of its answer.
   *
   * @param nanos elapsed nanoseconds
   */
  public void duration(long nanos) {
    duration.record(nanos);
  }

  /**
   * Records the gateway's own part of a request's duration: without the wait for the backend.
   *
   * @param nanos nanoseconds
   */
  public void overhead(long nanos) {
    overhead.record(nanos);
  }

  /** Counts one answer whose reported usage or cost is implausible. */
  public void usageImplausible() {
    implausible.increment();
  }

  /**
   * Records one stream's wait for its first chunk, from the request's arrival.
   *
   * @param nanos elapsed nanoseconds
   */
  public void timeToFirstToken(long nanos) {
    firstToken.record(nanos);
  }
}
