package io.nexus.control.hold;

/**
 * The visible output of a running stream and its pace.
 *
 * <p>Moments are those of {@link System#nanoTime}. For one stream; not for concurrent use.
 */
final class ShownOutput {

  /** Keeps the arithmetic within a {@code long}. */
  private static final long MOST_TOKENS = 1L << 34;

  /** Less is too little to tell a rate by. */
  private static final long LEAST_TOLD_TOKENS = 16;

  private static final long LEAST_TOLD_NANOS = 50_000_000;
  private static final long MICRO = 1_000;
  private static final long MICROS_A_SECOND = 1_000_000;

  private final long sentNanos;
  private boolean begun;
  private long begunNanos;
  private long begunTokens;
  private long readNanos;
  private long chars;
  private long atLeast;
  private long largestTokens;
  private long unread;

  /** The tokens at the last count. */
  private long countedTokens;

  private long countedChars;

  ShownOutput(long sentNanos) {
    this.sentNanos = sentNanos;
    this.readNanos = sentNanos;
  }

  /**
   * Notes what has been read by then.
   *
   * @param arrived tokens that have arrived and are not read yet
   */
  void note(HoldExtender.Shown shown, long arrived, long nowNanos) {
    long before = atLeast;
    chars = shown.chars();
    atLeast = Math.max(shown.atLeast(), before);
    if (!begun && atLeast > 0) {
      begun = true;
      begunTokens = atLeast;
      begunNanos = nowNanos;
    }
    largestTokens = Math.max(largestTokens, atLeast - before);
    readNanos = nowNanos;
    unread = arrived;
  }

  /** Counts the tokens. */
  long count(HoldExtender.Shown shown) {
    countedTokens = shown.tokens();
    countedChars = chars;
    return countedTokens;
  }

  /** Estimates the tokens: text since the last count is taken as two characters a token. */
  long tokens() {
    return Math.max(atLeast, countedTokens + (chars - countedChars) / 2);
  }

  long chars() {
    return chars;
  }

  /** A lower bound of the tokens. */
  long atLeast() {
    return atLeast;
  }

  /** The largest number of tokens that came at once. */
  long largestTokens() {
    return largestTokens;
  }

  /** The tokens that had arrived and were not read. */
  long unread() {
    return unread;
  }

  /** The tokens of that time, at the stream's pace so far. */
  long within(long nanos, long tokens, long nowNanos) {
    long since = begun ? begunNanos : sentNanos;
    long elapsed = Math.max(HoldExtender.STOPPING_NANOS, nowNanos - since);
    long seen = Math.min(tokens + unread, MOST_TOKENS);
    return Math.ceilDiv(seen * (nanos / MICRO), Math.max(1, elapsed / MICRO));
  }

  /** What can have come since the last read, of a quarter of a second at most. */
  long sinceRead(long tokens, long nowNanos) {
    long nanos = Math.min(nowNanos - readNanos, HoldExtender.STOPPING_NANOS);
    return within(nanos, tokens, nowNanos);
  }

  /** The rate after the first event, in tokens a second; 0 if too little was visible to tell. */
  long aSecond(long tokens, long nowNanos) {
    long more = Math.min(tokens - begunTokens, MOST_TOKENS);
    long nanos = nowNanos - begunNanos;
    boolean tells = begun && more >= LEAST_TOLD_TOKENS && nanos >= LEAST_TOLD_NANOS;
    return tells ? Math.ceilDiv(more * MICROS_A_SECOND, nanos / MICRO) : 0;
  }
}
