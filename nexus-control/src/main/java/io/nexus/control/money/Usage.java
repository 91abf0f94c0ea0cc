package io.nexus.control.money;

/**
 * The tokens that one request used, as a provider reports them.
 *
 * <p>The kinds are parts of the totals, as in OpenAI's {@code usage} object: cached, cache-write
 * and audio input tokens are among {@code inputTokens}; reasoning and audio output tokens are among
 * {@code outputTokens}.
 *
 * @param inputTokens all tokens of the prompt
 * @param cachedInputTokens those read from the provider's prompt cache
 * @param cacheWriteTokens those written to the provider's prompt cache
 * @param audioInputTokens those that are audio
 * @param outputTokens all tokens generated, over all choices
 * @param reasoningTokens those spent on reasoning
 * @param audioOutputTokens those that are audio
 */
public record Usage(
    long inputTokens,
    long cachedInputTokens,
    long cacheWriteTokens,
    long audioInputTokens,
    long outputTokens,
    long reasoningTokens,
    long audioOutputTokens) {

  /** Nothing used. */
  public static final Usage NONE = Usage.of(0, 0);

  /**
   * Negative numbers become zero and each part is cut to what is left of its total, so that a
   * provider's inconsistent report can never make a cost negative.
   */
  public Usage {
    inputTokens = Math.max(0, inputTokens);
    cachedInputTokens = clamp(cachedInputTokens, inputTokens);
    cacheWriteTokens = clamp(cacheWriteTokens, inputTokens - cachedInputTokens);
    audioInputTokens = clamp(audioInputTokens, inputTokens - cachedInputTokens - cacheWriteTokens);
    outputTokens = Math.max(0, outputTokens);
    reasoningTokens = clamp(reasoningTokens, outputTokens);
    audioOutputTokens = clamp(audioOutputTokens, outputTokens - reasoningTokens);
  }

  /** Plain text in and out, nothing cached. */
  public static Usage of(long inputTokens, long outputTokens) {
    return new Usage(inputTokens, 0, 0, 0, outputTokens, 0, 0);
  }

  private static long clamp(long part, long total) {
    return Math.clamp(part, 0, total);
  }
}
