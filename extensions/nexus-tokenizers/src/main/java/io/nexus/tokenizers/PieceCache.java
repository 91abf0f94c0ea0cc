package io.nexus.tokenizers;

import org.jspecify.annotations.Nullable;

/**
 * Remembers how many tokens pieces came to, up to {@value #LONGEST_PIECE} bytes each. The newest of
 * the pieces that share a slot stays.
 *
 * <p>A text's frequent pieces, tokens or not, are so answered from a few dozen kilobytes instead of
 * from the vocabulary's megabytes.
 *
 * <p>Safe for concurrent use without locks: an entry is one word or immutable, and carries its
 * whole key, so a racing reader sees an entry or does not, and never a wrong count.
 */
final class PieceCache {
  static final int LONGEST_PIECE = 16;

  /** In one word, with their count in the byte that is left. */
  private static final int LONGEST_SHORT = 7;

  private static final int COUNT_SHIFT = LONGEST_SHORT * Byte.SIZE;
  private static final long KEY_MASK = (1L << COUNT_SHIFT) - 1;
  private static final int SHORT_BITS = 15;
  private static final int LONG_BITS = 15;
  private static final long MIX = 0x9E3779B97F4A7C15L;
  private static final long MIX_TO_SLOT = 0xC2B2AE3D27D4EB4FL;

  private final Vocabulary vocabulary;
  private final long[] shortEntries = new long[1 << SHORT_BITS];
  private final @Nullable Entry[] entries = new @Nullable Entry[1 << LONG_BITS];

  private record Entry(long head, long tail, int length, int tokens) {}

  PieceCache(Vocabulary vocabulary) {
    this.vocabulary = vocabulary;
  }

  /** The count of a piece of 2 to {@value #LONGEST_PIECE} bytes, merged if it is not remembered. */
  int count(byte[] bytes, int from, int to, PieceMerger merger) {
    if (to - from > LONGEST_SHORT) {
      return countLong(bytes, from, to, merger);
    }
    // A piece that ends in a zero byte has the key of a shorter one.
    return bytes[to - 1] == 0
        ? uncached(bytes, from, to, merger)
        : countShort(Utf8.pack(bytes, from, to), bytes, from, to, merger);
  }

  /**
   * The same for a piece of 1 to {@value #LONGEST_PIECE} bytes of which the last one is not 0,
   * eight bytes or more before the end.
   */
  int countInside(byte[] bytes, int from, int to, PieceMerger merger) {
    return to - from > LONGEST_SHORT
        ? countLong(bytes, from, to, merger)
        : countShort(Utf8.first(Utf8.eight(bytes, from), to - from), bytes, from, to, merger);
  }

  private int countShort(long key, byte[] bytes, int from, int to, PieceMerger merger) {
    int slot = (int) ((key * MIX) >>> (Long.SIZE - SHORT_BITS));
    long entry = shortEntries[slot];
    if ((entry & KEY_MASK) == key) {
      return (int) (entry >>> COUNT_SHIFT);
    }
    int tokens = uncached(bytes, from, to, merger);
    shortEntries[slot] = key | (long) tokens << COUNT_SHIFT;
    return tokens;
  }

  private int countLong(byte[] bytes, int from, int to, PieceMerger merger) {
    int length = to - from;
    long head = Utf8.eight(bytes, from);
    long tail = length <= Long.BYTES ? 0 : Utf8.pack(bytes, from + Long.BYTES, to);
    int slot = (int) ((((head ^ (tail * MIX)) + length) * MIX_TO_SLOT) >>> (Long.SIZE - LONG_BITS));
    Entry entry = entries[slot];
    if (entry != null && entry.head == head && entry.tail == tail && entry.length == length) {
      return entry.tokens;
    }
    int tokens = uncached(bytes, from, to, merger);
    entries[slot] = new Entry(head, tail, length, tokens);
    return tokens;
  }

  private int uncached(byte[] bytes, int from, int to, PieceMerger merger) {
    return vocabulary.contains(bytes, from, to) ? 1 : merger.count(bytes, from, to);
  }
}
