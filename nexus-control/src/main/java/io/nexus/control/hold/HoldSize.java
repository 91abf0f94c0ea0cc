package io.nexus.control.hold;

import io.nexus.control.money.ModelPricing;
import io.nexus.control.money.Money;

/**
 * The money that a request must hold at one candidate, and the length of the answer that it pays
 * for. A pure function of its inputs, used alike to take a hold, to explain one and to test whether
 * money is short, so these cannot differ.
 *
 * <p>A backend is never asked for more than the tightest budget can pay: a longer answer is
 * clamped. An answer in one piece holds the worst case of what is asked for. A stream holds the
 * usual cost of the model's answers and more as it runs, so that a large {@code max_tokens} does
 * not block a budget without real spend. If money is plentiful, a stream also holds from the start
 * what may be generated while a slow ledger is asked for more, because a wait before sending is
 * free and a wait afterwards is not. If the client names no limit, a stream runs to the model's own
 * end, provided its hold can grow.
 *
 * <p>{@code limit} counts tokens per choice; all other token figures are sums over all choices.
 *
 * @param inputs the inputs of the computation
 * @param fits whether the money pays for the shortest answer worth requesting; if not, the other
 *     fields describe that answer
 * @param limit the longest answer that may be generated, in tokens per choice
 * @param clamped whether more money would have allowed a longer answer
 * @param coveredTokens the output tokens that the hold covers at first
 * @param allowedTokens the output tokens that may be generated; the hold may be extended to them
 * @param amount the money to hold
 * @param least the smallest amount; with less money the request is refused
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

  /** Money is plentiful if it suffices for this number of equal streams. */
  private static final long PLENTY = 32;

  /**
   * The inputs of a hold's size, except the available money.
   *
   * @param pricing the candidate's prices
   * @param inputTokens upper bound of the prompt's tokens
   * @param audio whether audio goes in or comes out
   * @param choices how many answers are asked for
   * @param limit the longest answer that the request allows, in tokens per choice
   * @param limitNamed whether the client named that limit
   * @param ownEnd the model's own longest answer, in tokens per choice: a stream without a limit of
   *     the client's may grow to it
   * @param usual the length that the model's answers seldom exceed, in tokens per choice
   * @param ahead the hidden output that may be generated while a stream's hold waits for a slow
   *     ledger, in tokens per choice
   * @param least the shortest answer worth requesting, in tokens per choice
   * @param stream whether the answer comes in pieces, so that the hold can grow with it
   * @param worstCase whether a stream, too, holds its worst case from the start
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
     * The money for an answer of full length: the client's limit for an answer in one piece with
     * such a limit, else the usual length.
     */
    public Money whole() {
      long tokens = !stream && limitNamed ? limit : Math.min(limit, usual);
      return worstCase(times(tokens, choices));
    }

    private boolean grows() {
      return stream && !worstCase;
    }

    /** Whether only the model itself or the money ends the answer. */
    private boolean isOpen() {
      return grows() && !limitNamed;
    }

    /**
     * The larger length if it takes only a small part of what is available, else the modest one.
     */
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

    /** The longest answer, per choice, that the tokens allow in addition to the prompt. */
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
   * Sizes a hold where tokens are limited too.
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
   * The limit to send to the backend, in tokens per choice; 0 to leave the client's request
   * unchanged. If the client names no limit, an answer in one piece gets the one that the hold pays
   * for. A stream gets none while there is money for the usual length, since its hold can grow and
   * it can be cut.
   */
  public long maxTokens() {
    boolean asAsked = !clamped && (inputs.limitNamed() || inputs.isOpen());
    return !inputs.enforced() || asAsked ? 0 : limit;
  }

  /** The tokens to hold on limits of tokens: the input and the covered output. */
  long tokens() {
    long sum = inputs.inputTokens() + coveredTokens;
    return sum < 0 ? Long.MAX_VALUE : sum;
  }

  /** The most that the request can cost; the hold may be extended to it. */
  public Money worstCase() {
    return inputs.worstCase(allowedTokens);
  }

  /** Whether the amount is only a small part of what is available. */
  static boolean isPlenty(long available, long amount) {
    return available / PLENTY >= amount;
  }

  private static long times(long tokens, int choices) {
    return tokens > Long.MAX_VALUE / choices ? Long.MAX_VALUE : tokens * choices;
  }
}
