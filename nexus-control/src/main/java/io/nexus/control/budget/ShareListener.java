package io.nexus.control.budget;

import io.nexus.control.money.Money;

/**
 * Decides how much of each budget this process may spend.
 *
 * <p>Called when a cycle begins, under the budget's lock: implementations return at once.
 */
@FunctionalInterface
public interface ShareListener {

  /** A cycle has begun. */
  void opened(LocalShare share);

  /**
   * A budget that was {@linkplain LocalShare#sleep put to sleep} is used again, or is about to be.
   */
  default void reopened(LocalShare share) {}

  /** An operator has set the spend of the current cycle, which was so much, back to zero. */
  default void forgiven(BudgetTerms terms, Cycle cycle, Money amount) {}

  /** Whether what is spent must be granted; if not, the limit is all that limits. */
  default boolean leasing() {
    return true;
  }

  /** Nobody shares the budgets: each process may spend the whole limit. */
  ShareListener LIMITS =
      new ShareListener() {
        @Override
        public void opened(LocalShare share) {}

        @Override
        public boolean leasing() {
          return false;
        }
      };
}
