package io.nexus.server.chat;

import io.nexus.control.budget.Hold;
import io.nexus.control.money.Money;
import io.nexus.control.routing.Candidate;
import io.nexus.control.routing.Needs;
import io.nexus.server.chat.Claim.Denied;
import io.nexus.server.chat.Claim.Taken;

/**
 * Holds the money for a request before it is sent: the worst case, or as long an answer as the
 * tightest budget still pays for.
 *
 * @param minOutputTokens an answer shorter than this is not worth sending for
 */
public record Claims(int minOutputTokens) {

  /**
   * Takes the hold.
   *
   * @param hold on the candidate's budgets, not taken yet
   */
  Claim take(Hold hold, Candidate candidate, Needs needs, long nowMillis) {
    if (candidate.isFree() || candidate.budgets().isEmpty()) {
      return Taken.FREE;
    }
    while (true) {
      if (hold.take(candidate.estimate().worstCase(), nowMillis)) {
        return taken(candidate.maxOutputTokens(), candidate, needs);
      }
      long tokens = affordable(candidate, needs, nowMillis);
      if (tokens >= least(candidate) && hold.take(worstCase(candidate, needs, tokens), nowMillis)) {
        return taken(tokens, candidate, needs);
      }
      // What is left changes under other requests' hands: one that fits by now is tried again.
      var required = worstCase(candidate, needs, least(candidate));
      var violation = candidate.budgets().violation(required, nowMillis);
      if (violation.isPresent()) {
        candidate.budgets().refused(required, nowMillis);
        return new Denied(violation.get());
      }
    }
  }

  private static Taken taken(long tokens, Candidate candidate, Needs needs) {
    boolean clamped = tokens < candidate.maxOutputTokens();
    // A client that names no limit gets the one that was counted on, or the hold would not hold.
    boolean said = needs.maxOutputTokens() > 0 && !clamped;
    return new Taken(said ? 0 : tokens, clamped, tokens * needs.choices());
  }

  private static long affordable(Candidate candidate, Needs needs, long nowMillis) {
    var pricing = candidate.offer().price().pricing();
    long tokens =
        pricing.affordableOutput(
            candidate.budgets().available(nowMillis),
            candidate.estimate().inputUpperBound(),
            needs.audio());
    return Math.min(tokens / needs.choices(), candidate.maxOutputTokens());
  }

  private long least(Candidate candidate) {
    return Math.min(minOutputTokens, candidate.maxOutputTokens());
  }

  private static Money worstCase(Candidate candidate, Needs needs, long tokens) {
    return candidate
        .offer()
        .price()
        .pricing()
        .worstCaseOrMost(
            candidate.estimate().inputUpperBound(), tokens * needs.choices(), needs.audio());
  }
}
