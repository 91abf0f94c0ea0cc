package io.nexus.control.hold;

import io.nexus.control.budget.BudgetViolation;
import io.nexus.control.limit.LimitExcess;

/** What became of the attempt to hold a request's money at a candidate. */
public sealed interface TakeResult {

  /**
   * It is held and noted, or the candidate costs nothing.
   *
   * @param hold to be ended by its holder
   * @param secured false if the ledger is away and does not know of it, as {@code on_error =
   *     "open"} allows
   */
  record Taken(Hold hold, boolean secured) implements TakeResult {}

  /**
   * The budgets have not got the money.
   *
   * @param violation names the tightest of them
   */
  record Denied(BudgetViolation violation) implements TakeResult {}

  /**
   * A limit does not allow it now.
   *
   * @param excess names the first that does not
   */
  record Limited(LimitExcess excess) implements TakeResult {}

  /** Nobody can tell, or nobody could note it, so that nothing may be sent. */
  record Unavailable(Cause cause) implements TakeResult {}

  /** Why nothing may be sent. */
  enum Cause {
    /** The ledger does not answer, and {@code on_error = "closed"} refuses then. */
    LEDGER_AWAY,
    /** The journal has no room: what was sent could not be recorded. */
    JOURNAL_FULL
  }
}
