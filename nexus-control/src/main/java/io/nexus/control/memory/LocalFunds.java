package io.nexus.control.memory;

import io.nexus.control.budget.BudgetHold;
import io.nexus.control.budget.ShareListener;
import io.nexus.control.hold.Admission;
import io.nexus.control.hold.Funds;
import io.nexus.control.ledger.LedgerStats;
import io.nexus.control.ledger.RecordId;
import io.nexus.control.ledger.SpendRecord;
import io.nexus.control.money.Money;
import io.nexus.control.settings.Settings;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** Funds of a process that shares its budgets with no other and stores nothing. */
public final class LocalFunds implements Funds {

  private final MemoryLedger ledger;
  private final InstantSource clock;
  private final Consumer<List<SpendRecord>> posted;
  private final Settings settings;

  /** Grants every budget's whole limit, and posts records at once. */
  public LocalFunds(MemoryLedger ledger, InstantSource clock) {
    this(ledger, clock, _ -> {});
  }

  /**
   * Also reports the posted records.
   *
   * @param posted receives each record; returns at once
   */
  public LocalFunds(MemoryLedger ledger, InstantSource clock, Consumer<List<SpendRecord>> posted) {
    this.ledger = ledger;
    this.clock = clock;
    this.posted = posted;
    this.settings = new LocalSettings(ledger);
  }

  @Override
  public ShareListener shares() {
    return ShareListener.LIMITS;
  }

  @Override
  public Settings settings() {
    return settings;
  }

  @Override
  public InstantSource clock() {
    return clock;
  }

  @Override
  public Admission admit(BudgetHold hold, Money amount, Money least) {
    return hold.take(amount, least, clock.millis())
        ? new Admission.Held(true)
        : new Admission.Refused();
  }

  @Override
  public Admission extend(BudgetHold hold, Money more) {
    return hold.extend(more, clock.millis()) ? new Admission.Held(true) : new Admission.Refused();
  }

  @Override
  public boolean begin(SpendRecord worstCase) {
    return true;
  }

  @Override
  public boolean begin(Supplier<SpendRecord> worstCase) {
    return true;
  }

  @Override
  public void settle(SpendRecord record) {
    ledger.enter(record);
    posted.accept(List.of(record));
  }

  @Override
  public void cancel(RecordId attempt) {}

  @Override
  public LedgerStats figures() {
    return new LedgerStats(0, 0, Money.ZERO, Money.ZERO, 0, "", Optional.empty());
  }

  @Override
  public void awaitFirstView() {}

  @Override
  public void close() {}
}
