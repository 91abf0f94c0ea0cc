package io.nexus.control.routing;

/** What happens to requests with parts whose cost their body does not bound, such as file ids. */
public enum UnboundedPolicy {
  /** The model's whole context window is held for them. */
  HOLD("hold"),
  /** They are refused, unless they cost nothing. */
  DENY("deny"),
  /** They are admitted; nothing is held for those parts. */
  ALLOW("allow");

  private final String label;

  UnboundedPolicy(String label) {
    this.label = label;
  }

  /** The value as the configuration spells it. */
  public String label() {
    return label;
  }
}
