package io.nexus.control.budget;

/**
 * What happens to a request that a budget cannot pay for. The constants are ordered from mildest to
 * most severe; where several budgets are exhausted, the greatest by {@link #compareTo} applies.
 */
public enum HardLimitAction {
  /** The request goes on; the overrun is logged and counted. */
  WARN("warn"),
  /** Only local backends remain candidates. */
  LOCAL_ONLY("local-only"),
  /** The request waits, within bounds, until there is money again. */
  QUEUE("queue"),
  /** The request is refused. */
  REJECT("reject");

  private final String label;

  HardLimitAction(String label) {
    this.label = label;
  }

  /** The action as the configuration, the statistics and the logs spell it. */
  public String label() {
    return label;
  }

  /** The more severe of both: reject over queue over local-only over warn. */
  public HardLimitAction orMoreSevere(HardLimitAction other) {
    return compareTo(other) >= 0 ? this : other;
  }
}
