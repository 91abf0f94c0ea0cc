package io.nexus.control.ledger;

/** The source of a record's tokens. */
public enum Precision {
  /** The provider reported them. */
  REPORTED,
  /** The provider stated the cost itself, which is charged whatever the price. */
  STATED,
  /** They were counted with the model's own vocabulary. */
  COUNTED,
  /** They were estimated, or replaced by the worst case. */
  ESTIMATED
}
