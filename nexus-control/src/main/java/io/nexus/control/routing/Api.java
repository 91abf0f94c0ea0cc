package io.nexus.control.routing;

/** What a client asks for, by the API that it calls: each has its own bytes and is paid by them. */
public enum Api {
  /** OpenAI's chat completions. */
  CHAT("chat"),
  /** OpenAI's older completions of a text, fill-in-the-middle among them. */
  COMPLETIONS("completions"),
  /** Embeddings, which have input and no output. */
  EMBEDDINGS("embeddings"),
  /** Moderations, which no provider charges for. */
  MODERATIONS("moderations");

  private final String label;

  Api(String label) {
    this.label = label;
  }

  /** Its name in the configuration, in metrics and in records. */
  public String label() {
    return label;
  }

  /** Whether a model generates tokens for it, which are paid. */
  public boolean generates() {
    return this == CHAT || this == COMPLETIONS;
  }

  /**
   * The longest answer, in tokens, to a request that names no limit, by the API's own word; 0 if
   * that is left to the model.
   *
   * @see <a href="https://platform.openai.com/docs/api-reference/completions">max_tokens</a>
   */
  public long usualMaxTokens() {
    return this == COMPLETIONS ? 16 : 0;
  }

  /** Whether no provider charges for it. */
  public boolean isFree() {
    return this == MODERATIONS;
  }
}
