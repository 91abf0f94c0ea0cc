package io.nexus.control.budget;

/** Decides how long a budget stays in memory. Takes no lock. */
interface BudgetKeeper {

  /** A sleeping budget is used again. */
  void woke();

  /** Whether the budget should sleep while it is idle. */
  boolean wantsRest();

  /** Keeps the budget forever. */
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
