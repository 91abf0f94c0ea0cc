package io.nexus.control.money;

/**
 * A number of tokens and a number that it cannot exceed.
 *
 * @param tokens the best estimate
 * @param upperBound the most that the provider can count for the same input; what is held on a
 *     budget is computed from this one
 * @param tier how the estimate was made
 */
public record TokenCount(long tokens, long upperBound, TokenCountTier tier) {

  /**
   * @throws IllegalArgumentException if a number is negative or the bound is below the estimate
   */
  public TokenCount {
    if (tokens < 0 || upperBound < tokens) {
      throw new IllegalArgumentException(
          "token count " + tokens + " with the upper bound " + upperBound);
    }
  }
}
