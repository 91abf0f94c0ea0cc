package io.nexus.server.chat;

import io.nexus.control.budget.BudgetHold;
import io.nexus.control.budget.BudgetViolation;
import io.nexus.control.hold.OutputLengths;
import io.nexus.control.money.Money;
import io.nexus.control.routing.Candidate;
import io.nexus.control.routing.Needs;
import io.nexus.server.chat.Claim.Denied;
import io.nexus.server.chat.Claim.Taken;
import java.util.Optional;

/**
 * Holds the money for a request before it is sent.
 *
 * <p>Never is more asked of the backend than the tightest budget can pay: what does not fit is
 * clamped to what does. An answer in one piece holds the worst case of what is asked for. A stream
 * holds as much as the model's answers usually cost, and {@linkplain StreamCoverage more as it
 * runs}, so that a large {@code max_tokens} does not pin a budget at no real spend.
 */
public final class Claims {

  /** What a stream is expected to need of a model whose answers are not known yet. */
  private static final long FIRST_GUESS_TOKENS = 512;

  private final int minOutputTokens;
  private final OutputLengths forecast;
  private final SpendBook book;

  /**
   * Claims on these terms.
   *
   * @param minOutputTokens an answer shorter than this is not worth sending for
   * @param forecast how long answers turn out to be
   * @param book takes the holds
   */
  public Claims(int minOutputTokens, OutputLengths forecast, SpendBook book) {
    this.minOutputTokens = minOutputTokens;
    this.forecast = forecast;
    this.book = book;
  }

  /**
   * Takes the hold.
   *
   * @param hold on the candidate's budgets, not taken yet
   */
  Claim take(BudgetHold hold, Candidate candidate, Needs needs, long nowMillis) {
    if (candidate.isFree() || candidate.budgets().isEmpty()) {
      return Taken.FREE;
    }
    long least = Math.min(minOutputTokens, candidate.maxOutputTokens());
    while (true) {
      long tokens = affordable(candidate, needs, nowMillis);
      if (tokens >= least) {
        long covered = Math.max(least, covered(candidate, needs, tokens));
        var amount = worstCase(candidate, needs, covered * needs.choices());
        if (book.admit(hold, amount, worstCase(candidate, needs, least * needs.choices()))) {
          return taken(tokens, covered, candidate, needs);
        }
      }
      // What is left changes under other requests' hands: one that fits by now is tried again.
      var required = worstCase(candidate, needs, least * needs.choices());
      var violation = candidate.budgets().violation(required, nowMillis);
      if (violation.isPresent()) {
        candidate.budgets().refused(required, nowMillis);
        return new Denied(violation.get());
      }
    }
  }

  /** What {@link #take} would do now, with nothing held and nobody told. */
  Claim look(BudgetHold hold, Candidate candidate, Needs needs, long nowMillis) {
    if (candidate.isFree() || candidate.budgets().isEmpty()) {
      return Taken.FREE;
    }
    long least = Math.min(minOutputTokens, candidate.maxOutputTokens());
    long tokens = Math.max(least, affordable(candidate, needs, nowMillis));
    return candidate
        .budgets()
        .violation(worstCase(candidate, needs, least * needs.choices()), nowMillis)
        .<Claim>map(Denied::new)
        .orElseGet(() -> taken(tokens, tokens, candidate, needs));
  }

  /**
   * Why the budgets cannot pay for an answer of the usual length there, so that it would come out
   * shorter than it should. Usual, for one in one piece, is the length that the client names.
   *
   * @return empty if they can
   */
  Optional<BudgetViolation> shortage(Candidate candidate, Needs needs, long nowMillis) {
    if (candidate.isFree()) {
      return Optional.empty();
    }
    boolean named = !needs.stream() && needs.maxOutputTokens() > 0;
    long most = candidate.maxOutputTokens();
    long usual = named ? most : usual(candidate, most);
    return candidate
        .budgets()
        .violation(worstCase(candidate, needs, usual * needs.choices()), nowMillis);
  }

  /** The most that so many output tokens, over all choices, can make the request cost there. */
  static Money worstCase(Candidate candidate, Needs needs, long outputTokens) {
    return candidate
        .offer()
        .price()
        .pricing()
        .worstCaseOrMost(candidate.estimate().inputUpperBound(), outputTokens, needs.audio());
  }

  /** The output tokens of each choice that are held at first. */
  private long covered(Candidate candidate, Needs needs, long tokens) {
    if (!needs.stream() || HiddenReasoning.isLikely(candidate.model())) {
      return tokens;
    }
    return usual(candidate, tokens);
  }

  /** What the candidate's answers seldom exceed, in each choice, and no more than the limit. */
  private long usual(Candidate candidate, long limit) {
    return Math.min(limit, forecast.p95(candidate.model()).orElse(FIRST_GUESS_TOKENS));
  }

  private static Taken taken(long tokens, long covered, Candidate candidate, Needs needs) {
    boolean clamped = tokens < candidate.maxOutputTokens();
    // A client that names no limit gets the one that was counted on, or the hold would not hold.
    // Budgets that only tell never change what is asked for.
    boolean said = !candidate.budgets().isEnforced() || (needs.maxOutputTokens() > 0 && !clamped);
    return new Taken(
        said ? 0 : tokens, clamped, covered * needs.choices(), tokens * needs.choices());
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
}
