package io.nexus.control.money;

/**
 * The expected and the worst cost of a request at one candidate, before it is sent.
 *
 * @param inputTokens expected tokens of the prompt
 * @param inputUpperBound upper bound of the prompt's tokens
 * @param outputTokens expected tokens of the answer, over all choices
 * @param expected their cost, rounded up to the nano-dollar
 * @param worstCase the most that the request can cost: the prompt's upper bound, and the largest
 *     answer that the request allows, in every choice
 * @param tier how the prompt's tokens were counted
 * @param mediaTokens of the prompt's tokens those of images, sound and files, a guess
 */
public record CostEstimate(
    long inputTokens,
    long inputUpperBound,
    long outputTokens,
    Money expected,
    Money worstCase,
    TokenCountTier tier,
    long mediaTokens) {

  /** The estimate of a request of text. */
  public CostEstimate(
      long inputTokens,
      long inputUpperBound,
      long outputTokens,
      Money expected,
      Money worstCase,
      TokenCountTier tier) {
    this(inputTokens, inputUpperBound, outputTokens, expected, worstCase, tier, 0);
  }

  /**
   * Estimates a request. Each choice is expected to be half as long as the prompt, at least one
   * token, and no longer than allowed. An overflow becomes {@link Money#MOST}, which no limited
   * budget can grant.
   *
   * @param pricing the candidate's prices
   * @param ceiling the dearest prices that may apply to the request there
   * @param input the prompt's count
   * @param maxOutput the most output tokens of one choice
   * @param choices how many answers are asked for; less than one counts as one
   * @param audio whether audio goes in or comes out
   */
  public static CostEstimate estimate(
      ModelPricing pricing,
      ModelPricing ceiling,
      TokenCount input,
      long maxOutput,
      int choices,
      boolean audio) {
    int answers = Math.max(1, choices);
    long longest = Math.max(0, maxOutput);
    long each = Math.min(Math.max(1, input.tokens() / 2), longest);
    long output = times(each, answers);
    return new CostEstimate(
        input.tokens(),
        input.upperBound(),
        output,
        expected(pricing, Usage.of(input.tokens(), output)),
        ceiling.worstCaseOrMost(input.upperBound(), times(longest, answers), audio),
        input.tier(),
        input.media());
  }

  /** Estimates a request to which only these prices can apply. */
  public static CostEstimate estimate(
      ModelPricing pricing, TokenCount input, long maxOutput, int choices, boolean audio) {
    return estimate(pricing, pricing, input, maxOutput, choices, audio);
  }

  private static Money expected(ModelPricing pricing, Usage usage) {
    try {
      return pricing.cost(usage);
    } catch (ArithmeticException e) {
      return Money.MOST;
    }
  }

  private static long times(long tokens, int answers) {
    return tokens > Long.MAX_VALUE / answers ? Long.MAX_VALUE : tokens * answers;
  }
}
