package io.nexus.control.budget;

/** How much of a stream's cost a budget holds at first. */
public enum HoldPolicy {
  /** The usual cost of the model's answers; the hold grows as the stream runs. */
  ELASTIC("elastic"),
  /** The most that the stream may cost, as for an answer in one piece. */
  WORST_CASE("worst-case");

  private final String label;

  HoldPolicy(String label) {
    this.label = label;
  }

  /** The value as the configuration spells it. */
  public String label() {
    return label;
  }
}
