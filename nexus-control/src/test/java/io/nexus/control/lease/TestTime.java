package io.nexus.control.lease;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicLong;

/** A machine's time: it goes on by itself, can be made to pass, and its clock can be set. */
final class TestTime {

  static final Instant START = Instant.parse("2026-11-23T10:30:00Z");

  private final long beganNanos = System.nanoTime();
  private final AtomicLong passedNanos = new AtomicLong();
  private final AtomicLong sleptMillis = new AtomicLong();
  private volatile Duration ahead = Duration.ZERO;

  /** All clocks go on. */
  void pass(Duration time) {
    passedNanos.addAndGet(time.toNanos());
  }

  /** Sets the machine's clock ahead. */
  void setClock(Duration later) {
    ahead = later;
  }

  /** The machine sleeps; its monotonic clock stops meanwhile. */
  void sleep(Duration time) {
    ahead = ahead.plus(time);
    sleptMillis.addAndGet(time.toMillis());
  }

  /** The correct clock of another machine. */
  Instant instant() {
    return START.plusNanos(nanos());
  }

  /** The machine's clock. */
  InstantSource wall() {
    return () -> instant().plus(ahead);
  }

  /** The machine's clocks. */
  MachineTime machine() {
    return new MachineTime(wall(), this::nanos, sleptMillis::get);
  }

  long nanos() {
    return System.nanoTime() - beganNanos + passedNanos.get();
  }
}
