package io.nexus.control.lease;

import io.nexus.control.ledger.BudgetCycle;
import io.nexus.control.money.Money;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/**
 * What a request asks the ledger's thread for.
 *
 * @param charges the budgets; none to be answered when all that are open have been seen
 * @param amount what must be free on each; zero to see how they stand
 * @param answer completed by the ledger's thread
 */
record DrawRequest(Set<BudgetCycle> charges, Money amount, CompletableFuture<Answer> answer) {

  DrawRequest(Set<BudgetCycle> charges, Money amount) {
    this(charges, amount, new CompletableFuture<>());
  }

  /** What became of it. */
  enum Answer {
    /** Enough was granted, for this request or one before it: look again. */
    GRANTED,
    /** The ledger has not got it. */
    REFUSED,
    /** The ledger does not answer. */
    AWAY,
    /** It has not answered within the time that who asked could wait. */
    LATE
  }

  /** Whether it only asks how the budgets stand. */
  boolean looks() {
    return amount.isZero();
  }

  /** Whether it only waits until all that are open have been seen. */
  boolean isAboutAll() {
    return charges.isEmpty();
  }
}
