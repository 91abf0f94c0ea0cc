package io.nexus.control.hold;

/** A hold that can be extended. */
interface Extensible {

  /** The output tokens, over all choices, that the hold now covers. */
  long covered();

  /** The most output tokens that may be generated. */
  long allowed();

  /** Whether the gateway has set or lowered that limit for want of money. */
  default boolean isLowered() {
    return false;
  }

  /** Whether the gateway has set that limit for want of money, and the client has named none. */
  default boolean isOurLimit() {
    return false;
  }

  /** Extends the hold by this many tokens from granted money, or changes nothing; never waits. */
  boolean extend(long moreTokens);

  /**
   * Asks the ledger for the money for this many tokens on another thread, which takes none.
   *
   * @param answered called when there is an answer or none will come
   */
  void ask(long moreTokens, Runnable answered);

  /** Asks as {@link #ask} does, and waits for the answer, but not for longer than that. */
  void await(long moreTokens, long patienceNanos);

  /** How long an extension may take, in nanoseconds. */
  default long waitNanos() {
    return 0;
  }

  /** Whether this many tokens cost only a small part of the money left. */
  default boolean isPlenty(long moreTokens) {
    return false;
  }

  /** Whether the budgets could pay for this many tokens, but not several times over. */
  boolean isScarce(long moreTokens);
}
