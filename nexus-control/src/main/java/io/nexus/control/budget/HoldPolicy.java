package io.nexus.control.budget;

/** How much of a stream's cost a budget holds at first. */
public enum HoldPolicy {
  /** What the model's answers usually come to, and more as the stream runs. */
  ELASTIC("elastic"),
  /** All that the stream may cost, as of an answer in one piece. */
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
