package io.nexus.metrics;

import io.nexus.control.money.CostEstimate;
import io.nexus.control.money.Money;
import io.nexus.control.money.TokenCountTier;
import io.nexus.control.money.Usage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.LongAdder;

/**
 * The usage and cost of one model of one provider. Amounts are summed in nano-dollars and converted
 * to dollars only on the page. Safe for any number of threads; recording allocates only when a tier
 * is seen for the first time.
 */
public final class ModelMeters {
  private final MeterTable table;
  private final String provider;
  private final String model;
  private final LongAdder spendNanos;
  private final LongAdder statedDifferenceNanos;
  private final LongAdder input;
  private final LongAdder cachedInput;
  private final LongAdder output;
  private final LongAdder reasoning;
  private final ConcurrentMap<TokenCountTier, LongHistogram> estimates = new ConcurrentHashMap<>();

  ModelMeters(MeterTable table, String provider, String model) {
    this.table = table;
    this.provider = provider;
    this.model = model;
    spendNanos = table.counter(MeterName.SPEND, provider, model);
    statedDifferenceNanos = table.counter(MeterName.STATED_COST_DIFFERENCE, provider);
    input = tokens("input");
    cachedInput = tokens("cached_input");
    output = tokens("output");
    reasoning = tokens("reasoning");
  }

  /** Records the expected cost of a request, under the tier of its token count. */
  public void estimated(CostEstimate estimate) {
    var histogram = estimates.get(estimate.tier());
    if (histogram == null) {
      histogram = estimates.computeIfAbsent(estimate.tier(), this::estimates);
    }
    histogram.record(estimate.expected().nanos());
  }

  /**
   * Records the actual usage and cost of a request.
   *
   * @param used its tokens; those of a part (cached, reasoning) are counted in the total as well
   * @param actual its cost. A credit counts as zero: a counter never falls
   */
  public void settled(Usage used, Money actual) {
    spendNanos.add(Math.max(0, actual.nanos()));
    input.add(used.inputTokens());
    cachedInput.add(used.cachedInputTokens());
    output.add(used.outputTokens());
    reasoning.add(used.reasoningTokens());
  }

  /**
   * Records that the cost stated by the provider was charged.
   *
   * @param difference the stated cost minus the computed one
   */
  public void stated(Money difference) {
    statedDifferenceNanos.add(Math.abs(difference.nanos()));
  }

  private LongHistogram estimates(TokenCountTier tier) {
    return table.histogram(MeterName.COST_ESTIMATE, provider, model, tier.label());
  }

  private LongAdder tokens(String type) {
    return table.counter(MeterName.TOKENS, provider, model, type);
  }
}
