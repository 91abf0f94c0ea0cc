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
 * Where a gateway's money comes from and its spend goes to: the ledger's side of {@link Holds},
 * which alone calls what moves money here.
 *
 * <p>The caller that begins an attempt ends it, by {@link #settle} or by {@link #cancel}. A process
 * that dies in between is charged what it had begun: its next start sees to that.
 *
 * <p>Safe for any number of threads. As long as what is granted suffices, nothing here waits for a
 * disk or a network.
 */
public interface Funds {

  /** What the budgets are to be opened with. */
  ShareListener shares();

  /** What the accounts of limits beside money are to be opened with. */
  default ShareListener counts() {
    return ShareListener.LIMITS;
  }

  /** What is changed while gateways run. */
  Settings settings();

  /** The ledger's clock: every {@code now} that budgets are given comes from it. */
  InstantSource clock();

  /** Takes the hold; waits for a draw, for a bounded time, if what is granted does not suffice. */
  default Admission admit(BudgetHold hold, Money amount) {
    return admit(hold, amount, amount);
  }

  /**
   * The same for a request that would make do with less.
   *
   * @param least what it would have been lowered to, as {@link BudgetHold} says
   */
  Admission admit(BudgetHold hold, Money amount, Money least);

  /** Extends the hold, in the same way. */
  default Admission extend(BudgetHold hold, Money more) {
    return extend(hold, more, Long.MAX_VALUE);
  }

  /**
   * The same, for who cannot wait that long.
   *
   * @param patienceNanos how long the ledger is waited for at most. Where it has not answered by
   *     then, nothing is taken that it has not granted
   */
  Admission extend(BudgetHold hold, Money more, long patienceNanos);

  /**
   * How long who asked for money has had to wait lately, at most. Who cannot do without it asks so
   * much earlier.
   */
  default long waitNanos() {
    return 0;
  }

  /**
   * Has the ledger say how budgets stand, before a request is refused over what was known of them.
   * Waits as for a draw. All who ask at a time share one question, and the ledger is asked a few
   * times a second at most.
   *
   * @return whether it has said so just now: look again
   */
  default boolean refresh(RequestBudgets budgets) {
    return false;
  }

  /**
   * Notes that an attempt goes out which may cost so much; also after each extension, with the new
   * amount.
   *
   * @param worstCase what is to be charged if the process dies
   * @return false if it must not go out, since it cannot be noted: the journal is full
   */
  boolean begin(SpendRecord worstCase);

  /** The same, with a record that is made only if it is noted anywhere. */
  default boolean begin(Supplier<SpendRecord> worstCase) {
    return begin(worstCase.get());
  }

  /** Ends an attempt that has cost something, or one that was not begun since it is free. */
  void settle(SpendRecord record);

  /** Ends an attempt that has cost nothing and leaves no record. */
  void cancel(RecordId attempt);

  /** Whether anything that costs money may be admitted now, for as much as the budgets have. */
  default boolean isAvailable() {
    return true;
  }

  /** How it stands. */
  LedgerStats figures();

  /** Waits until the ledger has answered for every budget that is open, or is known to be away. */
  void awaitFirstView();

  /** Posts what is to be posted, gives back what is left, and lets go of the ledger. */
  void close();

  /** What a hold's cost is charged to. */
  static List<BudgetCycle> chargesOf(BudgetHold hold) {
    var charges = new ArrayList<BudgetCycle>(4);
    hold.forEach((budget, cycle) -> charges.add(new BudgetCycle(budget, cycle)));
    return List.copyOf(charges);
  }
}
