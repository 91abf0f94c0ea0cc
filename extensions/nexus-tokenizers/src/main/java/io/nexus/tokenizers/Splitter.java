package io.nexus.tokenizers;

/**
 * Cuts text into pieces that no token crosses: what a vocabulary's regular expression does, by
 * hand.
 *
 * <p>Stateless. A whole text is cut in time linear in its length.
 */
interface Splitter {

  /**
   * The end of the piece that starts at {@code from}.
   *
   * @param utf8 well-formed UTF-8
   * @param from where a piece starts, before {@code to}
   * @param to end of the text
   */
  int pieceEnd(byte[] utf8, int from, int to);

  /**
   * Whether bytes are a piece, if it is one of {@link CommonPieces}. No byte from {@code from + 1}
   * to {@code end - 1} is other than an ASCII letter, and the one at {@code end} is.
   *
   * @param from where a piece starts, at least eight bytes before the text's end
   */
  boolean isCommonPiece(byte[] utf8, int from, int end);
}
