package io.nexus.control.lease;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Instant;
import java.time.InstantSource;

/**
 * The ledger's clock, as an offset to the machine's count of nanoseconds. So it goes on evenly
 * whatever happens to the machine's own clock.
 *
 * <p>The offset is measured again and again, since no two clocks go at the same speed. If the
 * ledger's clock is the machine's own, as a file's is, it leaps when somebody sets that: such a
 * leap is not followed, unless the machine was asleep for so long.
 *
 * <p>Read by any thread, set by one.
 */
final class LedgerClock implements InstantSource {

  private static final Logger LOG = System.getLogger(LedgerClock.class.getName());

  /** What a slow answer, a slow clock and its gentle correction may come to. */
  private static final long TOLERATED_MILLIS = 2000;

  private static final long NANOS_A_MILLI = 1_000_000;

  private final MachineTime machine;
  private volatile Reading reading;
  private boolean isTheLedgers;
  private boolean told;

  /** What all clocks showed at a count of nanoseconds. */
  private record Reading(long nanos, long ledgerMillis, long wallMillis, long sleptMillis) {

    long millisAt(long later) {
      return ledgerMillis + Math.floorDiv(later - nanos, NANOS_A_MILLI);
    }
  }

  /** The machine's clock, until it is first set. */
  LedgerClock(MachineTime machine) {
    this.machine = machine;
    this.reading = read(machine.nanos().getAsLong(), machine.wall().millis());
  }

  /** Corrects it by what the ledger answered to a question asked and answered at these counts. */
  void set(Instant ledger, long askedNanos, long answeredNanos) {
    long tookNanos = answeredNanos - askedNanos;
    var next = read(askedNanos + tookNanos / 2, ledger.toEpochMilli());
    if (!isTheLedgers || !leaps(next, TOLERATED_MILLIS + tookNanos / NANOS_A_MILLI)) {
      reading = next;
      isTheLedgers = true;
      told = false;
    }
  }

  private Reading read(long nanos, long ledgerMillis) {
    return new Reading(
        nanos, ledgerMillis, machine.wall().millis(), machine.sleptMillis().getAsLong());
  }

  /** Whether somebody has set the clock that the machine and its ledger have in common. */
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
    if (!slept && !told) {
      told = true;
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
