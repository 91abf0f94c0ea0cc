package io.nexus.tokenizers;

import java.util.Arrays;

/**
 * Byte-pair merging of one piece: as long as two neighbours together are a token, those with the
 * lowest rank, the leftmost of them, become one.
 *
 * <p>Not safe for concurrent use: it keeps its working space between pieces.
 */
final class PieceMerger {
  /**
   * Up to this length, in bytes, where parts start fits into the bits of a long, and scanning all
   * neighbours is faster than keeping them in order.
   */
  static final int SHORT = Long.SIZE - 1;

  /** Enough for a position in a short piece; a rank fits into the rest of an int. */
  private static final int POSITION_BITS = 6;

  private static final int NONE = Vocabulary.NO_TOKEN << POSITION_BITS;

  private final Vocabulary vocabulary;
  // By the byte at which a part starts, its rank with its neighbour.
  private int[] ranks = {};

  PieceMerger(Vocabulary vocabulary) {
    this.vocabulary = vocabulary;
  }

  /** How many tokens the bytes from {@code from} to {@code to} come to. */
  int count(byte[] bytes, int from, int to) {
    return to - from <= SHORT
        ? countShort(bytes, from, to)
        : new LongMerge(vocabulary, bytes, from, to).count();
  }

  /**
   * Quadratic in the length, without any allocation but the first time. Rank and position are one
   * number, so that the lowest is found without a branch that depends on the text; a part that was
   * merged into the one before keeps its place, so that nothing moves.
   */
  private int countShort(byte[] bytes, int from, int to) {
    if (ranks.length == 0) {
      ranks = new int[SHORT + 1];
    }
    int pairs = to - from - 1;
    for (int i = 0; i < pairs; i++) {
      ranks[i] = at(i, vocabulary.pairRank(bytes, from + i));
    }
    // A bit where a part starts, and one at the end.
    long starts = -1L >>> (Long.SIZE - 2 - pairs);
    while (true) {
      int lowest = NONE;
      for (int i = 0; i < pairs; i++) {
        lowest = Math.min(lowest, ranks[i]);
      }
      if (lowest == NONE) {
        return Long.bitCount(starts) - 1;
      }
      int left = lowest & ((1 << POSITION_BITS) - 1);
      int merged = after(starts, left);
      starts &= ~(1L << merged);
      ranks[merged] = NONE;
      int end = after(starts, left);
      ranks[left] = end > pairs ? NONE : rank(bytes, from, left, after(starts, end));
      if (left > 0) {
        int before = Long.SIZE - 1 - Long.numberOfLeadingZeros(starts & ((1L << left) - 1));
        ranks[before] = rank(bytes, from, before, end);
      }
    }
  }

  /** The next bit that is set above a position. */
  private static int after(long bits, int position) {
    return position + 1 + Long.numberOfTrailingZeros(bits >>> (position + 1));
  }

  private int rank(byte[] bytes, int from, int left, int end) {
    return at(left, vocabulary.rank(bytes, from + left, from + end));
  }

  private static int at(int position, int rank) {
    return rank == Vocabulary.NO_TOKEN ? NONE : (rank << POSITION_BITS) | position;
  }

  /**
   * The same for a long piece, in time n log n: parts are a linked list, and mergeable neighbours
   * are in a heap by rank, then position. A heap entry whose rank is no longer its position's is
   * stale and skipped. Takes up to 32 bytes for each byte of the piece.
   */
  private static final class LongMerge {
    private final Vocabulary vocabulary;
    private final byte[] bytes;
    private final int from;
    private final int length;
    private final int[] next;
    private final int[] previous;
    private final int[] rankWithNext;
    private long[] heap;
    private int heapSize;

    LongMerge(Vocabulary vocabulary, byte[] bytes, int from, int to) {
      this.vocabulary = vocabulary;
      this.bytes = bytes;
      this.from = from;
      this.length = to - from;
      this.next = new int[length];
      this.previous = new int[length];
      this.rankWithNext = new int[length];
      this.heap = new long[length];
    }

    int count() {
      for (int i = 0; i < length; i++) {
        next[i] = i + 1;
        previous[i] = i - 1;
      }
      for (int i = 0; i < length; i++) {
        rankPair(i);
      }
      int parts = length;
      while (heapSize > 0) {
        long lowest = pop();
        int left = (int) lowest;
        if (rankWithNext[left] == lowest >>> 32) {
          merge(left);
          parts--;
        }
      }
      return parts;
    }

    private void merge(int left) {
      int merged = next[left];
      int right = next[merged];
      rankWithNext[merged] = Vocabulary.NO_TOKEN;
      next[left] = right;
      if (right < length) {
        previous[right] = left;
      }
      rankPair(left);
      if (previous[left] >= 0) {
        rankPair(previous[left]);
      }
    }

    /** Looks up the part at {@code left} together with its neighbour. */
    private void rankPair(int left) {
      int right = next[left];
      int rank =
          right == length
              ? Vocabulary.NO_TOKEN
              : vocabulary.rank(bytes, from + left, from + next[right]);
      rankWithNext[left] = rank;
      if (rank != Vocabulary.NO_TOKEN) {
        push(((long) rank << 32) | left);
      }
    }

    private void push(long entry) {
      if (heapSize == heap.length) {
        heap = Arrays.copyOf(heap, heapSize + heapSize / 2 + 1);
      }
      int at = heapSize++;
      while (at > 0) {
        int parent = (at - 1) >>> 1;
        if (heap[parent] <= entry) {
          break;
        }
        heap[at] = heap[parent];
        at = parent;
      }
      heap[at] = entry;
    }

    private long pop() {
      long top = heap[0];
      long last = heap[--heapSize];
      int at = 0;
      for (int child = 1; child < heapSize; child = 2 * at + 1) {
        if (child + 1 < heapSize && heap[child + 1] < heap[child]) {
          child++;
        }
        if (last <= heap[child]) {
          break;
        }
        heap[at] = heap[child];
        at = child;
      }
      heap[at] = last;
      return top;
    }
  }
}
