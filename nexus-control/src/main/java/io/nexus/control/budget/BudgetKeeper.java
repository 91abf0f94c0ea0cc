package io.nexus.control.budget;

/** What keeps a budget in memory. Takes no lock. */
interface BudgetKeeper {

  /** The budget is used again, after it was asleep. */
  void woke();

  /** Whether the budget is to sleep while it is idle. */
  boolean wantsRest();

  /** Keeps it in any case. */
  BudgetKeeper ALWAYS =
      new BudgetKeeper() {
        @Override
        public void woke() {}

        @Override
        public boolean wantsRest() {
          return false;
        }
      };
}
