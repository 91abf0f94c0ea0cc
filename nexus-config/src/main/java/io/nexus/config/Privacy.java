package io.nexus.config;

/** Which backends may see the requests for a model. */
public enum Privacy {
  /** Only backends of the restricted zone. */
  RESTRICTED("restricted"),
  /** All backends. */
  UNRESTRICTED("unrestricted");

  private final String label;

  Privacy(String label) {
    this.label = label;
  }

  /** The value as the configuration spells it. */
  public String label() {
    return label;
  }
}
