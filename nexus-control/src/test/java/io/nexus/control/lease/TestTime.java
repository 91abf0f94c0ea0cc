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

  /** Somebody sets the machine's clock to so much later than it should be. */
  void setClock(Duration later) {
    ahead = later;
  }

  /** The machine sleeps for so long, in which it counts nothing. */
  void sleep(Duration time) {
    ahead = ahead.plus(time);
    sleptMillis.addAndGet(time.toMillis());
  }

  /** A clock that nobody sets: another machine's. */
  Instant instant() {
    return START.plusNanos(nanos());
  }

  /** The machine's clock. */
  InstantSource wall() {
    return () -> instant().plus(ahead);
  }

  /** All that the machine knows of it. */
  MachineTime machine() {
    return new MachineTime(wall(), this::nanos, sleptMillis::get);
  }

  long nanos() {
    return System.nanoTime() - beganNanos + passedNanos.get();
  }
}
