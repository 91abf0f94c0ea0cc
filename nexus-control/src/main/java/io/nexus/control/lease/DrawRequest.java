package io.nexus.control.lease;

import io.nexus.control.ledger.BudgetCycle;
import io.nexus.control.money.Money;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/**
 * A request's message to the ledger thread.
 *
 * @param charges the budgets; empty to wait until every open budget has been reported
 * @param amount the amount that must be free on each; zero to refresh their figures
 * @param answer completed by the ledger thread
 */
record DrawRequest(Set<BudgetCycle> charges, Money amount, CompletableFuture<Answer> answer) {

  DrawRequest(Set<BudgetCycle> charges, Money amount) {
    this(charges, amount, new CompletableFuture<>());
  }

  /** The result. */
  enum Answer {
    /** Enough was granted, for this request or an earlier one: try the hold again. */
    GRANTED,
    /** The budget has too little left. */
    REFUSED,
    /** The ledger does not answer. */
    AWAY,
    /** The ledger has not answered within the caller's patience. */
    LATE
  }

  /** Whether it only refreshes figures. */
  boolean looks() {
    return amount.isZero();
  }

  /** Whether it only waits until every open budget has been reported. */
  boolean isAboutAll() {
    return charges.isEmpty();
  }
}
