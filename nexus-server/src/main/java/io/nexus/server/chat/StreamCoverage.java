package io.nexus.server.chat;

import io.nexus.control.hold.Hold;
import io.nexus.server.dialect.OutputMeter;
import java.util.function.Predicate;

/**
 * Keeps the hold of a running stream ahead of what the stream has cost. For one stream, not for
 * concurrent use.
 *
 * <p>A part of the hold is left untouched, the reserve: it pays for what is on its way when the
 * stream is cut, which is the more, the faster the stream runs and the larger its events are.
 */
final class StreamCoverage implements Predicate<OutputMeter> {

  private static final long LEAST_RESERVE_TOKENS = 32;
  private static final long MOST_RESERVE_TOKENS = 128;

  /** So long it may take until a backend that is told to stop has stopped. */
  private static final long STOPPING_NANOS = 100_000_000;

  private static final long STEP_TOKENS = 256;
  private static final long LEAST_STEP_TOKENS = 16;

  /** A token has at least one byte, and a character at most three. */
  private static final long MOST_TOKENS_A_CHAR = 3;

  private final Hold hold;
  private long startNanos;
  private long seenChars;
  private long largestEventChars;

  /** So many characters may come before it is worth counting tokens again. */
  private long quietUntilChars;

  StreamCoverage(Hold hold) {
    this.hold = hold;
  }

  /**
   * Whether the stream may go on; asked after each event.
   *
   * @param meter the output so far, over all choices
   */
  @Override
  public boolean test(OutputMeter meter) {
    if (hold.coveredTokens() >= hold.size().allowedTokens()) {
      return true;
    }
    long chars = meter.chars();
    if (seenChars == 0) {
      startNanos = System.nanoTime();
    }
    largestEventChars = Math.max(largestEventChars, chars - seenChars);
    seenChars = chars;
    return chars < quietUntilChars || reaches(meter.tokens(), chars);
  }

  private boolean reaches(long tokens, long chars) {
    long reserve = reserve(tokens, chars);
    long allowed = hold.size().allowedTokens();
    long step = STEP_TOKENS;
    while (hold.coveredTokens() < allowed && tokens + 2 * reserve > hold.coveredTokens()) {
      if (hold.extend(Math.min(step, allowed - hold.coveredTokens()))) {
        continue;
      }
      if (step <= LEAST_STEP_TOKENS) {
        return tokens + reserve <= hold.coveredTokens();
      }
      step /= 2;
    }
    quietUntilChars = chars + (hold.coveredTokens() - 2 * reserve - tokens) / MOST_TOKENS_A_CHAR;
    return true;
  }

  /** What the stream sends in the time that it takes to stop, and at least one more event. */
  private long reserve(long tokens, long chars) {
    long elapsedNanos = Math.max(STOPPING_NANOS, System.nanoTime() - startNanos);
    long onItsWay = tokens * STOPPING_NANOS / elapsedNanos;
    long event = Math.ceilDiv(largestEventChars * tokens, Math.max(1, chars));
    return Math.max(event, Math.clamp(onItsWay, LEAST_RESERVE_TOKENS, MOST_RESERVE_TOKENS));
  }
}
