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
  /** It is no attempt but the difference that a right price makes to one. */
  CORRECTION,
  /** It is no attempt: an operator has set a budget's spend back to zero. */
  FORGIVEN
}
