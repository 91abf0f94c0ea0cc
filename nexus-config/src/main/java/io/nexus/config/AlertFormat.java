package io.nexus.config;

/** The format of an alert's message. */
public enum AlertFormat {
  /** Nexus's own format. */
  JSON("json"),
  /** The format of Slack's incoming webhooks. */
  SLACK("slack");

  private final String label;

  AlertFormat(String label) {
    this.label = label;
  }

  /** The value as the configuration spells it. */
  public String label() {
    return label;
  }
}
