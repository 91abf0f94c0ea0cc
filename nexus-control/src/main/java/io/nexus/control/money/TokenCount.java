package io.nexus.control.money;

/**
 * An estimated number of tokens and its upper bound.
 *
 * @param tokens the best estimate
 * @param upperBound the most that the provider can count for the same input; holds are computed
 *     from it
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
