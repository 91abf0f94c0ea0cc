package io.nexus.control.lease;

import io.nexus.control.budget.Allotments;
import io.nexus.control.budget.Hold;
import io.nexus.control.ledger.Attempt;
import io.nexus.control.ledger.SpendRecord;
import io.nexus.control.money.Money;
import io.nexus.control.spi.Ledger;
import io.nexus.control.spi.LedgerException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.InstantSource;
import java.util.List;

/** Nobody shares the budgets and nothing outlives the process. */
final class MemoryTreasury implements Treasury {

  private static final Logger LOG = System.getLogger(MemoryTreasury.class.getName());
  private static final String SELF = "memory";

  private final Ledger ledger;
  private final InstantSource clock;

  MemoryTreasury(Ledger ledger, InstantSource clock) {
    this.ledger = ledger;
    this.clock = clock;
  }

  @Override
  public Allotments allotments() {
    return Allotments.LIMITS;
  }

  @Override
  public InstantSource clock() {
    return clock;
  }

  @Override
  public Admission admit(Hold hold, Money amount, Money least) {
    return hold.take(amount, least, clock.millis())
        ? new Admission.Held(true)
        : new Admission.Refused();
  }

  @Override
  public Admission extend(Hold hold, Money more) {
    return hold.extend(more, clock.millis()) ? new Admission.Held(true) : new Admission.Refused();
  }

  @Override
  public boolean begin(SpendRecord worstCase) {
    return true;
  }

  @Override
  public void settle(SpendRecord record) {
    try {
      var _ = ledger.post(SELF, SELF, List.of(record));
    } catch (LedgerException e) {
      LOG.log(Level.ERROR, "A spend record could not be kept", e);
    }
  }

  @Override
  public void cancel(Attempt attempt) {}

  @Override
  public LeaseFigures figures() {
    return new LeaseFigures(0, 0, Money.ZERO, Money.ZERO, 0, "");
  }

  @Override
  public void awaitFirstView() {}

  @Override
  public void close() {}
}
