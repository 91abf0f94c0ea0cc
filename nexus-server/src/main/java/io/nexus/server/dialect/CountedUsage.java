package io.nexus.server.dialect;

import io.nexus.control.money.CostEstimate;
import io.nexus.control.money.TokenCountTier;

/**
 * The gateway's own count of an answer.
 *
 * @param inputTokens the prompt's tokens
 * @param leastInputTokens a report of fewer input tokens is wrong
 * @param outputTokens the tokens that were passed on
 * @param leastOutputTokens a report of fewer output tokens is wrong
 * @param sureOutputTokens the output tokens certainly passed on, given the counting error
 * @param tier the accuracy of the counts
 */
public record CountedUsage(
    long inputTokens,
    long leastInputTokens,
    long outputTokens,
    long leastOutputTokens,
    long sureOutputTokens,
    TokenCountTier tier) {

  private static final int LEAST_PART = 8;
  private static final int SLACK_TOKENS = 64;

  /** An exact count never exceeds a true report by this factor. */
  private static final int EXACT_PART = 2;

  /**
   * The count of an answer that may be longer than the part passed on.
   *
   * @param estimate has the prompt's tokens
   * @param outputTokens the possible output tokens of the answer
   */
  public static CountedUsage of(CostEstimate estimate, OutputMeter meter, long outputTokens) {
    return new CountedUsage(
        estimate.inputTokens(),
        least(estimate),
        outputTokens,
        meter.leastTokens(),
        sure(meter),
        meter.tier());
  }

  /** The count of an answer so far. */
  public static CountedUsage of(CostEstimate estimate, OutputMeter meter) {
    return of(estimate, meter, meter.tokens());
  }

  /**
   * The count of a whole answer with a report: a report that is usual for the text's length is
   * taken as the count.
   */
  public static CountedUsage whole(CostEstimate estimate, OutputMeter meter, long reported) {
    return meter.isUsual(reported)
        ? new CountedUsage(
            estimate.inputTokens(), least(estimate), reported, 0, sure(meter), meter.tier())
        : of(estimate, meter);
  }

  /** The certain tokens: all of an exact count. */
  private static long sure(OutputMeter meter) {
    return meter.tier() == TokenCountTier.EXACT ? 0 : meter.surely();
  }

  /**
   * The output tokens, given the request's limit. An estimate above the limit is wrong, unless even
   * the certain tokens exceed it: then the backend ignored the limit.
   */
  long outputTokens(long most) {
    boolean isWrong =
        tier != TokenCountTier.EXACT && outputTokens > most && sureOutputTokens <= most;
    return isWrong ? most : outputTokens;
  }

  /**
   * The least plausible input, of text alone: a provider may count an image of any size as 85
   * tokens, and a page of a file as none.
   */
  private static long least(CostEstimate estimate) {
    long tokens = estimate.inputTokens() - estimate.mediaTokens();
    return estimate.tier() == TokenCountTier.EXACT
        ? tokens / EXACT_PART
        : Math.max(0, tokens / LEAST_PART - SLACK_TOKENS);
  }
}
