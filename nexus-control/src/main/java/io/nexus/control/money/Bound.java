package io.nexus.control.money;

import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * What bounds the cost of a request beside its counted prompt: all that the request's body says of
 * it, and the names of what the body does not bound.
 *
 * @param maxOutputTokens the longest answer that the client takes, in each choice; 0 if it does not
 *     say
 * @param leastOutputTokens what of an answer is not worth paying for without more, such as the
 *     fewest tokens that a model can be told to think for; 0 if nothing
 * @param choices how many answers are made and billed; at least 1
 * @param moreInputTokens tokens that the prompt may have beyond those that are counted: what may or
 *     may not be shown to the model, such as object keys and fields that nobody knows, a token a
 *     byte, and what files may hold beyond a token a byte
 * @param moreOutputTokens tokens that may be billed as output beyond the limit, over all choices:
 *     those of a prediction that the answer does not follow
 * @param toolCalls the most calls of tools that run at the provider and are paid by the call
 * @param kinds the kinds of tokens that it can use
 * @param thinking whether it says how much the model is to think
 * @param tiers the service tiers that may serve it beside the standard one
 * @param models further models, any of which the provider may choose
 * @param unbounded the fields whose cost the body does not bound, such as {@code
 *     messages.content.file.file_id}; empty if there is none
 * @param uses the most that it uses beside its prompt and its answer, such as pictures or seconds
 *     of sound, once for each way in which that may be billed, of which one will hold; empty if
 *     nothing
 */
public record Bound(
    long maxOutputTokens,
    long leastOutputTokens,
    int choices,
    long moreInputTokens,
    long moreOutputTokens,
    long toolCalls,
    TokenKinds kinds,
    boolean thinking,
    List<ServiceTier> tiers,
    List<String> models,
    List<String> unbounded,
    List<Usage> uses) {

  /**
   * The context window of a model whose window is not known: a million tokens, as large as the
   * windows of most models that are sold by the token.
   */
  public static final long UNKNOWN_WINDOW = 1 << 20;

  /** More than any body can stand for. */
  private static final long MOST_TOKENS = 1L << 40;

  /** Copies the lists. */
  public Bound {
    if (choices < 1) {
      throw new IllegalArgumentException("a request asks for one answer at least: " + choices);
    }
    tiers = List.copyOf(tiers);
    models = List.copyOf(models);
    unbounded = List.copyOf(unbounded);
    uses = List.copyOf(uses);
  }

  /** A request that uses nothing beside its prompt and its answer. */
  public Bound(
      long maxOutputTokens,
      long leastOutputTokens,
      int choices,
      long moreInputTokens,
      long moreOutputTokens,
      long toolCalls,
      TokenKinds kinds,
      boolean thinking,
      List<ServiceTier> tiers,
      List<String> models,
      List<String> unbounded) {
    this(
        maxOutputTokens,
        leastOutputTokens,
        choices,
        moreInputTokens,
        moreOutputTokens,
        toolCalls,
        kinds,
        thinking,
        tiers,
        models,
        unbounded,
        List.of());
  }

  /** The same of a request that uses something else, too. */
  public Bound withUses(List<Usage> others) {
    return new Bound(
        maxOutputTokens,
        leastOutputTokens,
        choices,
        moreInputTokens,
        moreOutputTokens,
        toolCalls,
        kinds,
        thinking,
        tiers,
        models,
        unbounded,
        others);
  }

  /** Nothing but that number of answers of that length. */
  public static Bound of(long maxOutputTokens, int choices) {
    return new Bound(
        maxOutputTokens,
        0,
        choices,
        0,
        0,
        0,
        TokenKinds.TEXT,
        false,
        List.of(),
        List.of(),
        List.of());
  }

  /** Whether the body bounds everything. */
  public boolean isComplete() {
    return unbounded.isEmpty();
  }

  /**
   * The prices at which the request is to be held: each token at the dearest kind, tier and model
   * that it may turn out to be, and with each request what is paid beside its prompt and its
   * answer, the provider's tools and the parts of a prediction that the answer does not follow.
   *
   * @param offered the prices of the model that is asked
   * @param priceOf the prices of another model of the same provider, if they are known
   */
  public ModelPricing ceiling(
      ModelPricing offered, Function<String, Optional<ModelPricing>> priceOf) {
    var dearest = offered;
    for (var tier : tiers) {
      dearest = dearest.max(offered.served(tier));
    }
    for (var model : models) {
      var other = priceOf.apply(model);
      dearest = other.isPresent() ? dearest.max(other.get()) : dearest;
    }
    if (!kinds.equals(TokenKinds.TEXT) && !kinds.equals(TokenKinds.TEXT_AND_AUDIO)) {
      dearest = dearest.dearest(kinds);
    }
    var beside = beside(dearest);
    return beside.isZero() ? dearest : dearest.withPerRequest(sum(dearest.perRequest(), beside));
  }

  private Money beside(ModelPricing pricing) {
    if (toolCalls == 0 && moreOutputTokens == 0 && uses.isEmpty()) {
      return Money.ZERO;
    }
    var tools =
        sum(
            times(pricing.fees().dearestTool(), toolCalls),
            pricing.outputAtMost(Math.min(moreOutputTokens, MOST_TOKENS), kinds));
    return sum(tools, dearestUse(pricing));
  }

  private Money dearestUse(ModelPricing pricing) {
    var dearest = Money.ZERO;
    for (var use : uses) {
      var cost = costOrMost(pricing, use);
      dearest = cost.compareTo(dearest) > 0 ? cost : dearest;
    }
    return dearest;
  }

  /** Without what each request costs, which is counted already. */
  private static Money costOrMost(ModelPricing pricing, Usage use) {
    try {
      return pricing.cost(use).minus(pricing.perRequest());
    } catch (ArithmeticException e) {
      return Money.MOST;
    }
  }

  private static Money times(Money price, long count) {
    return price.nanos() > 0 && count > Money.MOST.nanos() / price.nanos()
        ? Money.MOST
        : new Money(price.nanos() * count);
  }

  private static Money sum(Money one, Money other) {
    return one.nanos() > Money.MOST.nanos() - other.nanos()
        ? Money.MOST
        : new Money(one.nanos() + other.nanos());
  }

  /**
   * The most tokens that the provider can count as the prompt, all that the body does not bound
   * among them: as much as the model takes then.
   *
   * @param counted what the counted part of the prompt cannot exceed
   * @param facts what is known of the model
   */
  public long inputAtMost(long counted, ModelFacts facts) {
    long window = window(facts);
    return isComplete() ? bounded(counted, window) : Math.max(bounded(counted, window), window);
  }

  /** The same, but that what the body does not bound counts for nothing. */
  public long inputShown(long counted, ModelFacts facts) {
    return bounded(counted, window(facts));
  }

  private static long window(ModelFacts facts) {
    return facts.promptLimit() > 0 ? facts.promptLimit() : UNKNOWN_WINDOW;
  }

  /** A window limits what nobody has counted; whether it limits the rest is for the provider. */
  private long bounded(long counted, long window) {
    return counted + Math.min(moreInputTokens, window);
  }
}
