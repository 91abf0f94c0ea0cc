package io.nexus.control.lease;

import io.nexus.control.ledger.BudgetCycle;
import io.nexus.control.money.Money;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/**
 * A request's wish that so much be granted on each of some budgets.
 *
 * @param charges the budgets; none to be answered when the ledger has been seen
 * @param amount what must be free on each
 * @param answer completed by the ledger's thread
 */
record DrawRequest(Set<BudgetCycle> charges, Money amount, CompletableFuture<Answer> answer) {

  /** What became of it. */
  enum Answer {
    /** Enough was granted, for this request or one before it: look again. */
    GRANTED,
    /** The ledger has not got it. */
    REFUSED,
    /** The ledger does not answer. */
    AWAY
  }
}
