package io.nexus.control.routing;

/** How a backend is chosen among a request's remaining candidates. */
public enum Strategy {
  /** By the weighted sum of priority, load and latency. */
  SMART("smart"),
  /** By turns. */
  ROUND_ROBIN("round_robin"),
  /** By priority alone. */
  PRIORITY_ONLY("priority_only"),
  /** By chance. */
  RANDOM("random");

  private final String label;

  Strategy(String label) {
    this.label = label;
  }

  /** The strategy as the configuration spells it. */
  public String label() {
    return label;
  }
}
