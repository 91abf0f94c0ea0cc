package io.nexus.control.lease;

import java.time.InstantSource;
import java.util.function.LongSupplier;

/**
 * What a machine knows of the time.
 *
 * @param wall its clock, which an operator or a time service may set
 * @param nanos counts nanoseconds whatever happens to the clock, as {@link System#nanoTime} does;
 *     every deadline is kept by it
 * @param sleptMillis how long the machine has been asleep since it started, which {@code nanos}
 *     does not count; {@link #UNKNOWN} where nothing tells
 */
public record MachineTime(InstantSource wall, LongSupplier nanos, LongSupplier sleptMillis) {

  /** Nothing tells how long the machine has slept. */
  public static final long UNKNOWN = Long.MIN_VALUE;

  /** The time of a machine of which nothing tells whether it has slept. */
  public MachineTime(InstantSource wall, LongSupplier nanos) {
    this(wall, nanos, () -> UNKNOWN);
  }
}
