package io.nexus.control.ledger;

/** How an attempt ended. */
public enum Outcome {
  /** The answer was complete. */
  COMPLETED,
  /** The client left before the end. */
  CANCELLED,
  /** The backend broke off before the end. */
  BROKEN,
  /** The budget ended it. */
  CUT_OFF,
  /** The gateway died before it ended: the most that it can have cost is charged. */
  LOST,
  /**
   * It was sent and not answered, so the provider may bill it: the most that it can have cost is
   * charged.
   */
  UNKNOWN,
  /** Not an attempt: a later correction of a charge. */
  CORRECTION,
  /** Not an attempt: an operator has set a budget's spend back to zero. */
  FORGIVEN,
  /** Not an attempt: spend of another budget or cycle that counts on this one too. */
  CARRIED;

  /**
   * Whether such a record only moves a budget's balance; reports of spend do not count it, because
   * it changes no cost.
   */
  public boolean movesBalancesOnly() {
    return this == FORGIVEN || this == CARRIED;
  }
}
