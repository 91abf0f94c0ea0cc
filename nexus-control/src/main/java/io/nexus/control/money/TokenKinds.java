package io.nexus.control.money;

import org.jspecify.annotations.Nullable;

/**
 * The kinds of tokens that a request can use: a small immutable set of {@link PriceKind}s. It
 * bounds the price of each token.
 *
 * @param bits one bit for each kind, at its ordinal
 */
public record TokenKinds(int bits) {

  /** What any request can use: text, read from the cache or written to it, and reasoning. */
  public static final TokenKinds TEXT =
      new TokenKinds(0)
          .with(PriceKind.INPUT)
          .with(PriceKind.CACHED_INPUT)
          .with(PriceKind.CACHED_INPUT_EXPLICIT)
          .with(PriceKind.CACHE_WRITE)
          .with(PriceKind.OUTPUT)
          .with(PriceKind.REASONING);

  /** Text and sound. */
  public static final TokenKinds TEXT_AND_AUDIO =
      TEXT.with(PriceKind.INPUT_AUDIO)
          .with(PriceKind.CACHED_AUDIO)
          .with(PriceKind.CACHE_WRITE_AUDIO)
          .with(PriceKind.OUTPUT_AUDIO);

  /** Every kind. */
  public static final TokenKinds ALL = new TokenKinds((1 << PriceKind.TOKEN_KINDS) - 1);

  /**
   * These kinds and one more.
   *
   * @throws IllegalArgumentException if it is no kind of tokens
   */
  public TokenKinds with(PriceKind kind) {
    if (!kind.isTokens()) {
      throw new IllegalArgumentException("not priced by tokens: " + kind.label());
    }
    return new TokenKinds(bits | 1 << kind.slot());
  }

  /** Whether it is one of them. */
  public boolean contains(PriceKind kind) {
    return (bits & 1 << kind.slot()) != 0;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof TokenKinds kinds && kinds.bits == bits;
  }

  // Written by hand: kinds are compared at start-up, where linking a record's own methods is slow.
  @Override
  public int hashCode() {
    return bits;
  }
}
