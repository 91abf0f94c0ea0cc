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
   * The length of the piece that eight bytes begin with, if it is of the two kinds that most pieces
   * of most texts are: a space and one to six ASCII letters, an ASCII character behind them, or a
   * symbol of ASCII with a space behind it. Else 0.
   *
   * @param eight bytes of a text from the start of a piece on, the first one lowest
   */
  int commonLength(long eight);
}
