package io.nexus.config;

/** Whether a budget is enforced. */
public enum BudgetMode {
  /** Its decisions are enforced. */
  ENFORCE("enforce"),
  /** Its decisions are only recorded and reported. */
  SHADOW("shadow");

  private final String label;

  BudgetMode(String label) {
    this.label = label;
  }

  /** The value as the configuration spells it. */
  public String label() {
    return label;
  }
}
