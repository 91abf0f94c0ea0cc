package io.nexus.server.dialect;

import io.nexus.control.money.CostEstimate;
import io.nexus.control.money.ModelPricing;
import io.nexus.control.money.Money;
import io.nexus.control.money.TokenCountTier;
import io.nexus.control.money.Usage;
import java.util.List;

/**
 * What an answer used that is paid by the unit: pictures, characters, seconds, searches, or tokens
 * that stand for these. Each list has what was used once for each way in which it may be billed,
 * the way that prices by tokens alone last; the first for which the model has a price holds.
 *
 * @param reported as the backend says; empty if it says nothing
 * @param counted beside the prompt, as the answer shows; empty if that is as the request asked
 */
public record UnitsUsed(List<Usage> reported, List<Usage> counted) {

  /** Nothing is said and nothing shown. */
  public static final UnitsUsed NONE = new UnitsUsed(List.of(), List.of());

  /** Copies the lists. */
  public UnitsUsed {
    reported = List.copyOf(reported);
    counted = List.copyOf(counted);
  }

  /**
   * What is charged. A report that costs nothing where what was counted costs something says
   * nothing; one that costs more than the request can is cut to that.
   *
   * @param asked the most that the request uses, for each way in which that may be billed
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
