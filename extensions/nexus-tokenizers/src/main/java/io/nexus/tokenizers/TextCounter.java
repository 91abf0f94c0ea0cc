package io.nexus.tokenizers;

import java.security.MessageDigest;
import java.util.concurrent.Semaphore;

/**
 * Counts the tokens of plain text with one vocabulary; marks such as {@code <|endoftext|>} are text
 * as well.
 *
 * <p>Safe for concurrent use. Allocates the text's UTF-8 bytes, and for pieces that are neither a
 * token nor remembered one working space of 256 bytes a {@link Tally}.
 */
final class TextCounter {
  /** Counting a shorter text takes hardly longer than recognising it. */
  private static final int SHORT_TEXT = 1024;

  /** The texts of some hundred conversations, in less than a megabyte. */
  private static final int TEXTS = 16 * 1024;

  private static final int LARGE_PIECE = 32 * 1024;
  private static final int LARGE_MERGES_AT_ONCE = 1;

  private final Vocabulary vocabulary;
  private final Splitter splitter;
  private final PieceCache cache;
  private final CountMemory<Counted> memory = new CountMemory<>(TEXTS);
  // A large piece takes up to 32 bytes of working space a byte; one at a time bounds the heap.
  private final Semaphore largeMerges = new Semaphore(LARGE_MERGES_AT_ONCE);

  TextCounter(Vocabulary vocabulary, Splitter splitter) {
    this.vocabulary = vocabulary;
    this.splitter = splitter;
    this.cache = new PieceCache(vocabulary);
  }

  /** Adds a text of a prompt to a tally; one that was counted before is not counted again. */
  void countPrompt(String text, Tally tally) {
    if (text.length() <= SHORT_TEXT || text.length() > tally.workLeft()) {
      count(text, tally);
      return;
    }
    byte[] utf8 = Utf8.bytes(text);
    MessageDigest digest = CountMemory.digest();
    digest.update(utf8);
    Counted counted =
        memory.get(digest, () -> counted(utf8, tally.workLeft()), it -> it.bytes == utf8.length);
    if (counted.work > tally.workLeft()) {
      count(text, tally); // It was counted whole where more work was left.
      return;
    }
    tally.counted(counted.tokens, tally.workLeft() - counted.work);
    tally.add(counted.bytes, (long) utf8.length - counted.bytes);
  }

  /** The bytes of a text that were counted, their tokens, and the work of it. */
  private record Counted(int bytes, long tokens, long work) {}

  private Counted counted(byte[] utf8, long work) {
    Tally tally = tally(work);
    int bytes = count(utf8, tally);
    return new Counted(bytes, tally.tokens, work - tally.workLeft());
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
    // Letters end at those of the bytes from `map` on that are marked in `ends`.
    int map = -Utf8.MAPPED;
    int lastMap = utf8.length - Utf8.MAPPED - Long.BYTES;
    long inMap = 0;
    long ends = 0;
    while (from < utf8.length) {
      if (ends == 0 && map + Utf8.MAPPED <= lastMap) {
        map += Utf8.MAPPED;
        inMap = Utf8.notLetters(utf8, map);
        ends = inMap & after(from - map);
        continue;
      }
      int end = map + Long.numberOfTrailingZeros(ends);
      boolean common = ends != 0 && splitter.isCommonPiece(utf8, from, end);
      int to = common ? end : splitter.pieceEnd(utf8, from, utf8.length);
      ends = common ? ends & (ends - 1) : inMap & after(to - map);
      long work = Tally.work(to - from);
      if (work > workLeft) {
        workLeft = 0;
        break;
      }
      workLeft -= work;
      tokens +=
          common
              ? cache.countInside(utf8, from, to, tally.merger)
              : pieceTokens(utf8, from, to, tally.merger);
      from = to;
    }
    tally.counted(tokens, workLeft);
    return from;
  }

  /** The bits above the one with that number. */
  private static long after(int bit) {
    return bit < 0 ? -1L : bit >= Long.SIZE - 1 ? 0 : -2L << bit;
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
