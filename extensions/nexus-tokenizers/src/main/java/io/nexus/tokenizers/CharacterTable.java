package io.nexus.tokenizers;

import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;

/**
 * Creates the table of {@link CharacterClasses} during the build, because it takes a call for each
 * of a million code points.
 *
 * <p>The number of bytes of flags, the start of each block among them, the flags.
 */
final class CharacterTable {

  private CharacterTable() {}

  /** The table, of this Java's version of Unicode. */
  static byte[] make() {
    Map<ByteBuffer, Integer> known = new HashMap<>();
    ByteBuffer flags = ByteBuffer.allocate(Character.MAX_VALUE);
    int blocks = CharacterClasses.BLOCKS;
    ByteBuffer starts = ByteBuffer.allocate(blocks * Character.BYTES);
    for (int block = 0; block < blocks; block++) {
      byte[] one = new byte[CharacterClasses.BLOCK];
      for (int i = 0; i < one.length; i++) {
        one[i] = (byte) classify(block * CharacterClasses.BLOCK + i);
      }
      Integer start = known.putIfAbsent(ByteBuffer.wrap(one), flags.position());
      if (start == null) {
        start = flags.position();
        flags.put(one);
      }
      starts.putChar((char) start.intValue());
    }
    int length = Integer.BYTES + starts.position() + flags.position();
    return ByteBuffer.allocate(length)
        .putInt(flags.position())
        .put(starts.flip())
        .put(flags.flip())
        .array();
  }

  private static int classify(int codePoint) {
    int flags =
        switch (Character.getType(codePoint)) {
          case Character.UPPERCASE_LETTER, Character.TITLECASE_LETTER -> CharacterClasses.UPPER;
          case Character.LOWERCASE_LETTER -> CharacterClasses.LOWER;
          case Character.MODIFIER_LETTER, Character.OTHER_LETTER -> CharacterClasses.CASELESS;
          case Character.NON_SPACING_MARK,
              Character.ENCLOSING_MARK,
              Character.COMBINING_SPACING_MARK ->
              CharacterClasses.MARK;
          case Character.DECIMAL_DIGIT_NUMBER, Character.LETTER_NUMBER, Character.OTHER_NUMBER ->
              CharacterClasses.NUMBER;
          default -> 0;
        };
    if (isWhiteSpace(codePoint)) {
      flags |= CharacterClasses.SPACE;
    }
    return codePoint == '\n' || codePoint == '\r' ? flags | CharacterClasses.NEWLINE : flags;
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
