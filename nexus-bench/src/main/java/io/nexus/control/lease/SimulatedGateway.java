package io.nexus.control.lease;

import io.nexus.control.budget.BudgetHold;
import io.nexus.control.budget.BudgetListener;
import io.nexus.control.budget.BudgetTerms;
import io.nexus.control.budget.Budgets;
import io.nexus.control.hold.Admission;
import io.nexus.control.journal.Journal;
import io.nexus.control.journal.JournalFolder;
import io.nexus.control.lease.DrawRequest.Answer;
import io.nexus.control.ledger.LedgerException;
import io.nexus.control.ledger.SpendRecord;
import io.nexus.control.money.Money;
import java.io.IOException;
import java.time.InstantSource;
import java.util.List;

/**
 * A gateway's leases without the ledger thread: the caller runs its rounds. Everything else is the
 * gateway's own code: budgets, chunk sizes, journal, recovery.
 *
 * <p>For one thread.
 */
public final class SimulatedGateway {

  private final JournalFolder folder;
  private final Journal journal;
  private final LedgerThread thread;
  private final Budgets book;
  private final boolean failOpen;

  /**
   * Creates a gateway that has not called the ledger yet.
   *
   * @param source opens the ledger
   * @param machine its clocks
   * @param incarnation names the process; never used before
   * @param budgets its budgets
   */
  public SimulatedGateway(
      LeasedFunds.Opener source,
      LeaseTerms terms,
      MachineTime machine,
      String incarnation,
      List<BudgetTerms> budgets)
      throws LedgerException, IOException {
    failOpen = terms.failOpen();
    folder = JournalFolder.open(terms.journal());
    journal = folder.start(terms.node(), incarnation, terms.journalMaxBytes());
    var session =
        new LedgerSession(source, terms, incarnation, folder, machine, LeaseListener.NONE);
    thread = new LedgerThread(session, terms, journal, folder, machine, LeaseListener.NONE);
    book = new Budgets(budgets, BudgetListener.NONE, thread, machine.wall().millis());
  }

  /** Its budgets. */
  public Budgets book() {
    return book;
  }

  /** Its clock, corrected by the ledger's. */
  public InstantSource clock() {
    return thread.clock();
  }

  /** Draws, posts, gives back and renews what is due. */
  public void round() {
    thread.round(List.of());
  }

  /** Takes the hold; draws if the grant does not suffice. */
  public Admission admit(BudgetHold hold, Money amount) {
    while (!hold.take(amount, clock().millis())) {
      var charges = LeasedFunds.shortOf(hold, amount);
      if (thread.isAway()) {
        return admitAlone(hold, amount);
      }
      if (thread.refuses(charges, amount)) {
        return new Admission.Refused();
      }
      var ask = new DrawRequest(charges, amount);
      thread.round(List.of(ask));
      switch (ask.answer().getNow(Answer.AWAY)) {
        case GRANTED -> {}
        case REFUSED, LATE -> {
          return new Admission.Refused();
        }
        case AWAY -> {
          return admitAlone(hold, amount);
        }
      }
    }
    return new Admission.Held(true);
  }

  /** Takes the hold as if the ledger did not answer. */
  public Admission admitAlone(BudgetHold hold, Money amount) {
    if (hold.take(amount, clock().millis())) {
      return new Admission.Held(true);
    }
    if (!failOpen) {
      return new Admission.Unavailable(thread.figures().away());
    }
    return hold.takeUnsecured(amount, clock().millis()).isPresent()
        ? new Admission.Held(false)
        : new Admission.Refused();
  }

  /** Notes the beginning of an attempt and the most it may cost; false if there is no room. */
  public boolean begin(SpendRecord worstCase) {
    return journal.begin(worstCase);
  }

  /** Notes the cost of an attempt. */
  public void settle(SpendRecord record) {
    journal.settle(record);
  }

  /** Kills it: its files stay, and its lock is released. */
  public void crash() throws IOException {
    folder.close();
  }
}
