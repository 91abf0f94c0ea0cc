package io.nexus.control.routing;

/** What happens to requests for a model of unknown price. */
public enum UnpricedPolicy {
  /** A conservative price applies. */
  ESTIMATE("estimate"),
  /** They are refused. */
  DENY("deny"),
  /** They count as free, so no budget stops them; a metric counts them. */
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
