package io.nexus.server.dialect;

import io.nexus.control.money.TokenCountTier;

/**
 * What the gateway itself knows of an answer's size.
 *
 * @param inputTokens the prompt's tokens
 * @param outputTokens the tokens that were passed on
 * @param leastOutputTokens a report of fewer output tokens is wrong
 * @param tier how far the counts can be trusted
 */
public record CountedUsage(
    long inputTokens, long outputTokens, long leastOutputTokens, TokenCountTier tier) {

  private static final int LEAST_PART = 8;
  private static final int SLACK_TOKENS = 64;

  /**
   * The count of an answer so far.
   *
   * @param inputTokens the prompt's tokens
   */
  public static CountedUsage of(long inputTokens, OutputMeter meter) {
    return new CountedUsage(inputTokens, meter.tokens(), meter.leastTokens(), meter.tier());
  }

  /**
   * The same where a whole answer was reported to have so many output tokens: if that is usual for
   * its length it is taken for the count.
   */
  public static CountedUsage of(long inputTokens, OutputMeter meter, long reported) {
    return meter.isUsual(reported)
        ? new CountedUsage(inputTokens, reported, 0, meter.tier())
        : of(inputTokens, meter);
  }

  /**
   * A report of fewer input tokens is wrong. What is counted may be far more than what is billed:
   * an image that the model sees as a few tokens, a prompt that the backend has shortened.
   */
  public long leastInputTokens() {
    return Math.max(0, inputTokens / LEAST_PART - SLACK_TOKENS);
  }
}
