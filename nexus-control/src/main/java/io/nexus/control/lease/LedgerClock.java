package io.nexus.control.lease;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Instant;
import java.time.InstantSource;

/**
 * The ledger's clock, kept as an offset to the machine's nanosecond counter. So it runs evenly
 * whatever happens to the machine's own clock.
 *
 * <p>The offset is measured repeatedly, since no two clocks run at the same speed. If the ledger's
 * clock is the machine's own, as for a ledger in a file, it jumps when somebody sets that clock.
 * Such a jump is ignored, unless the machine was asleep for that long.
 *
 * <p>Any thread may read it; one thread sets it.
 */
final class LedgerClock implements InstantSource {

  private static final Logger LOG = System.getLogger(LedgerClock.class.getName());

  /** Tolerates a slow answer, a drifting clock and its gradual correction. */
  private static final long TOLERATED_MILLIS = 2000;

  private static final long NANOS_A_MILLI = 1_000_000;

  private final MachineTime machine;
  private volatile Reading reading;
  private boolean isTheLedgers;
  private boolean warned;

  /** The readings of all clocks at one counter value. */
  private record Reading(long nanos, long ledgerMillis, long wallMillis, long sleptMillis) {

    long millisAt(long later) {
      return ledgerMillis + Math.floorDiv(later - nanos, NANOS_A_MILLI);
    }
  }

  /** Shows the machine's clock until it is first set. */
  LedgerClock(MachineTime machine) {
    this.machine = machine;
    this.reading = read(machine.nanos().getAsLong(), machine.wall().millis());
  }

  /** Corrects it by the ledger's answer. */
  void set(Instant ledger, long askedNanos, long answeredNanos) {
    long tookNanos = answeredNanos - askedNanos;
    var next = read(askedNanos + tookNanos / 2, ledger.toEpochMilli());
    if (!isTheLedgers || !leaps(next, TOLERATED_MILLIS + tookNanos / NANOS_A_MILLI)) {
      reading = next;
      isTheLedgers = true;
      warned = false;
    }
  }

  private Reading read(long nanos, long ledgerMillis) {
    return new Reading(
        nanos, ledgerMillis, machine.wall().millis(), machine.sleptMillis().getAsLong());
  }

  /** Whether the clock shared by the machine and its ledger was set. */
  private boolean leaps(Reading next, long tolerated) {
    var last = reading;
    long leap = next.ledgerMillis - last.millisAt(next.nanos);
    long elapsed = last.millisAt(next.nanos) - last.ledgerMillis;
    long wallLeap = next.wallMillis - last.wallMillis - elapsed;
    if (Math.abs(leap) <= tolerated || Math.abs(wallLeap - leap) > tolerated) {
      return false;
    }
    boolean slept =
        next.sleptMillis == MachineTime.UNKNOWN
            ? leap > 0
            : Math.abs(next.sleptMillis - last.sleptMillis - leap) <= tolerated;
    if (!slept && !warned) {
      warned = true;
      LOG.log(
          Level.WARNING,
          "Ledger: this machine's clock was set by "
              + leap / 1000
              + " seconds: this gateway goes on as if it had not been, until it is restarted");
    }
    return !slept;
  }

  @Override
  public Instant instant() {
    return Instant.ofEpochMilli(millis());
  }

  @Override
  public long millis() {
    return reading.millisAt(machine.nanos().getAsLong());
  }
}
