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

  /** Limits of budgets by value have changed, also of values that are not in memory. */
  default void valuesChanged() {}

  /** An operator has set the spend of the current cycle back to zero; {@code amount} was spent. */
  default void forgiven(BudgetTerms terms, Cycle cycle, Money amount) {}

  /**
   * Whether money must be granted before it is spent; if not, each process may spend the whole
   * limit.
   */
  default boolean leasing() {
    return true;
  }

  /** The budgets are not shared: this process may spend the whole limit. */
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
