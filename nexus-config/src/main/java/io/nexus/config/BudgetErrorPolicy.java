package io.nexus.config;

/** What happens to requests while the ledger is unreachable. */
public enum BudgetErrorPolicy {
  /** They are admitted. */
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
