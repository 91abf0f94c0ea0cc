package io.nexus.config;

/** The field in which a backend takes the longest answer. */
public enum MaxTokensField {
  /** What most servers know. */
  MAX_TOKENS("max_tokens"),
  /** What OpenAI asks for now. */
  MAX_COMPLETION_TOKENS("max_completion_tokens");

  private final String label;

  MaxTokensField(String label) {
    this.label = label;
  }

  /** The field's name. */
  public String label() {
    return label;
  }
}
