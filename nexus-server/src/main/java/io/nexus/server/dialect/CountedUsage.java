package io.nexus.server.dialect;

import io.nexus.control.money.CostEstimate;
import io.nexus.control.money.TokenCountTier;

/**
 * What the gateway itself knows of an answer's size.
 *
 * @param inputTokens the prompt's tokens
 * @param leastInputTokens a report of fewer input tokens is wrong
 * @param outputTokens the tokens that were passed on
 * @param leastOutputTokens a report of fewer output tokens is wrong
 * @param sureOutputTokens that were passed on beyond doubt, however far the count is off
 * @param tier how far the counts can be trusted
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

  /** So many times as many tokens as a report says are never in a text that is counted exactly. */
  private static final int EXACT_PART = 2;

  /**
   * The count of an answer that may have come to more than was passed on.
   *
   * @param estimate has the prompt's tokens
   * @param outputTokens what the answer may have come to
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
   * The same where a whole answer was reported to have this number of output tokens: if that is
   * usual for its length it is taken for the count.
   */
  public static CountedUsage whole(CostEstimate estimate, OutputMeter meter, long reported) {
    return meter.isUsual(reported)
        ? new CountedUsage(
            estimate.inputTokens(), least(estimate), reported, 0, sure(meter), meter.tier())
        : of(estimate, meter);
  }

  /** What is counted exactly is counted once: all of it is sure. */
  private static long sure(OutputMeter meter) {
    return meter.tier() == TokenCountTier.EXACT ? 0 : Math.max(meter.leastTokens(), meter.pieces());
  }

  /**
   * The output where no more than so much can have been asked for. An estimate that is above it is
   * wrong, unless even what is sure is above it: then the backend did not heed the limit.
   */
  long outputTokens(long most) {
    boolean isWrong =
        tier != TokenCountTier.EXACT && outputTokens > most && sureOutputTokens <= most;
    return isWrong ? most : outputTokens;
  }

  /**
   * What is counted may be far more than what is billed, of an image that the model sees as a few
   * tokens for one, but not of a text in the model's own vocabulary.
   */
  private static long least(CostEstimate estimate) {
    long tokens = estimate.inputTokens();
    return estimate.tier() == TokenCountTier.EXACT
        ? tokens / EXACT_PART
        : Math.max(0, tokens / LEAST_PART - SLACK_TOKENS);
  }
}
