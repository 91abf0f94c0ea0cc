package io.nexus.bench.load;

import java.util.Arrays;

/** ASCII text within bytes. */
final class ByteText {
  private static final int TEN = 10;

  private ByteText() {}

  /**
   * Where the text first begins within {@code [from, to)}.
   *
   * @return the index in {@code bytes}, or -1
   */
  static int indexOf(byte[] bytes, int from, int to, byte[] text) {
    byte first = text[0];
    for (int at = from; at <= to - text.length; at++) {
      if (bytes[at] == first && Arrays.equals(bytes, at, at + text.length, text, 0, text.length)) {
        return at;
      }
    }
    return -1;
  }

  /** Reads digits up to the first byte that is none; 0 if there are none. */
  static long number(byte[] bytes, int from, int to) {
    long value = 0;
    for (int at = from; at < to && bytes[at] >= '0' && bytes[at] <= '9'; at++) {
      value = value * TEN + bytes[at] - '0';
    }
    return value;
  }

  /** Writes a number at a fixed width, with leading zeros. */
  static void putNumber(byte[] bytes, int offset, int digits, long value) {
    long left = value;
    for (int at = offset + digits - 1; at >= offset; at--) {
      bytes[at] = (byte) ('0' + left % TEN);
      left /= TEN;
    }
  }
}
