package io.nexus.control.hold;

import io.nexus.control.money.ModelPricing;
import io.nexus.control.money.Money;

/**
 * How much a request has to hold at one candidate, and how long an answer that pays for. A pure
 * function of what goes in: taking a hold, explaining one and testing whether money is short all
 * ask it, so that they cannot differ.
 *
 * <p>Never is more asked of a backend than the tightest budget can pay: what does not fit is
 * clamped to what does. An answer in one piece holds the worst case of what is asked for. A stream
 * holds what the model's answers usually come to, and more as it runs, so that a large {@code
 * max_tokens} does not pin a budget at no real spend. Where there is plenty of money it holds at
 * first what may be made while a slow ledger is asked for more: before anything is sent the ledger
 * can be waited for, afterwards it costs. A stream for which the client names no limit runs to the
 * model's own end, as long as its hold can grow.
 *
 * <p>Tokens of {@code limit} are for each choice, all others over all choices.
 *
 * @param inputs what it was made of
 * @param fits whether the money reaches for the shortest answer that is worth sending for; if not,
 *     the rest says what that one would take
 * @param limit the longest answer, in each choice, that may be generated
 * @param clamped whether that is less than the request would have been allowed with more money
 * @param coveredTokens the output that is held for at first
 * @param allowedTokens the output that may be generated: what the hold may be extended to
 * @param amount the money to hold
 * @param least the money without which the request is refused
 */
public record HoldSize(
    Inputs inputs,
    boolean fits,
    long limit,
    boolean clamped,
    long coveredTokens,
    long allowedTokens,
    Money amount,
    Money least) {

  /** Money is plenty if it suffices for this number of streams like one. */
  private static final long PLENTY = 32;

  /**
   * What a hold's size depends on, but for the money that there is.
   *
   * @param pricing the candidate's prices
   * @param inputTokens what the prompt cannot exceed
   * @param audio whether audio goes in or comes out
   * @param choices how many answers are asked for
   * @param limit the longest answer that the request allows, in each choice
   * @param limitNamed whether that limit is the client's own word
   * @param ownEnd where an answer ends of itself at the latest, in each choice: what a stream may
   *     grow to for which the client names no limit
   * @param usual what the model's answers seldom exceed, in each choice
   * @param ahead what may be made unseen, in each choice, while a stream's hold waits for a slow
   *     ledger
   * @param least an answer shorter than this, in each choice, is not worth sending for
   * @param stream whether the answer comes in pieces, so that the hold can grow with it
   * @param worstCase whether even a stream holds all that it may cost from the beginning
   * @param enforced whether any budget or limit of tokens stops the request; budgets that only
   *     report never change what is asked for
   */
  public record Inputs(
      ModelPricing pricing,
      long inputTokens,
      boolean audio,
      int choices,
      long limit,
      boolean limitNamed,
      long ownEnd,
      long usual,
      long ahead,
      long least,
      boolean stream,
      boolean worstCase,
      boolean enforced) {

    /** The most that the request can cost with this number of output tokens over all choices. */
    public Money worstCase(long outputTokens) {
      return pricing.worstCaseOrMost(inputTokens, outputTokens, audio);
    }

    /**
     * What the budgets must have for the answer to come out as long as it should. An answer in one
     * piece whose length the client names should have that; any other the usual length.
     */
    public Money whole() {
      long tokens = !stream && limitNamed ? limit : Math.min(limit, usual);
      return worstCase(times(tokens, choices));
    }

    private boolean grows() {
      return stream && !worstCase;
    }

    /** Whether nothing but the model itself and the money ends the answer. */
    private boolean isOpen() {
      return grows() && !limitNamed;
    }

    /** The larger of two lengths if it is but a small part of what there is, else the first. */
    private long first(long modest, long generous, Money available, long tokens) {
      if (generous <= modest) {
        return modest;
      }
      long sum = times(generous, choices);
      boolean plenty =
          isPlenty(available.nanos(), worstCase(sum).nanos())
              && isPlenty(tokens, inputTokens + sum);
      return plenty ? generous : modest;
    }

    /** The longest answer, in each choice, that the tokens suffice for beside the prompt. */
    private long within(long tokens) {
      return tokens == Long.MAX_VALUE ? tokens : Math.max(0, tokens - inputTokens) / choices;
    }

    private long affordable(Money available) {
      return Math.min(limit, pricing.affordableOutput(available, inputTokens, audio) / choices);
    }
  }

  /**
   * Sizes a hold.
   *
   * @param available what the tightest budget has; {@link Money#MOST} if nothing limits
   */
  public static HoldSize of(Inputs in, Money available) {
    return of(in, available, Long.MAX_VALUE);
  }

  /**
   * Sizes a hold where tokens are limited, too.
   *
   * @param available what the tightest budget has; {@link Money#MOST} if nothing limits
   * @param tokens what the tightest limit of tokens has; {@link Long#MAX_VALUE} if nothing limits
   */
  public static HoldSize of(Inputs in, Money available, long tokens) {
    long least = Math.min(in.least(), in.limit());
    long affordable = Math.min(in.affordable(available), in.within(tokens));
    boolean open = in.isOpen() && affordable >= Math.min(in.limit(), in.usual());
    long allowed = open ? Math.max(in.limit(), in.ownEnd()) : Math.max(least, affordable);
    long covered = allowed;
    if (in.grows()) {
      long modest = Math.max(least, Math.min(affordable, in.usual()));
      covered = in.first(modest, Math.min(allowed, in.ahead()), available, tokens);
    }
    return new HoldSize(
        in,
        affordable >= least && (least > 0 || in.worstCase(0).compareTo(available) <= 0),
        allowed,
        !open && allowed < in.limit(),
        times(covered, in.choices()),
        times(allowed, in.choices()),
        in.worstCase(times(covered, in.choices())),
        in.worstCase(times(least, in.choices())));
  }

  /**
   * The longest answer to ask the backend for, in each choice; 0 for whatever the client asked for.
   * A client that names no limit gets the one that was counted on, or the hold would not hold. A
   * stream, whose hold can grow and which can be cut, gets none as long as there is money for what
   * the model's answers usually come to.
   */
  public long maxTokens() {
    boolean asAsked = !clamped && (inputs.limitNamed() || inputs.isOpen());
    return !inputs.enforced() || asAsked ? 0 : limit;
  }

  /** The tokens to hold where those are limited: what goes in, and the output that is covered. */
  long tokens() {
    long sum = inputs.inputTokens() + coveredTokens;
    return sum < 0 ? Long.MAX_VALUE : sum;
  }

  /** The most that the request can cost, and the hold be extended to. */
  public Money worstCase() {
    return inputs.worstCase(allowedTokens);
  }

  /** Whether so much is but a small part of what is left, so that nobody misses it. */
  static boolean isPlenty(long available, long amount) {
    return available / PLENTY >= amount;
  }

  private static long times(long tokens, int choices) {
    return tokens > Long.MAX_VALUE / choices ? Long.MAX_VALUE : tokens * choices;
  }
}
