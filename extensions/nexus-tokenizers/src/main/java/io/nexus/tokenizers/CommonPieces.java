package io.nexus.tokenizers;

import static io.nexus.tokenizers.CharacterClasses.LETTER;
import static io.nexus.tokenizers.CharacterClasses.NEWLINE;
import static io.nexus.tokenizers.CharacterClasses.NUMBER;

/**
 * The most frequent pieces of texts: up to {@value #LONGEST} bytes of ASCII letters, with a space
 * or another character of ASCII before them or not; and a symbol of ASCII with a space behind it.
 *
 * <p>They end where the letters end, which is found for many bytes at a time. One lookup tells then
 * whether that was all.
 */
final class CommonPieces {
  private static final int LONGEST = 15;

  /** A letter: it is a piece alone. */
  private static final int ALONE = 1;

  /** A symbol: it is a piece alone if a space is behind it. */
  private static final int ALONE_BEFORE_SPACE = 2;

  /** It may stand before letters. */
  private static final int LEADING = 4;

  /** What each byte may be at the beginning of a piece. */
  private static final byte[] BEGINS = new byte[1 << Byte.SIZE];

  static {
    for (int c = 0; c < 0x80; c++) {
      int flags = CharacterClasses.of(c);
      if ((flags & LETTER) != 0) {
        BEGINS[c] = ALONE;
      } else if ((flags & (NUMBER | NEWLINE)) == 0) {
        // What an apostrophe leads may be a contraction.
        BEGINS[c] = (byte) ((c == '\'' ? 0 : LEADING) | (c > ' ' ? ALONE_BEFORE_SPACE : 0));
      }
    }
  }

  private CommonPieces() {}

  /**
   * Whether bytes are one, letters of any case being taken.
   *
   * @param first the first byte, behind which there are letters only
   * @param next the first byte behind them
   */
  static boolean contain(byte first, int length, byte next) {
    int wanted = length > 1 ? ALONE | LEADING : next == ' ' ? ALONE | ALONE_BEFORE_SPACE : ALONE;
    return (BEGINS[first & 0xFF] & wanted) != 0 && next >= 0 && length <= LONGEST;
  }
}
