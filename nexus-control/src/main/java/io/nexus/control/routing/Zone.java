package io.nexus.control.routing;

/** Which data a backend may see. It does not say where the backend runs; see {@link Location}. */
public enum Zone {
  /** Data without restriction. */
  OPEN("open"),
  /** Restricted data too. */
  RESTRICTED("restricted");

  private final String label;

  Zone(String label) {
    this.label = label;
  }

  /** The zone as the configuration and headers spell it. */
  public String label() {
    return label;
  }
}
