package io.nexus.config;

/** Whether a budget acts. */
public enum BudgetMode {
  /** It decides and acts. */
  ENFORCE("enforce"),
  /** It decides, records and reports what it would have done, and changes nothing. */
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
