package io.nexus.control.ledger;

/** How the tokens of a record are known. */
public enum Precision {
  /** The provider reported them. */
  REPORTED,
  /** The provider stated the cost itself, which is charged whatever the price. */
  STATED,
  /** They were counted with the model's own vocabulary. */
  COUNTED,
  /** They were estimated, or the worst case stands in for them. */
  ESTIMATED
}
