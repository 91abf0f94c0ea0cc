package io.nexus.control.ledger;

/** How an attempt ended. */
public enum Outcome {
  /** It was answered whole. */
  COMPLETED,
  /** The client left before the end. */
  CANCELLED,
  /** The upstream broke before the end. */
  BROKEN,
  /** The budget ended it. */
  CUT_OFF,
  /** The gateway died before it ended: the most that it can have cost is charged. */
  LOST,
  /**
   * It was sent and nothing came back, so the provider may bill it: the most that it can have cost
   * is charged.
   */
  UNKNOWN,
  /** It is no attempt but a later change of what one is charged. */
  CORRECTION,
  /** It is no attempt: an operator has set a budget's spend back to zero. */
  FORGIVEN,
  /** It is no attempt: what was charged to another budget or cycle counts on this one too. */
  CARRIED;

  /**
   * Whether such a record only moves a budget's balance: no report of spend counts it, since
   * nothing has become dearer or cheaper.
   */
  public boolean movesBalancesOnly() {
    return this == FORGIVEN || this == CARRIED;
  }
}
