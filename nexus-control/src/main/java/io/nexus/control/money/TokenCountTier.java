package io.nexus.control.money;

/** The accuracy of a token count. */
public enum TokenCountTier {
  /** Counted with the model's own vocabulary. */
  EXACT("Exact"),
  /** Counted with the vocabulary of a related model. */
  APPROXIMATION("Approximation"),
  /** Estimated from the length of the text. */
  ESTIMATED("Estimated");

  private final String label;

  TokenCountTier(String label) {
    this.label = label;
  }

  /** The tier as metrics and reports spell it. */
  public String label() {
    return label;
  }
}
