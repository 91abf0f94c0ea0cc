package io.nexus.server.chat;

import io.nexus.control.budget.Hold;
import io.nexus.control.routing.Candidate;
import io.nexus.control.routing.Needs;
import java.util.function.LongPredicate;

/**
 * Keeps the hold of a running stream ahead of what the stream has cost. For one stream, not for
 * concurrent use.
 */
final class StreamCoverage implements LongPredicate {

  /** So far ahead: what may be on its way when the stream is cut. */
  private static final long AHEAD_TOKENS = 32;

  private static final long STEP_TOKENS = 256;
  private static final long LEAST_STEP_TOKENS = 16;

  private final SpendBook book;
  private final Attempt attempt;
  private final Hold hold;
  private final Candidate candidate;
  private final Needs needs;
  private final long allowed;
  private long covered;

  StreamCoverage(SpendBook book, Hold hold, Attempt attempt) {
    this.book = book;
    this.attempt = attempt;
    this.hold = hold;
    this.candidate = attempt.candidate();
    this.needs = attempt.chat().needs();
    this.covered = attempt.claim().coveredTokens();
    this.allowed = attempt.claim().allowedTokens();
  }

  /**
   * Whether the stream may go on.
   *
   * @param tokens the output so far, over all choices
   */
  @Override
  public boolean test(long tokens) {
    long step = STEP_TOKENS;
    while (covered < allowed && tokens + AHEAD_TOKENS >= covered) {
      long more = Math.min(step, allowed - covered);
      var now = Claims.worstCase(candidate, needs, covered);
      if (book.extend(
          attempt, hold, Claims.worstCase(candidate, needs, covered + more).minus(now))) {
        covered += more;
      } else if (step > LEAST_STEP_TOKENS) {
        step /= 2;
      } else {
        return tokens + AHEAD_TOKENS / 2 < covered;
      }
    }
    return true;
  }
}
