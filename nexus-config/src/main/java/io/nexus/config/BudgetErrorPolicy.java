package io.nexus.config;

/** What happens to requests while the budget service itself fails. */
public enum BudgetErrorPolicy {
  /** They are let through. */
  OPEN("open"),
  /** They are refused. */
  CLOSED("closed");

  private final String label;

  BudgetErrorPolicy(String label) {
    this.label = label;
  }

  /** The value as the configuration spells it. */
  public String label() {
    return label;
  }
}
