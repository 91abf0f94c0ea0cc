package io.nexus.control.lease;

import java.time.InstantSource;
import java.util.function.LongSupplier;

/**
 * A machine's clocks.
 *
 * @param wall its clock, which an operator or a time service may set
 * @param nanos counts nanoseconds independently of the clock, like {@link System#nanoTime}; used
 *     for all deadlines
 * @param sleptMillis how long the machine has been asleep since it started, which {@code nanos}
 *     does not count; {@link #UNKNOWN} if the system does not say
 */
public record MachineTime(InstantSource wall, LongSupplier nanos, LongSupplier sleptMillis) {

  /** The sleep time is not known. */
  public static final long UNKNOWN = Long.MIN_VALUE;

  /** The clocks of a machine whose sleep time is not known. */
  public MachineTime(InstantSource wall, LongSupplier nanos) {
    this(wall, nanos, () -> UNKNOWN);
  }
}
