package io.nexus.control.lease;

import io.nexus.control.budget.BudgetHold;
import io.nexus.control.budget.ShareListener;
import io.nexus.control.hold.Admission;
import io.nexus.control.hold.Funds;
import io.nexus.control.journal.Journal;
import io.nexus.control.journal.JournalFolder;
import io.nexus.control.lease.DrawRequest.Answer;
import io.nexus.control.ledger.BudgetCycle;
import io.nexus.control.ledger.LedgerException;
import io.nexus.control.ledger.LedgerException.Kind;
import io.nexus.control.ledger.LedgerStats;
import io.nexus.control.ledger.RecordId;
import io.nexus.control.ledger.SpendRecord;
import io.nexus.control.money.Money;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;

/** The requests' side of the leases; {@link LedgerThread} is the other one. */
public final class LeasedHolds implements Funds {

  private static final Duration FIRST_VIEW = Duration.ofSeconds(10);

  private final LeaseTerms terms;
  private final Journal journal;
  private final LedgerThread thread;

  private LeasedHolds(LeaseTerms terms, Journal journal, LedgerThread thread) {
    this.terms = terms;
    this.journal = journal;
    this.thread = thread;
  }

  /**
   * Draws from a ledger.
   *
   * @param clock the local clock; its offset from the ledger's clock is measured and corrected
   * @throws LedgerException if the ledger or the journal is in use, or the ledger's address or
   *     version is not right. One that cannot be reached or used for another reason is tried again
   *     and again
   */
  public static LeasedHolds start(
      LedgerSource source, LeaseTerms terms, InstantSource clock, LeaseListener listener)
      throws LedgerException {
    var incarnation = UUID.randomUUID().toString();
    var folder = JournalFolder.open(terms.journal());
    Journal journal;
    try {
      journal = folder.start(terms.node(), incarnation, terms.journalMaxBytes());
    } catch (IOException e) {
      throw new LedgerException(
          Kind.READ_ONLY,
          "ledger journal: "
              + terms.journal().toAbsolutePath()
              + ": cannot be written: give the gateway's user the right to, or make room",
          e);
    }
    var link = new LedgerSession(source, terms, incarnation, folder, clock);
    var thread = new LedgerThread(link, terms, journal, folder, listener);
    thread.start();
    return new LeasedHolds(terms, journal, thread);
  }

  @Override
  public ShareListener shares() {
    return thread;
  }

  @Override
  public InstantSource clock() {
    return thread.clock();
  }

  @Override
  public Admission admit(BudgetHold hold, Money amount, Money least) {
    return grant(
        hold,
        amount,
        () -> hold.take(amount, least, clock().millis()),
        () -> {
          hold.takeAnyway(amount, clock().millis());
          return true;
        });
  }

  @Override
  public Admission extend(BudgetHold hold, Money more) {
    return grant(
        hold, more, () -> hold.extend(more, clock().millis()), () -> hold.extendAnyway(more));
  }

  private Admission grant(
      BudgetHold hold, Money amount, BooleanSupplier take, BooleanSupplier force) {
    long deadline = clock().millis() + terms.drawWait().toMillis();
    while (!take.getAsBoolean()) {
      var charges = shortOf(hold, amount);
      if (charges.isEmpty()) {
        // Granted since, or not held any more: what an extension finds then.
        if (!take.getAsBoolean()) {
          return new Admission.Refused();
        }
        break;
      }
      switch (ask(charges, amount, deadline - clock().millis())) {
        case GRANTED -> {}
        case REFUSED -> {
          return new Admission.Refused();
        }
        case AWAY -> {
          if (!terms.failOpen()) {
            return new Admission.Unavailable(thread.figures().away());
          }
          return force.getAsBoolean() ? new Admission.Held(false) : new Admission.Refused();
        }
      }
    }
    return new Admission.Held(true);
  }

  static Set<BudgetCycle> shortOf(BudgetHold hold, Money amount) {
    var charges = new HashSet<BudgetCycle>();
    hold.forEachShortOf(amount, (budget, cycle) -> charges.add(new BudgetCycle(budget, cycle)));
    return charges;
  }

  private Answer ask(Set<BudgetCycle> charges, Money amount, long waitMillis) {
    if (thread.isAway() || waitMillis <= 0) {
      return Answer.AWAY;
    }
    if (thread.refuses(charges, amount)) {
      return Answer.REFUSED;
    }
    var ask = new DrawRequest(charges, amount, new CompletableFuture<>());
    return thread.ask(ask) ? await(ask, waitMillis) : Answer.AWAY;
  }

  private static Answer await(DrawRequest ask, long millis) {
    try {
      return ask.answer().get(millis, TimeUnit.MILLISECONDS);
    } catch (TimeoutException | ExecutionException e) {
      return Answer.AWAY;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Answer.AWAY;
    }
  }

  @Override
  public boolean begin(SpendRecord worstCase) {
    return journal.begin(worstCase);
  }

  @Override
  public void settle(SpendRecord record) {
    journal.settle(record);
  }

  @Override
  public void cancel(RecordId attempt) {
    journal.cancel(attempt);
  }

  @Override
  public LedgerStats figures() {
    return thread.figures();
  }

  @Override
  public void awaitFirstView() {
    var ask = new DrawRequest(Set.of(), Money.ZERO, new CompletableFuture<>());
    if (!thread.isAway() && thread.ask(ask)) {
      var _ = await(ask, FIRST_VIEW.toMillis());
    }
  }

  @Override
  public void close() {
    thread.stop();
  }
}
