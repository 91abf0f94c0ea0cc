package io.nexus.tokenizers;

import org.jspecify.annotations.Nullable;

/**
 * Remembers how many tokens pieces came to that are no token themselves, up to {@value
 * #LONGEST_PIECE} bytes each. The newest of the pieces that share a slot stays.
 *
 * <p>Safe for concurrent use without locks: an entry is immutable and carries its whole key, so a
 * racing reader sees an entry or does not, and never a wrong count.
 */
final class PieceCache {
  static final int LONGEST_PIECE = 16;

  private static final int SLOTS = 1 << 13;
  private static final long MIX = 0x9E3779B97F4A7C15L;
  private static final long MIX_TO_SLOT = 0xC2B2AE3D27D4EB4FL;

  private final @Nullable Entry[] entries = new @Nullable Entry[SLOTS];

  private record Entry(long head, long tail, int length, int tokens) {}

  /** The count of a piece of 2 to {@value #LONGEST_PIECE} bytes, merged if it is not remembered. */
  int count(byte[] bytes, int from, int to, PieceMerger merger) {
    int length = to - from;
    long head = Utf8.pack(bytes, from, Math.min(to, from + Long.BYTES));
    long tail = length <= Long.BYTES ? 0 : Utf8.pack(bytes, from + Long.BYTES, to);
    int slot = (int) ((((head ^ (tail * MIX)) + length) * MIX_TO_SLOT) >>> 51);
    Entry entry = entries[slot];
    if (entry != null && entry.head == head && entry.tail == tail && entry.length == length) {
      return entry.tokens;
    }
    int tokens = merger.count(bytes, from, to);
    entries[slot] = new Entry(head, tail, length, tokens);
    return tokens;
  }
}
