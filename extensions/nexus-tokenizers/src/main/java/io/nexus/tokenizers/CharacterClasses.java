package io.nexus.tokenizers;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/**
 * The Unicode classes that the vocabularies' patterns speak of, one byte of flags a code point.
 *
 * <p>A table of two stages, 55 KB in all: equal blocks of {@value #BLOCK} code points are stored
 * once. The classes are those of the running JDK's Unicode version.
 */
final class CharacterClasses {
  /** Upper and title case letters: {@code \p{Lu}\p{Lt}}. */
  static final int UPPER = 1;

  /** Lower case letters: {@code \p{Ll}}. */
  static final int LOWER = 2;

  /** Letters without case: {@code \p{Lm}\p{Lo}}. */
  static final int CASELESS = 4;

  /** Combining marks: {@code \p{M}}. */
  static final int MARK = 8;

  /** Numbers of any kind: {@code \p{N}}. */
  static final int NUMBER = 16;

  /** White space: {@code \s}. */
  static final int SPACE = 32;

  /** Carriage return and line feed, which are white space too. */
  static final int NEWLINE = 64;

  /** {@code \p{L}}. */
  static final int LETTER = UPPER | LOWER | CASELESS;

  private static final int BLOCK = 128;
  private static final int CODE_POINTS = Character.MAX_CODE_POINT + 1;

  private static final char[] BLOCK_STARTS = new char[CODE_POINTS / BLOCK];
  private static final byte[] FLAGS = distinctBlocks(BLOCK_STARTS);
  private static final byte[] ASCII = Arrays.copyOf(FLAGS, BLOCK);

  private CharacterClasses() {}

  /** The flags of the code point whose first byte is at {@code at}. */
  static int at(byte[] utf8, int at) {
    int first = utf8[at];
    return first >= 0 ? ASCII[first] : of(Utf8.codePoint(utf8, at));
  }

  /** The flags of a code point. */
  static int of(int codePoint) {
    return FLAGS[BLOCK_STARTS[codePoint / BLOCK] + codePoint % BLOCK];
  }

  private static byte[] distinctBlocks(char[] starts) {
    Map<ByteBuffer, Integer> known = new HashMap<>();
    byte[] flags = new byte[BLOCK];
    int used = 0;
    for (int block = 0; block < starts.length; block++) {
      byte[] one = new byte[BLOCK];
      for (int i = 0; i < BLOCK; i++) {
        one[i] = (byte) classify(block * BLOCK + i);
      }
      Integer start = known.putIfAbsent(ByteBuffer.wrap(one), used);
      if (start == null) {
        start = used;
        used += BLOCK;
        flags = used > flags.length ? Arrays.copyOf(flags, 2 * used) : flags;
        System.arraycopy(one, 0, flags, start, BLOCK);
      }
      starts[block] = (char) start.intValue();
    }
    return Arrays.copyOf(flags, used);
  }

  private static int classify(int codePoint) {
    int flags =
        switch (Character.getType(codePoint)) {
          case Character.UPPERCASE_LETTER, Character.TITLECASE_LETTER -> UPPER;
          case Character.LOWERCASE_LETTER -> LOWER;
          case Character.MODIFIER_LETTER, Character.OTHER_LETTER -> CASELESS;
          case Character.NON_SPACING_MARK,
              Character.ENCLOSING_MARK,
              Character.COMBINING_SPACING_MARK ->
              MARK;
          case Character.DECIMAL_DIGIT_NUMBER, Character.LETTER_NUMBER, Character.OTHER_NUMBER ->
              NUMBER;
          default -> 0;
        };
    if (isWhiteSpace(codePoint)) {
      flags |= SPACE;
    }
    return codePoint == '\n' || codePoint == '\r' ? flags | NEWLINE : flags;
  }

  /** Unicode's White_Space property, which the JDK offers to regular expressions only. */
  private static boolean isWhiteSpace(int codePoint) {
    return (codePoint >= '\t' && codePoint <= '\r')
        || codePoint == ' '
        || codePoint == 0x85
        || codePoint == 0xA0
        || codePoint == 0x1680
        || (codePoint >= 0x2000 && codePoint <= 0x200A)
        || codePoint == 0x2028
        || codePoint == 0x2029
        || codePoint == 0x202F
        || codePoint == 0x205F
        || codePoint == 0x3000;
  }
}
