package io.nexus.server.dialect;

import io.nexus.control.money.CostEstimate;
import io.nexus.control.money.ModelPricing;
import io.nexus.control.money.Money;
import io.nexus.control.money.TokenCountTier;
import io.nexus.control.money.Usage;
import java.util.List;

/**
 * The units used by an answer: images, characters, seconds, searches, or equivalent tokens. Each
 * list has one entry per alternative way of billing, the one by tokens alone last; the first with a
 * price applies.
 *
 * @param reported the reported units; empty if none
 * @param counted the units other than the prompt, counted in the answer; empty if they are as
 *     requested
 */
public record UnitsUsed(List<Usage> reported, List<Usage> counted) {

  /** Neither reported nor counted. */
  public static final UnitsUsed NONE = new UnitsUsed(List.of(), List.of());

  /** Copies the lists. */
  public UnitsUsed {
    reported = List.copyOf(reported);
    counted = List.copyOf(counted);
  }

  /**
   * The usage to charge. A free report is ignored if the counted units cost something; one above
   * the request's worst case is cut to it.
   *
   * @param asked the most that the request uses, per alternative way of billing
   */
  BilledUsage billed(AnswerCost.Terms terms, CostEstimate estimate, List<Usage> asked) {
    var pricing = terms.pricing();
    var shown = counted.isEmpty() ? asked : counted;
    var ours = withInput(priced(pricing, shown), estimate.inputTokens());
    if (reported.isEmpty()) {
      return new BilledUsage(ours, false, false, TokenCountTier.EXACT);
    }
    var theirs = priced(pricing, reported);
    var cost = costOrMost(pricing, theirs);
    if (cost.isZero() && !costOrMost(pricing, ours).isZero()) {
      return new BilledUsage(ours, false, false, TokenCountTier.EXACT);
    }
    if (cost.compareTo(terms.worstCase()) > 0) {
      var most = withInput(dearest(pricing, asked), estimate.inputUpperBound());
      return new BilledUsage(most, true, true, TokenCountTier.EXACT);
    }
    return new BilledUsage(theirs, true, false, TokenCountTier.EXACT);
  }

  private static Usage priced(ModelPricing pricing, List<Usage> ways) {
    for (var way : ways) {
      if (way.extras().keySet().stream()
          .allMatch(item -> item.kind().isTokens() || pricing.fees().price(item).isPresent())) {
        return way;
      }
    }
    return ways.isEmpty() ? Usage.NONE : ways.getLast();
  }

  private static Usage dearest(ModelPricing pricing, List<Usage> ways) {
    var dearest = Usage.NONE;
    for (var way : ways) {
      if (costOrMost(pricing, way).compareTo(costOrMost(pricing, dearest)) > 0) {
        dearest = way;
      }
    }
    return dearest;
  }

  private static Usage withInput(Usage beside, long inputTokens) {
    return new Usage(
        beside.inputTokens() + inputTokens,
        0,
        0,
        beside.audioInputTokens(),
        beside.outputTokens(),
        0,
        beside.audioOutputTokens(),
        beside.extras());
  }

  private static Money costOrMost(ModelPricing pricing, Usage used) {
    try {
      return pricing.cost(used);
    } catch (ArithmeticException e) {
      return Money.MOST;
    }
  }
}
