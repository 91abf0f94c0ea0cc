package io.nexus.tokenizers;

import java.util.concurrent.Semaphore;

/**
 * Counts the tokens of plain text with one vocabulary; marks such as {@code <|endoftext|>} are text
 * as well.
 *
 * <p>Safe for concurrent use. Allocates the text's UTF-8 bytes, and for pieces that are neither a
 * token nor remembered one working space of 256 bytes a {@link Tally}.
 */
final class TextCounter {
  private static final int LARGE_PIECE = 32 * 1024;
  private static final int LARGE_MERGES_AT_ONCE = 1;

  private final Vocabulary vocabulary;
  private final Splitter splitter;
  private final PieceCache cache;
  // A large piece takes up to 32 bytes of working space a byte; one at a time bounds the heap.
  private final Semaphore largeMerges = new Semaphore(LARGE_MERGES_AT_ONCE);

  TextCounter(Vocabulary vocabulary, Splitter splitter) {
    this.vocabulary = vocabulary;
    this.splitter = splitter;
    this.cache = new PieceCache(vocabulary);
  }

  /** Adds a text to a tally that was made by {@link #tally}. */
  void count(CharSequence text, Tally tally) {
    int chars = text.length();
    // A character takes at least one byte, so no more of them can be affordable.
    int affordable = (int) Math.min(chars, tally.workLeft());
    if (affordable > 0
        && affordable < chars
        && Character.isHighSurrogate(text.charAt(affordable - 1))) {
      affordable--;
    }
    String head =
        affordable == chars ? text.toString() : text.subSequence(0, affordable).toString();
    byte[] utf8 = Utf8.bytes(head);
    int counted = count(utf8, tally);
    long uncounted = (long) utf8.length - counted;
    if (affordable < chars) {
      uncounted += Utf8.length(text, affordable);
    }
    tally.add(counted, uncounted);
  }

  /** A new tally of at most {@code work} bytes of ordinary text. */
  Tally tally(long work) {
    return new Tally(new PieceMerger(vocabulary), work);
  }

  /** Counts until the end or until the tally's work is used up; returns the bytes counted. */
  private int count(byte[] utf8, Tally tally) {
    long workLeft = tally.workLeft();
    long tokens = 0;
    int from = 0;
    int lastEight = utf8.length - Long.BYTES;
    while (from < utf8.length) {
      long eight = from <= lastEight ? Utf8.eight(utf8, from) : 0;
      int common = splitter.commonLength(eight);
      int to = common == 0 ? splitter.pieceEnd(utf8, from, utf8.length) : from + common;
      long work = Tally.work(to - from);
      if (work > workLeft) {
        workLeft = 0;
        break;
      }
      workLeft -= work;
      tokens +=
          common == 0
              ? pieceTokens(utf8, from, to, tally.merger)
              : cache.count(Utf8.first(eight, common), utf8, from, to, tally.merger);
      from = to;
    }
    tally.counted(tokens, workLeft);
    return from;
  }

  private int pieceTokens(byte[] utf8, int from, int to, PieceMerger merger) {
    int length = to - from;
    if (length == 1) {
      return 1;
    }
    if (length <= PieceCache.LONGEST_PIECE) {
      return cache.count(utf8, from, to, merger);
    }
    if (vocabulary.contains(utf8, from, to)) {
      return 1;
    }
    if (length < LARGE_PIECE) {
      return merger.count(utf8, from, to);
    }
    largeMerges.acquireUninterruptibly();
    try {
      return merger.count(utf8, from, to);
    } finally {
      largeMerges.release();
    }
  }
}
