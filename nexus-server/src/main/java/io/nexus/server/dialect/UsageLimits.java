package io.nexus.server.dialect;

/**
 * The most that a request can use, whatever its backend reports.
 *
 * @param inputTokens the most input, such as the model's context window
 * @param outputTokens the most output, over all choices
 */
public record UsageLimits(long inputTokens, long outputTokens) {

  /** The limit if nothing is known: no model reads or writes as much. */
  public static final long UNKNOWN = 10_000_000;

  /** The limits of a request without output, each of whose inputs may fill the context window. */
  static final UsageLimits INPUT_ONLY = new UsageLimits(Long.MAX_VALUE, 0);

  /**
   * The limits of a request.
   *
   * @param contextWindow the model's; 0 if not known
   * @param maxOutputTokens the output limit per choice; 0 if none
   * @param choices how many choices are asked for
   * @param moreOutputTokens the tokens that may be billed beyond it, over all choices
   */
  public static UsageLimits of(
      long contextWindow, long maxOutputTokens, int choices, long moreOutputTokens) {
    long window = contextWindow > 0 ? contextWindow : UNKNOWN;
    long longest = maxOutputTokens > 0 ? Math.min(maxOutputTokens, UNKNOWN) : window;
    return new UsageLimits(
        window, longest * Math.max(1, choices) + Math.min(moreOutputTokens, UNKNOWN));
  }
}
