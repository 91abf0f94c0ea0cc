package io.nexus.config;

/** The form of an alert's message. */
public enum AlertFormat {
  /** The gateway's own. */
  JSON("json"),
  /** That of Slack's incoming webhooks. */
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
