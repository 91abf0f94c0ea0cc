package io.nexus.server.chat;

import io.nexus.control.budget.BudgetViolation;

/** What became of the attempt to hold a request's money at a candidate. */
sealed interface Claim {

  /**
   * It is held, or the candidate costs nothing.
   *
   * @param maxTokens the longest answer, in each choice, that may be asked for; 0 for whatever the
   *     client asked for
   * @param clamped whether that is less than the request would have been allowed with more money
   * @param coveredTokens the output, over all choices, that the hold pays for
   * @param allowedTokens the output, over all choices, that the backend may generate
   */
  record Taken(long maxTokens, boolean clamped, long coveredTokens, long allowedTokens)
      implements Claim {

    /** Nothing needs to be held. */
    static final Taken FREE = new Taken(0, false, Long.MAX_VALUE, Long.MAX_VALUE);
  }

  /** It does not fit. */
  record Denied(BudgetViolation violation) implements Claim {}
}
