package io.nexus.control.lease;

import io.nexus.control.budget.BudgetHold;
import io.nexus.control.budget.RequestBudgets;
import io.nexus.control.budget.ShareListener;
import io.nexus.control.hold.Admission;
import io.nexus.control.hold.Funds;
import io.nexus.control.journal.Journal;
import io.nexus.control.journal.JournalFolder;
import io.nexus.control.lease.DrawRequest.Answer;
import io.nexus.control.ledger.BudgetCycle;
import io.nexus.control.ledger.Ledger;
import io.nexus.control.ledger.LedgerException;
import io.nexus.control.ledger.LedgerException.Kind;
import io.nexus.control.ledger.LedgerStats;
import io.nexus.control.ledger.RecordId;
import io.nexus.control.ledger.SpendRecord;
import io.nexus.control.money.Money;
import io.nexus.control.settings.Settings;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;

/** The requests' side of the leases; {@link LedgerThread} is the ledger's side. */
public final class LeasedFunds implements Funds {

  private static final Duration FIRST_VIEW = Duration.ofSeconds(10);

  /** With each draw the longest wait decays by an eighth. */
  private static final long FORGOTTEN_PART = 8;

  private final LeaseTerms terms;
  private final Journal journal;
  private final LedgerThread thread;
  private final LeaseListener listener;
  private final LongSupplier nanos;

  /** Concurrent waiters may overwrite each other's value; either one is recent. */
  private volatile long waitNanos;

  private LeasedFunds(
      LeaseTerms terms,
      Journal journal,
      LedgerThread thread,
      LeaseListener listener,
      LongSupplier nanos) {
    this.terms = terms;
    this.journal = journal;
    this.thread = thread;
    this.listener = listener;
    this.nanos = nanos;
  }

  /** Opens the ledger; called again while that fails. */
  @FunctionalInterface
  public interface Opener {

    /** Opens the ledger. */
    Ledger open() throws LedgerException;
  }

