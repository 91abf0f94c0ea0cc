package io.nexus.control.pricing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nexus.control.money.CostEstimate;
import io.nexus.control.money.ModelPricing;
import io.nexus.control.money.Money;
import io.nexus.control.money.Price;
import io.nexus.control.money.Rates;
import io.nexus.control.money.Seeds;
import io.nexus.control.money.TokenCount;
import io.nexus.control.money.TokenCountTier;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class CostEstimateTest {

  private static final ModelPricing PRICING =
      ModelPricing.of(Rates.text(Money.usd("2.50"), Money.usd("10")));

  @Test
  void estimate_twoChoices_expectsHalfTheInputInEachAndHoldsTheMost() {
    var count = new TokenCount(1000, 4000, TokenCountTier.ESTIMATED);
    assertEquals(
        new CostEstimate(
            1000, 4000, 1000, Money.usd("0.0125"), Money.usd("0.05"), TokenCountTier.ESTIMATED),
        CostEstimate.estimate(PRICING, count, 2000, 2, false));
  }

  @ParameterizedTest
  @CsvSource({
    "1000, 50, 1, 50",
    "1, 50, 1, 1",
    "0, 50, 3, 3",
    "9, 50, 0, 4",
    "9, 0, 1, 0",
    "9, -5, 1, 0"
  })
  void estimate_output_isHalfTheInputWithinItsLimits(
      long input, long maxOutput, int choices, long output) {
    var count = new TokenCount(input, input, TokenCountTier.EXACT);
    assertEquals(
        output, CostEstimate.estimate(PRICING, count, maxOutput, choices, false).outputTokens());
  }

  @Test
  void estimate_absurdLimit_isTheLargestAmountInsteadOfAnError() {
    var count = new TokenCount(10, 10, TokenCountTier.EXACT);
    var estimate = CostEstimate.estimate(PRICING, count, Long.MAX_VALUE, 128, false);
    assertEquals(Money.MOST, estimate.worstCase());
    assertEquals(Money.usd("0.006425"), estimate.expected());
    var free = CostEstimate.estimate(ModelPricing.FREE, count, Long.MAX_VALUE, 128, true);
    assertEquals(Money.ZERO, free.worstCase());
  }

  @ParameterizedTest
  @MethodSource("io.nexus.control.money.Seeds#seeds")
  void estimate_anyRequest_expectedIsWithinTheWorstCase(long seed) {
    var random = Seeds.random(seed);
    var table = new BuiltInPrices();
    var models = List.copyOf(PriceFiles.models().keySet());
    for (int i = 0; i < 500; i++) {
      var name = models.get(random.nextInt(models.size()));
      var pricing =
          table
              .priceOf(name.provider(), name.model())
              .map(Price::pricing)
              .orElse(PricingRegistry.UNKNOWN);
      long tokens = Seeds.anyBelow(random, 1 << 22);
      var count =
          new TokenCount(tokens, tokens + random.nextInt(0, 1000), TokenCountTier.ESTIMATED);
      var estimate =
          CostEstimate.estimate(
              pricing, count, Seeds.anyBelow(random, 1 << 20), random.nextInt(1, 9), false);
      assertTrue(estimate.expected().compareTo(estimate.worstCase()) <= 0, pricing::toString);
    }
  }

  @Test
  void tokenCount_boundBelowTheEstimate_isRefused() {
    assertThrows(IllegalArgumentException.class, () -> new TokenCount(2, 1, TokenCountTier.EXACT));
    assertThrows(IllegalArgumentException.class, () -> new TokenCount(-1, 1, TokenCountTier.EXACT));
  }
}
