package io.nexus.tokenizers;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * The tokens of a byte-pair encoding and their ranks, looked up in a ready-made {@link
 * VocabularyTable}: in a Java that has this module linked into it a part of the file that Java has
 * mapped, so that nothing is read or built, and all processes share the pages that one has touched.
 * Immutable.
 *
 * <p>Tokens of up to 8 bytes are their own key, longer ones are compared with their bytes.
 */
final class Vocabulary {
  /** What {@link #rank} answers for bytes that are no token: no rank is higher. */
  static final int NO_TOKEN = (1 << 24) - 1;

  /** A token has its length in the high 8 bits and its rank in the low 24; 0 is a free slot. */
  static final int RANK_BITS = 24;

  /** What a table begins with. */
  static final int MAGIC = 0x314B544E;

  /** How many pairs of bytes there are: every merge begins with them, so they have ranks apart. */
  static final int PAIRS = 1 << 16;

  private static final int HEAD = 8 * Integer.BYTES;
  private static final int FILTER_WORDS = 1 << 14;

  /** Where the ranks of pairs are. */
  static final int PAIRS_START = HEAD + FILTER_WORDS * Long.BYTES;

  /** Where the slots of short tokens are. */
  static final int SHORT_START = PAIRS_START + PAIRS * Integer.BYTES;

  /** A key and its token side by side, so that a lookup touches one cache line. */
  static final int SHORT_SLOT = Long.BYTES + Integer.BYTES;

  /** The token is the high half and the place of its bytes the low one. */
  static final int LONG_SLOT = Long.BYTES;

  private static final long MIX = 0x9E3779B97F4A7C15L;
  private static final long MIX_LONG = 0xC2B2AE3D27D4EB4FL;

  private final ByteBuffer table;
  // A bit a hash: while a piece is merged, most lookups are of no token, and end here, in 128 KB.
  private final long[] filter = new long[FILTER_WORDS];
  private final int shortSlots;
  private final int longSlots;
  private final int longestToken;
  private final int longStart;

  private Vocabulary(ByteBuffer table) {
    this.table = table;
    this.shortSlots = table.getInt(Integer.BYTES);
    this.longSlots = table.getInt(2 * Integer.BYTES);
    this.longestToken = table.getInt(3 * Integer.BYTES);
    this.longStart = table.getInt(4 * Integer.BYTES);
    table.position(HEAD).asLongBuffer().get(filter);
  }

  /**
   * The vocabulary of a table.
   *
   * @throws IOException if it is none
   */
  static Vocabulary of(ByteBuffer table) throws IOException {
    ByteBuffer ordered = table.slice().order(ByteOrder.LITTLE_ENDIAN);
    if (ordered.limit() < SHORT_START || ordered.getInt(0) != MAGIC) {
      throw new IOException("not a table of tokens");
    }
    return new Vocabulary(ordered);
  }

  /** Whether the bytes from {@code from} to {@code to} are a token. */
  boolean contains(byte[] bytes, int from, int to) {
    return rank(bytes, from, to) != NO_TOKEN;
  }

  /**
   * The rank of the token with the bytes from {@code from} to {@code to}, or {@link #NO_TOKEN}, as
   * for most parts of a piece.
   */
  int rank(byte[] bytes, int from, int to) {
    int length = to - from;
    if (length > Long.BYTES) {
      return longRank(bytes, from, to);
    }
    long key = Utf8.pack(bytes, from, to);
    int hash = hash(key, length);
    return (filter[(hash >>> 6) & (FILTER_WORDS - 1)] & (1L << hash)) == 0
        ? NO_TOKEN
        : shortRank(key, length, hash);
  }

  /** The rank of the token with the two bytes at {@code at}, or {@link #NO_TOKEN}. */
  int pairRank(byte[] bytes, int at) {
    return table.getInt(PAIRS_START + pair(bytes, at) * Integer.BYTES);
  }

  private int shortRank(long key, int length, int hash) {
    for (int at = SHORT_START + slot(hash, shortSlots) * SHORT_SLOT; ; at += SHORT_SLOT) {
      int token = table.getInt(at + Long.BYTES);
      if (table.getLong(at) == key && token >>> RANK_BITS == length) {
        return token & NO_TOKEN;
      }
      if (token == 0) {
        return NO_TOKEN;
      }
    }
  }

  private int longRank(byte[] bytes, int from, int to) {
    int length = to - from;
    if (length > longestToken) {
      return NO_TOKEN;
    }
    for (int at = longStart + slot(hash(bytes, from, to), longSlots) * LONG_SLOT; ; ) {
      long found = table.getLong(at);
      int token = (int) (found >>> Integer.SIZE);
      if (token >>> RANK_BITS == length && isAt((int) found, bytes, from, to)) {
        return token & NO_TOKEN;
      }
      if (token == 0) {
        return NO_TOKEN;
      }
      at += LONG_SLOT;
    }
  }

  /** Compares whole words, the last one overlapping: there are more than 8 bytes. */
  private boolean isAt(int start, byte[] bytes, int from, int to) {
    int last = to - Long.BYTES;
    for (int at = from; at < last; at += Long.BYTES) {
      if (Utf8.eight(bytes, at) != table.getLong(start + at - from)) {
        return false;
      }
    }
    return Utf8.eight(bytes, last) == table.getLong(start + last - from);
  }

  /** The number of the pair of bytes at {@code at}. */
  static int pair(byte[] bytes, int at) {
    return ((bytes[at] & 0xFF) << 8) | (bytes[at + 1] & 0xFF);
  }

  /** Where the word of the filter is that has a hash's bit. */
  static int filterWord(int hash) {
    return HEAD + ((hash >>> 6) & (FILTER_WORDS - 1)) * Long.BYTES;
  }

  /** Where a hash belongs among some slots: by its high bits, while the filter takes low ones. */
  static int slot(int hash, int slots) {
    return (int) ((Integer.toUnsignedLong(hash) * slots) >>> Integer.SIZE);
  }

  /** The hash of a short token. */
  static int hash(long key, int length) {
    return (int) (((key + length) * MIX) >>> 32);
  }

  /**
   * The hash of a long one. Takes whole words, the last one overlapping: there are more than 8
   * bytes.
   */
  static int hash(byte[] bytes, int from, int to) {
    long hash = (to - from) * MIX;
    int last = to - Long.BYTES;
    for (int at = from; at < last; at += Long.BYTES) {
      hash = (hash ^ Utf8.eight(bytes, at)) * MIX_LONG;
      hash ^= hash >>> 29;
    }
    hash = (hash ^ Utf8.eight(bytes, last)) * MIX;
    return (int) (hash >>> 32);
  }
}
