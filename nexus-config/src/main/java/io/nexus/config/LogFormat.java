package io.nexus.config;

/** The format of the log's lines. */
public enum LogFormat {
  /** The time, the level and the text. */
  TEXT("text"),
  /** A JSON object a line. */
  JSON("json");

  private final String label;

  LogFormat(String label) {
    this.label = label;
  }

  /** The value as the configuration spells it. */
  public String label() {
    return label;
  }
}
