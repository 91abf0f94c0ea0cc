package io.nexus.control.lease;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/** This machine's clock, set right by the ledger's. */
final class LedgerClock implements InstantSource {

  private final InstantSource wall;
  private volatile long offsetMillis;

  LedgerClock(InstantSource wall) {
    this.wall = wall;
  }

  /** Corrects it by what the ledger answered to a question asked and answered at these times. */
  void set(Instant ledger, Instant asked, Instant answered) {
    var middle = asked.plus(Duration.between(asked, answered).dividedBy(2));
    offsetMillis = Duration.between(middle, ledger).toMillis();
  }

  @Override
  public Instant instant() {
    return wall.instant().plusMillis(offsetMillis);
  }

  @Override
  public long millis() {
    return wall.millis() + offsetMillis;
  }
}
