package io.nexus.control.money;

import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * Bounds the cost of a request in addition to its counted prompt: everything that the body says
 * about it, and the names of fields whose cost the body does not bound.
 *
 * @param maxOutputTokens the client's output limit, in tokens per choice; 0 if it names none
 * @param leastOutputTokens the output below which an answer is useless, such as the reasoning
 *     budget that the request asks for; 0 if none
 * @param choices the number of answers generated and billed; at least 1
 * @param moreInputTokens tokens that the prompt may have in addition to the counted ones: parts
 *     that the model may or may not see, such as object keys and unknown fields, at a token a byte,
 *     and the content of files beyond a token a byte
 * @param moreOutputTokens tokens that may be billed as output beyond the limit, over all choices:
 *     the rejected tokens of a prediction
 * @param toolCalls the most calls of the provider's own tools that are billed by the call
 * @param kinds the kinds of tokens that the request can use
 * @param thinking whether the request sets the amount of reasoning
 * @param tiers the service tiers, besides the standard one, that may serve it
 * @param models further models, any of which the provider may choose
 * @param unbounded the fields whose cost the body does not bound, such as {@code
 *     messages.content.file.file_id}; empty if there is none
 * @param uses the most units other than prompt and answer that it uses, such as images or seconds
 *     of audio: one entry for each alternative way of billing; empty if none
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

  /** Caps token counts; more than any body can amount to. */
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

  /** A request that uses only its prompt and its answer. */
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

  /** This bound with other units used. */
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

  /** Only that number of answers of that length. */
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
   * The prices at which the request is held: each token at the dearest kind, tier and model that
   * may apply; the per-request fee covers everything besides prompt and answer, such as the
   * provider's tools and the rejected tokens of a prediction.
   *
   * @param offered the prices of the requested model
   * @param priceOf returns the prices of another model of the same provider, if known
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

  /** Without the per-request fee, which is counted already. */
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
   * The most tokens that the provider can count as the prompt. If the body does not bound
   * something, that is the model's whole context.
   *
   * @param counted upper bound of the counted part of the prompt
   * @param facts facts of the model
   */
  public long inputAtMost(long counted, ModelFacts facts) {
    long window = window(facts);
    return isComplete() ? bounded(counted, window) : Math.max(bounded(counted, window), window);
  }

  /** The most prompt tokens if everything that the body does not bound counts as zero. */
  public long inputShown(long counted, ModelFacts facts) {
    return bounded(counted, window(facts));
  }

  private static long window(ModelFacts facts) {
    return facts.promptLimit() > 0 ? facts.promptLimit() : UNKNOWN_WINDOW;
  }

  /**
   * The context window limits uncounted tokens only; the provider decides whether it limits counted
   * ones.
   */
  private long bounded(long counted, long window) {
    return counted + Math.min(moreInputTokens, window);
  }
}
