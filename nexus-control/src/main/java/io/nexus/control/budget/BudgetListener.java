package io.nexus.control.budget;

/**
 * Receives notice of a budget's crossings and cycle changes.
 *
 * <p>Called on the thread that caused it, often a request's: implementations return at once and do
 * not throw.
 */
public interface BudgetListener {

  /** The spend has reached the soft limit for the first time in its cycle. */
  void softLimitReached(BudgetState state);

  /** For the first time in its cycle the spend has reached the limit or a request did not fit. */
  void hardLimitReached(BudgetState state);

  /** A request did not fit but was admitted, because the budget only warns or is in shadow mode. */
  void refusalWaived(BudgetTerms terms);

  /** A new cycle has begun. */
  void cycleTurned(BudgetState state);

  /** Ignores all notices. */
  BudgetListener NONE =
      new BudgetListener() {
        @Override
        public void softLimitReached(BudgetState state) {}

        @Override
        public void hardLimitReached(BudgetState state) {}

        @Override
        public void refusalWaived(BudgetTerms terms) {}

        @Override
        public void cycleTurned(BudgetState state) {}
      };
}
