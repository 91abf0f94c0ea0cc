package io.nexus.config;

/** What happens to requests for a model whose price nobody knows. */
public enum UnpricedPolicy {
  /** A conservative price stands in. */
  ESTIMATE("estimate"),
  /** They are refused. */
  DENY("deny"),
  /** They go through and are counted as unpriced. */
  ALLOW("allow");

  private final String label;

  UnpricedPolicy(String label) {
    this.label = label;
  }

  /** The value as the configuration spells it. */
  public String label() {
    return label;
  }
}
