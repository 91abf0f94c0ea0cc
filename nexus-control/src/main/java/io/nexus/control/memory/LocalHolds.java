package io.nexus.control.memory;

import io.nexus.control.budget.BudgetHold;
import io.nexus.control.budget.ShareListener;
import io.nexus.control.hold.Admission;
import io.nexus.control.hold.Funds;
import io.nexus.control.ledger.Ledger;
import io.nexus.control.ledger.LedgerException;
import io.nexus.control.ledger.LedgerStats;
import io.nexus.control.ledger.RecordId;
import io.nexus.control.ledger.SpendRecord;
import io.nexus.control.money.Money;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/**
 * Nobody shares the budgets and nothing outlives the process.
 *
 * <p>Records wait in a queue until some have gathered, so that no request waits for the ledger's
 * lock: one of those that bring a record posts them all.
 */
public final class LocalHolds implements Funds {

  private static final Logger LOG = System.getLogger(LocalHolds.class.getName());
  private static final String SELF = "memory";
  private static final int BATCH = 64;

  private final Ledger ledger;
  private final InstantSource clock;
  private final Queue<SpendRecord> arrived = new ConcurrentLinkedQueue<>();
  private final AtomicInteger waiting = new AtomicInteger();
  private final ReentrantLock posting = new ReentrantLock();

  /** Grants every budget's whole limit, and posts at once. */
  public LocalHolds(Ledger ledger, InstantSource clock) {
    this.ledger = ledger;
    this.clock = clock;
  }

  @Override
  public ShareListener shares() {
    return ShareListener.LIMITS;
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
    arrived.add(record);
    if (waiting.incrementAndGet() >= BATCH && posting.tryLock()) {
      postArrived();
    }
  }

  @Override
  public void flush() {
    posting.lock();
    postArrived();
  }

  /** For the thread that has the lock, which it lets go of. */
  private void postArrived() {
    try {
      var batch = new ArrayList<SpendRecord>(BATCH);
      for (var record = arrived.poll(); record != null; record = arrived.poll()) {
        batch.add(record);
      }
      waiting.addAndGet(-batch.size());
      var _ = ledger.post(SELF, SELF, batch);
    } catch (LedgerException e) {
      LOG.log(Level.ERROR, "Spend records could not be kept", e);
    } finally {
      posting.unlock();
    }
  }

  @Override
  public void cancel(RecordId attempt) {}

  @Override
  public LedgerStats figures() {
    return new LedgerStats(0, 0, Money.ZERO, Money.ZERO, 0, "");
  }

  @Override
  public void awaitFirstView() {}

  @Override
  public void close() {
    flush();
  }
}
