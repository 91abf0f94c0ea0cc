package io.nexus.control.routing;

/** What happens to requests for a model whose price nobody knows. */
public enum UnpricedPolicy {
  /** A conservative price stands in. */
  ESTIMATE("estimate"),
  /** They are refused. */
  DENY("deny"),
  /** They cost nothing as far as is known, so no budget stops them; they are counted. */
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
