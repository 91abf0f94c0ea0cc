package io.nexus.control.hold;

import io.nexus.control.budget.BudgetViolation;
import io.nexus.control.limit.LimitExcess;

/** The result of {@link Holds#take}. */
public sealed interface TakeResult {

  /**
   * The money is held and noted, or the candidate costs nothing.
   *
   * @param hold the hold, which the caller must end
   * @param secured false if the ledger is unreachable and has not granted it, as {@code on_error =
   *     "open"} allows
   */
  record Taken(Hold hold, boolean secured) implements TakeResult {}

  /**
   * A budget has too little money.
   *
   * @param violation names the tightest budget
   */
  record Denied(BudgetViolation violation) implements TakeResult {}

  /**
   * A limit refuses it now.
   *
   * @param excess names the first such limit
   */
  record Limited(LimitExcess excess) implements TakeResult {}

  /** The money could not be held or noted; nothing may be sent. */
  record Unavailable(Cause cause) implements TakeResult {}

  /** Why nothing may be sent. */
  enum Cause {
    /** The ledger does not answer, and {@code on_error = "closed"}. */
    LEDGER_AWAY,
    /** The journal is full, so the attempt could not be recorded. */
    JOURNAL_FULL
  }
}
