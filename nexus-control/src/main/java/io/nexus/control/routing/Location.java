package io.nexus.control.routing;

/**
 * Where a backend runs. It does not say which data the backend may see; that is its {@link Zone}.
 */
public enum Location {
  /** On the operator's own machines. */
  LOCAL("local"),
  /** At a provider. */
  CLOUD("cloud");

  private final String label;

  Location(String label) {
    this.label = label;
  }

  /** The location as the configuration, headers and statistics spell it. */
  public String label() {
    return label;
  }
}
