package io.nexus.tokenizers;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * Reading of well-formed UTF-8, as {@link String#getBytes} makes it: nothing here checks the bytes.
 */
final class Utf8 {
  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  /** How many bytes a map tells of. */
  static final int MAPPED = Long.SIZE;

  private static final long ONES = 0x0101010101010101L;
  private static final long HIGH_BITS = 0x8080808080808080L;
  private static final long CASE_BITS = 0x2020202020202020L;

  private Utf8() {}

  /** The code point whose first byte is at {@code at}. */
  static int codePoint(byte[] utf8, int at) {
    int first = utf8[at];
    if (first >= 0) {
      return first;
    }
    if ((first & 0xE0) == 0xC0) {
      return (first & 0x1F) << 6 | (utf8[at + 1] & 0x3F);
    }
    if ((first & 0xF0) == 0xE0) {
      return (first & 0x0F) << 12 | (utf8[at + 1] & 0x3F) << 6 | (utf8[at + 2] & 0x3F);
    }
    return (first & 0x07) << 18
        | (utf8[at + 1] & 0x3F) << 12
        | (utf8[at + 2] & 0x3F) << 6
        | (utf8[at + 3] & 0x3F);
  }

  /** Where the code point after the one at {@code at} starts. */
  static int next(byte[] utf8, int at) {
    int first = utf8[at];
    if (first >= 0) {
      return at + 1;
    }
    if ((first & 0xE0) == 0xC0) {
      return at + 2;
    }
    return (first & 0xF0) == 0xE0 ? at + 3 : at + 4;
  }

  /**
   * What {@link String#getBytes} makes of a text, which takes a nanosecond a character as soon as
   * one is not ASCII. As Latin-1 a text is copied as it is, and most bytes stay what they are.
   */
  static byte[] bytes(String text) {
    byte[] latin = text.getBytes(StandardCharsets.ISO_8859_1);
    int beyondAscii = latin.length == text.length() ? beyondAscii(latin, text) : -1;
    if (beyondAscii < 0) {
      return text.getBytes(StandardCharsets.UTF_8);
    }
    return beyondAscii == 0 ? latin : widened(latin, new byte[latin.length + beyondAscii]);
  }

  /** How many bytes are not ASCII; -1 if one stands for a character that Latin-1 does not have. */
  private static int beyondAscii(byte[] latin, String text) {
    int count = 0;
    int at = 0;
    for (; at + Long.BYTES <= latin.length; at += Long.BYTES) {
      long eight = eight(latin, at);
      long noMarks = eight ^ ('?' * ONES);
      boolean marks = ((noMarks - ONES) & ~noMarks & HIGH_BITS) != 0;
      if (marks && isReplaced(latin, text, at, at + Long.BYTES)) {
        return -1;
      }
      count += Long.bitCount(eight & HIGH_BITS);
    }
    if (isReplaced(latin, text, at, latin.length)) {
      return -1;
    }
    for (; at < latin.length; at++) {
      count += latin[at] < 0 ? 1 : 0;
    }
    return count;
  }

  /** Whether there is a question mark that the text has not. */
  private static boolean isReplaced(byte[] latin, String text, int from, int to) {
    for (int at = from; at < to; at++) {
      if (latin[at] == '?' && text.charAt(at) != '?') {
        return true;
      }
    }
    return false;
  }

  private static byte[] widened(byte[] latin, byte[] utf8) {
    int used = 0;
    int at = 0;
    while (at < latin.length) {
      if (at + Long.BYTES <= latin.length && (eight(latin, at) & HIGH_BITS) == 0) {
        LONGS.set(utf8, used, eight(latin, at));
        used += Long.BYTES;
        at += Long.BYTES;
        continue;
      }
      int end = Math.min(at + Long.BYTES, latin.length);
      for (; at < end; at++) {
        int c = latin[at] & 0xFF;
        if (c < 0x80) {
          utf8[used++] = (byte) c;
        } else {
          utf8[used++] = (byte) (0xC0 | (c >>> 6));
          utf8[used++] = (byte) (0x80 | (c & 0x3F));
        }
      }
    }
    return utf8;
  }

  /** Bytes that {@code text} takes from {@code from} on; a lone surrogate takes one, for '?'. */
  static long length(CharSequence text, int from) {
    long bytes = 0;
    for (int i = from; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c < 0x80) {
        bytes++;
      } else if (c < 0x800) {
        bytes += 2;
      } else if (!Character.isSurrogate(c)) {
        bytes += 3;
      } else if (Character.isHighSurrogate(c)
          && i + 1 < text.length()
          && Character.isLowSurrogate(text.charAt(i + 1))) {
        bytes += 4;
        i++;
      } else {
        bytes++;
      }
    }
    return bytes;
  }

  /** The eight bytes from {@code at} on, the first one lowest. */
  static long eight(byte[] utf8, int at) {
    return (long) LONGS.get(utf8, at);
  }

  /** The first {@code length} of eight bytes, 1 to 8, the others 0. */
  static long first(long eight, int length) {
    return eight & (-1L >>> (Long.SIZE - Byte.SIZE * length));
  }

  /** The bytes from {@code from} to {@code to}, 1 to 8, the first one lowest, padded with 0. */
  static long pack(byte[] utf8, int from, int to) {
    if (from + Long.BYTES <= utf8.length) {
      return first(eight(utf8, from), to - from);
    }
    long packed = 0;
    for (int i = to - 1; i >= from; i--) {
      packed = (packed << Byte.SIZE) | (utf8[i] & 0xFF);
    }
    return packed;
  }

  /** Where the ASCII lower case letters that start at {@code from} end, eight at a time. */
  static int lowerCaseEnd(byte[] utf8, int from, int to) {
    int at = from;
    for (; at + Long.BYTES <= to; at += Long.BYTES) {
      int letters = lowerCase(eight(utf8, at));
      if (letters < Long.BYTES) {
        return at + letters;
      }
    }
    while (at < to && utf8[at] >= 'a' && utf8[at] <= 'z') {
      at++;
    }
    return at;
  }

  /** Where the ASCII letters that start at {@code from} end, eight at a time. */
  static int lettersEnd(byte[] utf8, int from, int to) {
    int at = from;
    for (; at + Long.BYTES <= to; at += Long.BYTES) {
      int letters = letters(eight(utf8, at));
      if (letters < Long.BYTES) {
        return at + letters;
      }
    }
    while (at < to && (utf8[at] | 0x20) >= 'a' && (utf8[at] | 0x20) <= 'z') {
      at++;
    }
    return at;
  }

  /**
   * Which of the {@value #MAPPED} bytes from {@code at} on are no ASCII letters, the first lowest.
   */
  static long notLetters(byte[] utf8, int at) {
    long map = 0;
    for (int i = 0; i < MAPPED; i += Long.BYTES) {
      map |= bits(notLetters(eight(utf8, at + i))) << i;
    }
    return map;
  }

  /** The high bits of eight bytes, the lowest byte's lowest: no two bits meet in the product. */
  private static long bits(long highBits) {
    return ((highBits >>> (Byte.SIZE - 1)) * 0x0102040810204080L) >>> (Long.SIZE - Byte.SIZE);
  }

  /** With how many ASCII letters eight bytes begin. */
  private static int letters(long eight) {
    return Long.numberOfTrailingZeros(notLetters(eight)) / Byte.SIZE;
  }

  /** With how many ASCII lower case letters eight bytes begin. */
  static int lowerCase(long eight) {
    return Long.numberOfTrailingZeros(notLowerCase(eight)) / Byte.SIZE;
  }

  /** The high bit of each byte that is no ASCII letter. */
  private static long notLetters(long eight) {
    // With this bit set, upper case letters are lower case ones, and nothing else becomes one.
    return notLowerCase(eight | CASE_BITS);
  }

  /** The high bit of each byte that is not from a to z; no byte carries into another. */
  private static long notLowerCase(long eight) {
    long low = eight & ~HIGH_BITS;
    long fromA = low + (0x80 - 'a') * ONES;
    long afterZ = low + (0x7F - 'z') * ONES;
    return ~(fromA & ~afterZ & ~eight) & HIGH_BITS;
  }
}
