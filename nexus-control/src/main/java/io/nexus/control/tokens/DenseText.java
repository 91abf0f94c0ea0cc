package io.nexus.control.tokens;

/**
 * Counts what a vocabulary seldom joins in one token, for text of fewer characters a token than
 * prose: columns of numbers, single letters, keys in base 64, Chinese.
 *
 * <p>A token for each word, and for each capital letter after a small one; for each digit, as in
 * the vocabularies of Gemma, Mistral and Qwen, where others join three; for each ideograph, kana,
 * syllable and symbol; for two letters of another alphabet. Spaces and ASCII punctuation count
 * nothing, since prose and programs have them joined to words.
 */
final class DenseText {

  private static final int LATIN_END = 0x250;

  /** From here on, ideographs, kana, syllables and symbols. */
  private static final int WHOLE = 0x2e80;

  private DenseText() {}

  /** The tokens, rounded up. */
  static long tokens(CharSequence text) {
    long halves = 0;
    char before = ' ';
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      halves += halves(before, c);
      before = c;
    }
    return Math.ceilDiv(halves, 2L);
  }

  private static int halves(char before, char c) {
    if (c >= LATIN_END) {
      return c < WHOLE ? 1 : 2;
    }
    if (c >= '0' && c <= '9') {
      return 2;
    }
    boolean begins = isLetter(c) && (!isLetter(before) || (isCapital(c) && !isCapital(before)));
    return begins ? 2 : 0;
  }

  /** A letter of the Latin alphabet; its few signs beyond ASCII count as letters. */
  private static boolean isLetter(char c) {
    return (c >= 'a' && c <= 'z') || isCapital(c) || (c >= 0xc0 && c < LATIN_END);
  }

  private static boolean isCapital(char c) {
    return c >= 'A' && c <= 'Z';
  }
}
