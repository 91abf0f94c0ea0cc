package io.nexus.tokenizers;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * The Unicode classes that the vocabularies' patterns speak of, one byte of flags a code point.
 *
 * <p>A table of two stages, 55 KB in all: equal blocks of {@value #BLOCK} code points are stored
 * once. The classes are those of the Unicode version of the JDK that this module was built by.
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

  /** How many code points have their flags side by side. */
  static final int BLOCK = 128;

  /** How many such blocks there are, in the order of code points. */
  static final int BLOCKS = (Character.MAX_CODE_POINT + 1) / BLOCK;

  /** The name of the table that the build makes. */
  static final String TABLE = "characters.table";

  private static final char[] BLOCK_STARTS = new char[BLOCKS];
  private static final byte[] FLAGS;
  private static final byte[] ASCII;

  static {
    ByteBuffer table = table();
    FLAGS = new byte[table.getInt()];
    table.asCharBuffer().get(BLOCK_STARTS);
    table.position(table.position() + BLOCKS * Character.BYTES).get(FLAGS);
    ASCII = Arrays.copyOf(FLAGS, BLOCK);
  }

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

  private static ByteBuffer table() {
    try {
      return Tables.open(TABLE);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
