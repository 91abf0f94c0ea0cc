package io.nexus.control.money;

/**
 * An estimated number of tokens and its upper bound.
 *
 * @param tokens the best estimate
 * @param upperBound the most that the provider can count for the same input; holds are computed
 *     from it
 * @param tier how the estimate was made
 * @param media of the tokens those of images, sound and files, which providers count in ways that
 *     the request does not show: the true number may be far lower
 */
public record TokenCount(long tokens, long upperBound, TokenCountTier tier, long media) {

  /** A count of text. */
  public TokenCount(long tokens, long upperBound, TokenCountTier tier) {
    this(tokens, upperBound, tier, 0);
  }

  /**
   * @throws IllegalArgumentException if a number is negative, the bound is below the estimate, or
   *     the media above it
   */
  public TokenCount {
    if (tokens < 0 || upperBound < tokens || media < 0 || tokens < media) {
      throw new IllegalArgumentException(
          "token count " + tokens + " with the upper bound " + upperBound + ", media " + media);
    }
  }
}
