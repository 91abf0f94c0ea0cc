package io.nexus.config;

/** The field of a backend's requests for the output limit. */
public enum MaxTokensField {
  /** The field that most servers accept. */
  MAX_TOKENS("max_tokens"),
  /** The field that OpenAI now requires. */
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
