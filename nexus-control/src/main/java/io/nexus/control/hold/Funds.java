package io.nexus.control.hold;

import io.nexus.control.budget.BudgetHold;
import io.nexus.control.budget.RequestBudgets;
import io.nexus.control.budget.ShareListener;
import io.nexus.control.ledger.BudgetCycle;
import io.nexus.control.ledger.LedgerStats;
import io.nexus.control.ledger.RecordId;
import io.nexus.control.ledger.SpendRecord;
import io.nexus.control.money.Money;
import io.nexus.control.settings.Settings;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/**
 * The source of a gateway's money and the destination of its spend: the ledger's side of {@link
 * Holds}. Only {@code Holds} calls the methods that move money.
 *
 * <p>The caller that begins an attempt ends it, by {@link #settle} or by {@link #cancel}. If the
 * process dies in between, its next start charges what it had begun.
 *
 * <p>Safe for any number of threads. While the grant suffices, no method waits for a disk or a
 * network.
 */
public interface Funds {

  /** Decides the process's share of each budget; pass it to the budgets. */
  ShareListener shares();

  /** The same for the accounts of limits other than money. */
  default ShareListener counts() {
    return ShareListener.LIMITS;
  }

  /** The settings that are changed at run time. */
  Settings settings();

  /** The ledger's clock: every time passed to budgets comes from it. */
  InstantSource clock();

  /** Takes the hold. If the grant does not suffice, waits for a draw, for a bounded time. */
  default Admission admit(BudgetHold hold, Money amount) {
    return admit(hold, amount, amount);
  }

  /**
   * Takes the hold for a request that could be clamped to less.
   *
   * @param least the amount to which it would be clamped, see {@link BudgetHold}
   */
  Admission admit(BudgetHold hold, Money amount, Money least);

  /** Extends the hold from granted money; does not wait for the ledger. */
  Admission extend(BudgetHold hold, Money more);

  /**
   * Asks the ledger for what an extension lacks, and waits for the answer as {@link #admit} does.
   * Takes nothing: others may take the grant after that.
   *
   * @param patienceNanos the longest wait
   */
  default void draw(BudgetHold hold, Money more, long patienceNanos) {}

  /**
   * The longest recent wait for a draw, in nanoseconds. A stream extends its hold that much
   * earlier.
   */
  default long waitNanos() {
    return 0;
  }

  /**
   * Asks the ledger for the current state of the budgets, before a request is refused on the basis
   * of older figures. Waits as for a draw. Concurrent callers share one query, and the ledger is
   * queried a few times a second at most.
   *
   * @return whether the figures are fresh; if so, the caller should try again
   */
  default boolean refresh(RequestBudgets budgets) {
    return false;
  }

  /**
   * Notes in the journal that an attempt is about to be sent and the most it may cost. Called again
   * with the new amount after each extension.
   *
   * @param worstCase the record to charge if the process dies
   * @return false if the journal is full; the attempt must not be sent then
   */
  boolean begin(SpendRecord worstCase);

  /** Notes the attempt; creates the record only if there is a journal. */
  default boolean begin(Supplier<SpendRecord> worstCase) {
    return begin(worstCase.get());
  }

  /** Ends an attempt that has cost something, or a free one, which was not begun. */
  void settle(SpendRecord record);

  /** Ends an attempt that has cost nothing and leaves no record. */
  void cancel(RecordId attempt);

  /** Whether requests that cost money can be admitted now, as far as the budgets allow. */
  default boolean isAvailable() {
    return true;
  }

  /** Figures for metrics. */
  LedgerStats figures();

  /** Waits until the ledger has reported every open budget, or is known to be unreachable. */
  void awaitFirstView();

  /** Posts the remaining records, gives back unused money, and closes the ledger. */
  void close();

  /** The budgets and cycles to which a hold's cost is charged. */
  static List<BudgetCycle> chargesOf(BudgetHold hold) {
    var charges = new ArrayList<BudgetCycle>(4);
    hold.forEach((budget, cycle) -> charges.add(new BudgetCycle(budget, cycle)));
    return List.copyOf(charges);
  }
}
