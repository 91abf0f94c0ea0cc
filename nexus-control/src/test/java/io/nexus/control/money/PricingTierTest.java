package io.nexus.control.money;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Tiers, regions and long prompts change what a model costs. */
class PricingTierTest {

  private static final ModelPricing GPT_4O =
      ModelPricing.of(
          Rates.text(Money.usd("2.50"), Money.usd("10")).withCachedInput(Money.usd("1.25")));

  @Test
  void served_tier_hasItsOwnPricesElseTheStandardOnes() {
    var priority = ModelPricing.of(Rates.text(Money.usd("5"), Money.usd("20")));
    var pricing = GPT_4O.withTier(ServiceTier.PRIORITY, priority);
    assertEquals(priority, pricing.served(ServiceTier.of("priority")));
    assertEquals(priority, pricing.served(ServiceTier.of("fast")));
    assertEquals(pricing, pricing.served(ServiceTier.of("default")));
    assertEquals(pricing, pricing.served(ServiceTier.of("flex")));
    assertFalse(ModelPricing.FREE.withTier(ServiceTier.PRIORITY, priority).isFree());
  }

  @Test
  void requested_tier_isTheDearerOfItAndTheStandardOneKindByKind() {
    var flex = ModelPricing.of(Rates.text(Money.usd("1.25"), Money.usd("5")));
    var odd =
        ModelPricing.of(Rates.text(Money.usd("9"), Money.usd("1")))
            .withLongPrompt(100, Money.usd("18"), Money.usd("40"));
    var pricing =
        GPT_4O
            .withPerRequest(new Money(7))
            .withTier(ServiceTier.FLEX, flex)
            .withTier(ServiceTier.FAST, odd);
    assertEquals(GPT_4O.rates(), pricing.requested(ServiceTier.FLEX).rates());
    assertEquals(new Money(7), pricing.requested(ServiceTier.FAST).perRequest());
    assertEquals(Money.usd("9").nanos(), pricing.requested(ServiceTier.FAST).rates().input());
    assertEquals(Money.usd("10").nanos(), pricing.requested(ServiceTier.FAST).rates().output());
    assertEquals(Money.usd("40").nanos(), pricing.requested(ServiceTier.FAST).level(101).output());
  }

  @Test
  void in_region_multipliesEveryPriceOfTokensButNoFee() {
    var pricing =
        new ModelPricing(
                GPT_4O.rates(),
                fee("search", 10),
                List.of(),
                Map.of(ServiceTier.FLEX, ModelPricing.of(Rates.text(new Money(1), new Money(10)))),
                Map.of("eu", new BigDecimal("1.1")))
            .in("eu");
    assertEquals(Money.usd("2.75").nanos(), pricing.rates().input());
    assertEquals(Money.usd("1.375").nanos(), pricing.rates().cachedInput());
    assertEquals(new Money(10), pricing.fee(Item.of(PriceKind.SEARCH)));
    assertEquals(2, pricing.served(ServiceTier.FLEX).rates().input());
    assertEquals(11, pricing.served(ServiceTier.FLEX).rates().output());
    assertEquals(GPT_4O, GPT_4O.in("eu"));
  }

  @Test
  void level_ofSeveral_isTheHighestThatThePromptPasses() {
    var pricing =
        GPT_4O
            .withLongPrompt(100, Money.usd("5"), Money.usd("20"))
            .withLongPrompt(200, Money.usd("7"), Money.usd("21"));
    assertEquals(GPT_4O.rates(), pricing.level(100));
    assertEquals(Money.usd("5").nanos(), pricing.level(200).input());
    assertEquals(Money.usd("7").nanos(), pricing.level(201).input());
    assertThrows(
        IllegalArgumentException.class,
        () -> pricing.withLongPrompt(150, Money.usd("7"), Money.usd("21")));
  }

  private static Fees fee(String item, long nanos) {
    return Fees.NONE.with(Item.parse(item), new Money(nanos));
  }
}
