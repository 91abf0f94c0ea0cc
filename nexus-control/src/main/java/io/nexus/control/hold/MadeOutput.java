package io.nexus.control.hold;

import io.nexus.control.hold.OutputPace.Showing;

/**
 * How much output of a running stream may have been made by now, what it shows and what it does
 * not.
 *
 * <p>A model generates one token after the other, unseen ones and shown ones by turns. So what has
 * been made is bounded by time:
 *
 * <ul>
 *   <li>Of a model that bills more than it shows: all the time since the request was sent, at the
 *       fastest rate that the model was seen at, or what is shown if that is more.
 *   <li>Of a model that nobody knows yet: what is shown, and all the time in which it shows little,
 *       at 2,000 tokens a second. Little is less than 20 tokens a second over more than a quarter
 *       of a second.
 *   <li>Of a model that was seen to show all: what is shown. Should it be silent for more than two
 *       seconds, that time counts too, at the fastest rate that it was seen at: some models think
 *       about one request in a hundred.
 * </ul>
 *
 * <p>Moments are those of {@link System#nanoTime}. For one stream; not for concurrent use.
 */
final class MadeOutput {

  private static final long SECOND_NANOS = 1_000_000_000;

  /** Bounds by which all products fit. */
  static final long MOST_TOKENS_A_SECOND = 1_000_000_000;

  private static final long LONGEST_SECONDS = 1_000_000_000;

  /** A stream that shows at least this many tokens a second hides nothing meanwhile. */
  private static final long FLOWING_TOKENS_A_SECOND = 20;

  private static final long PATIENCE_NANOS = 250_000_000;
  private static final long PATIENCE_WITH_KNOWN_NANOS = 2 * SECOND_NANOS;

  private final Showing showing;
  private final long tokensASecond;
  private final long patienceNanos;
  private final long sentNanos;
  private long shown;

  /** The stretch that is neither flowing nor quiet yet. */
  private long stretchNanos;

  private long stretchTokens;
  private long quietNanos;

  /**
   * The output of a request that was sent at that moment.
   *
   * @param choices how many answers are made at the same time, each at the model's pace
   */
  MadeOutput(OutputPace pace, int choices, long sentNanos) {
    this.showing = pace.showing();
    this.tokensASecond = Math.clamp(pace.tokensASecond() * choices, 1, MOST_TOKENS_A_SECOND);
    this.patienceNanos = showing == Showing.ALL ? PATIENCE_WITH_KNOWN_NANOS : PATIENCE_NANOS;
    this.sentNanos = sentNanos;
    this.stretchNanos = sentNanos;
  }

  /**
   * Notes what the stream has shown by then.
   *
   * @param tokens all of it, which need not be counted exactly
   */
  void shown(long tokens, long nowNanos) {
    stretchTokens += Math.max(0, tokens - shown);
    shown = Math.max(shown, tokens);
    long nanos = nowNanos - stretchNanos;
    if (isFlowing(nanos)) {
      restart(nowNanos);
    } else if (nanos > patienceNanos) {
      quietNanos += nanos;
      restart(nowNanos);
    }
  }

  private boolean isFlowing(long nanos) {
    return stretchTokens * SECOND_NANOS >= nanos * FLOWING_TOKENS_A_SECOND;
  }

  private void restart(long nowNanos) {
    stretchNanos = nowNanos;
    stretchTokens = 0;
  }

  /**
   * The most that may have been made by then.
   *
   * @param tokens what it has shown, over all choices
   */
  long by(long nowNanos, long tokens) {
    return switch (showing) {
      case PART -> Math.max(tokens, tokensIn(nowNanos - sentNanos));
      case UNKNOWN, ALL, LUMPS -> tokens + tokensIn(quiet(nowNanos));
    };
  }

  /** What may have been made by then and is not shown. */
  long hiddenBy(long nowNanos, long tokens) {
    return by(nowNanos, tokens) - tokens;
  }

  private long quiet(long nowNanos) {
    long open = nowNanos - stretchNanos;
    return quietNanos + (open > patienceNanos && !isFlowing(open) ? open : 0);
  }

  /** What may be made in such a time at most, be it shown or not. */
  long tokensIn(long nanos) {
    return tokensIn(nanos, tokensASecond);
  }

  /** The same at any pace, {@link #MOST_TOKENS_A_SECOND} at most. */
  static long tokensIn(long nanos, long tokensASecond) {
    long seconds = Math.clamp(nanos / SECOND_NANOS, 0, LONGEST_SECONDS);
    long rest = Math.max(0, nanos % SECOND_NANOS);
    return seconds * tokensASecond + Math.ceilDiv(rest * tokensASecond, SECOND_NANOS);
  }

  /**
   * The moment by which more than this number of tokens may have been made if nothing more is
   * shown.
   *
   * @param tokens what it has shown by now
   */
  long momentOf(long limit, long tokens, long nowNanos) {
    long left = limit - by(nowNanos, tokens);
    if (left < 0) {
      return nowNanos;
    }
    long nanos = nanosFor(left);
    return switch (showing) {
      case PART -> nowNanos + nanosFor(Math.max(0, limit - tokensIn(nowNanos - sentNanos)));
      case UNKNOWN, ALL, LUMPS -> {
        long open = nowNanos - stretchNanos;
        long quietSince = open > patienceNanos ? nowNanos : stretchNanos;
        yield Math.max(quietSince + nanos, stretchNanos + patienceNanos);
      }
    };
  }

  private long nanosFor(long tokens) {
    long seconds = Math.min(tokens / tokensASecond, LONGEST_SECONDS);
    return seconds * SECOND_NANOS + tokens % tokensASecond * SECOND_NANOS / tokensASecond;
  }

  /** Whether nothing is known of the model, so that its pace is a guess. */
  boolean isGuessed() {
    return showing == Showing.UNKNOWN;
  }

  /** Whether a quarter of a second of silence makes time count. */
  boolean isTimedWhenSilent() {
    return showing.isTimedWhenSilent();
  }

  /** Whether what is shown is not all that counts. */
  boolean isTimed(long nowNanos) {
    return showing == Showing.PART || quiet(nowNanos) > 0;
  }
}
