package io.nexus.server.dialect;

/**
 * The most that a request can use, whatever its backend reports.
 *
 * @param inputTokens the most input, such as the model's context window
 * @param outputTokens the most output, over all choices
 */
public record UsageLimits(long inputTokens, long outputTokens) {

  /** Stands in where nothing is known: no model reads or writes as much at once. */
  public static final long UNKNOWN = 10_000_000;

  /** Of a request that generates nothing: its inputs have the model's context window each. */
  static final UsageLimits INPUT_ONLY = new UsageLimits(Long.MAX_VALUE, 0);

  /**
   * The limits of a request.
   *
   * @param contextWindow the model's; 0 if not known
   * @param maxOutputTokens the longest answer in each choice; 0 if nobody limits it
   * @param choices how many choices are asked for
   * @param moreOutputTokens what may be billed beyond that, over all choices
   */
  public static UsageLimits of(
      long contextWindow, long maxOutputTokens, int choices, long moreOutputTokens) {
    long window = contextWindow > 0 ? contextWindow : UNKNOWN;
    long longest = maxOutputTokens > 0 ? Math.min(maxOutputTokens, UNKNOWN) : window;
    return new UsageLimits(
        window, longest * Math.max(1, choices) + Math.min(moreOutputTokens, UNKNOWN));
  }
}