  /**
   * Starts to draw from a ledger.
   *
   * @param machine the local clocks; their offset from the ledger's clock is measured and corrected
   * @throws LedgerException if the ledger or the journal is in use, or the ledger's address or
   *     version is wrong, or its driver does not work. After any other failure the ledger is tried
   *     again until it answers
   */
  public static LeasedFunds start(
      Opener opener, LeaseTerms terms, MachineTime machine, LeaseListener listener)
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
    var session = new LedgerSession(opener, terms, incarnation, folder, machine, listener);
    var thread = new LedgerThread(session, terms, journal, folder, machine, listener);
    thread.start();
    return new LeasedFunds(terms, journal, thread, listener, machine.nanos());
  }

  @Override
  public ShareListener shares() {
    return thread;
  }

  @Override
  public ShareListener counts() {
    return thread.counts();
  }

  @Override
  public Settings settings() {
    return thread.settings();
  }

  @Override
  public InstantSource clock() {
    return thread.clock();
  }

  @Override
  public Admission admit(BudgetHold hold, Money amount, Money least) {
    long began = nanos.getAsLong();
    if (thread.isFenced()) {
      return unavailable();
    }
    if (hold.take(amount, least, clock().millis())) {
      return new Admission.Held(true);
    }
    try {
      return drawn(hold, amount, least, began);
    } finally {
      waited(nanos.getAsLong() - began);
    }
  }

  @Override
  public Admission extend(BudgetHold hold, Money more) {
    if (thread.isFenced()) {
      return unavailable();
    }
    if (hold.extend(more, clock().millis())) {
      return new Admission.Held(true);
    }
    if (!thread.isAway()) {
      return new Admission.Refused();
    }
    return terms.failOpen()
        ? admitted(hold.extendUnsecured(more, clock().millis()))
        : unavailable();
  }

  @Override
  public void draw(BudgetHold hold, Money more, long patienceNanos) {
    long began = nanos.getAsLong();
    var charges = shortOf(hold, more);
    var answer = Answer.GRANTED;
    while (!charges.isEmpty() && answer == Answer.GRANTED && !thread.isFenced()) {
      answer = ask(new DrawRequest(charges, more), began, patienceNanos);
      waited(nanos.getAsLong() - began);
      charges = shortOf(hold, more);
    }
  }

  /** Records a wait; the maximum decays slowly after the ledger has become faster. */
  private void waited(long took) {
    long before = waitNanos;
    waitNanos = Math.max(took, before - before / FORGOTTEN_PART);
  }

  @Override
  public long waitNanos() {
    return waitNanos;
  }

  private Admission drawn(BudgetHold hold, Money amount, Money least, long began) {
    do {
      var charges = shortOf(hold, amount);
      if (charges.isEmpty()) {
        // Granted in the meantime, unless others have taken it since.
        return hold.take(amount, least, clock().millis())
            ? new Admission.Held(true)
            : new Admission.Refused();
      }
      switch (ask(new DrawRequest(charges, amount), began, Long.MAX_VALUE)) {
        case GRANTED -> {}
        case REFUSED, LATE -> {
          return new Admission.Refused();
        }
        case AWAY -> {
          return terms.failOpen() && !thread.isFenced()
              ? admitted(hold.takeUnsecured(amount, clock().millis()))
              : unavailable();
        }
      }
    } while (!hold.take(amount, least, clock().millis()));
    return new Admission.Held(true);
  }

  private Admission admitted(Optional<Money> uncovered) {
    uncovered.ifPresent(listener::unsecured);
    return uncovered.isPresent() ? new Admission.Held(false) : new Admission.Refused();
  }

  private Admission unavailable() {
    return new Admission.Unavailable(thread.figures().away());
  }

  @Override
  public boolean refresh(RequestBudgets budgets) {
    var charges = new HashSet<BudgetCycle>();
    budgets.forEachEnforced(
        clock().millis(), (budget, cycle) -> charges.add(new BudgetCycle(budget, cycle)));
    // Another request's query may have been answered after this request checked.
    return !charges.isEmpty()
        && (thread.areFresh(charges)
            || ask(new DrawRequest(charges, Money.ZERO), nanos.getAsLong(), Long.MAX_VALUE)
                == Answer.GRANTED);
  }

  static Set<BudgetCycle> shortOf(BudgetHold hold, Money amount) {
    var charges = new HashSet<BudgetCycle>();
    hold.forEachShortOf(amount, (budget, cycle) -> charges.add(new BudgetCycle(budget, cycle)));
    return charges;
  }

  /**
   * Asks for a draw. Others may take the grant first; then it asks again, up to the deadline.
   *
   * @param patienceNanos the caller's longest wait while the ledger is up
   */
  private Answer ask(DrawRequest ask, long beganNanos, long patienceNanos) {
    long waited = nanos.getAsLong() - beganNanos;
    long left = LedgerSession.LONGEST_PATIENCE_NANOS - waited;
    if (thread.isAway() || left <= 0) {
      return Answer.AWAY;
    }
    if (thread.refuses(ask.charges(), ask.amount())) {
      return Answer.REFUSED;
    }
    if (patienceNanos <= waited) {
      return Answer.LATE;
    }
    if (!thread.ask(ask)) {
      return Answer.AWAY;
    }
    long ledgers = Math.min(left, thread.patienceNanos());
    long own = patienceNanos - waited;
    return own < ledgers ? await(ask, own, Answer.LATE) : await(ask, ledgers, Answer.AWAY);
  }

  private static Answer await(DrawRequest ask, long nanos, Answer otherwise) {
    try {
      return ask.answer().get(nanos, TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      return otherwise;
    } catch (ExecutionException e) {
      return Answer.AWAY;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Answer.AWAY;
    }
  }

  @Override
  public boolean begin(SpendRecord worstCase) {
    boolean begun = journal.begin(worstCase);
    thread.begun();
    return begun;
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
  public boolean isAvailable() {
    return !thread.isFenced() && (terms.failOpen() || !thread.isAway()) && journal.hasRoom();
  }

  @Override
  public LedgerStats figures() {
    return thread.figures();
  }

  @Override
  public void awaitFirstView() {
    var ask = new DrawRequest(Set.of(), Money.ZERO);
    if (!thread.isAway() && thread.ask(ask)) {
      var _ = await(ask, FIRST_VIEW.toNanos(), Answer.AWAY);
    }
  }

  @Override
  public void close() {
    thread.stop();
  }
}
