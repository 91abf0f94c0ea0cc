package io.nexus.control.money;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ModelPricingTest {

  private static final ModelPricing GPT_4O =
      ModelPricing.of(
          Rates.text(Money.usd("2.50"), Money.usd("10")).withCachedInput(Money.usd("1.25")));

  @Test
  void cost_handComputedRequest_isExact() {
    // 600 plain and 400 cached input tokens and 300 of output: 0.0015 + 0.0005 + 0.003.
    assertEquals(Money.usd("0.005"), GPT_4O.cost(new Usage(1000, 400, 0, 0, 300, 0, 0)));
  }

  @Test
  void cost_everyKind_isPricedByItsKindOnce() {
    var rates = new Rates(1, 10, 100, 1_000, 10_000, 100_000, 1_000_000);
    var used = new Usage(10_000_000, 1_000_000, 2_000_000, 3_000_000, 9_000_000, 4_000_000, 0);
    assertEquals(
        new Money(4 + 10 + 200 + 3_000 + 50_000 + 400_000), ModelPricing.of(rates).cost(used));
    var audio = new Usage(0, 0, 0, 0, 9_000_000, 4_000_000, 1_000_000);
    assertEquals(new Money(40_000 + 400_000 + 1_000_000), ModelPricing.of(rates).cost(audio));
  }

  @Test
  void cost_fractionsOfANano_areRoundedUpOnce() {
    // Each part is a third of a nano-dollar or so; rounded one by one they would make 3.
    var rates = new Rates(300_000, 300_000, 0, 0, 300_000, 0, 0);
    assertEquals(new Money(1), ModelPricing.of(rates).cost(new Usage(2, 1, 0, 0, 1, 0, 0)));
    assertEquals(new Money(2), ModelPricing.of(rates).cost(new Usage(2, 1, 0, 0, 2, 0, 0)));
    assertEquals(new Money(3), ModelPricing.of(rates).cost(Usage.of(10, 0)));
    assertEquals(Money.ZERO, ModelPricing.of(rates).cost(Usage.NONE));
  }

  @Test
  void cost_inconsistentReport_neverNegative() {
    var used = new Usage(10, 500, 500, -3, -4, 9, 9);
    assertEquals(new Usage(10, 10, 0, 0, 0, 0, 0), used);
    assertEquals(Money.usd("0.0000125"), GPT_4O.cost(used));
  }

  @ParameterizedTest
  @MethodSource("io.nexus.control.money.Seeds#seeds")
  void cost_anyUsage_equalsBigDecimalRoundedUpOnce(long seed) {
    var random = Seeds.random(seed);
    for (int i = 0; i < 1000; i++) {
      var pricing = anyPricing(random);
      var used = anyUsage(random);
      var exact = exactUsd(pricing, used).setScale(9, RoundingMode.CEILING);
      if (exact.compareTo(Money.MOST.toUsd()) > 0) {
        assertThrows(ArithmeticException.class, () -> pricing.cost(used));
      } else {
        assertEquals(Money.usd(exact), pricing.cost(used), () -> pricing + " " + used);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("io.nexus.control.money.Seeds#seeds")
  void worstCase_anyUsageWithinTheBounds_costsNoMore(long seed) {
    var random = Seeds.random(seed);
    for (int i = 0; i < 1000; i++) {
      var pricing = anyPricing(random);
      var used = anyUsage(random);
      var worst =
          pricing.worstCaseOrMost(
              used.inputTokens() + random.nextLong(0, 1000),
              used.outputTokens() + random.nextLong(0, 1000),
              used.audioInputTokens() + used.audioOutputTokens() > 0);
      if (worst.equals(Money.MOST)) {
        continue;
      }
      assertTrue(pricing.cost(used).compareTo(worst) <= 0, () -> pricing + " " + used);
    }
  }

  @ParameterizedTest
  @MethodSource("io.nexus.control.money.Seeds#seeds")
  void affordableOutput_anyMoney_isTheLargestWhoseWorstCaseFits(long seed) {
    var random = Seeds.random(seed);
    int some = 0;
    for (int i = 0; i < 1000; i++) {
      var pricing = anyPricing(random);
      var available = new Money(Seeds.anyBelow(random, 1L << 62) - 10);
      long input = Seeds.anyBelow(random, 1 << 20);
      boolean audio = random.nextBoolean();
      long most = pricing.affordableOutput(available, input, audio);
      if (most > 0) {
        some++;
        assertTrue(
            pricing.worstCase(input, most, audio).compareTo(available) <= 0,
            () -> pricing + " " + available + " " + input);
      }
      if (most < Long.MAX_VALUE) {
        assertTrue(
            pricing.worstCaseOrMost(input, most + 1, audio).compareTo(available) > 0,
            () -> pricing + " " + available + " " + input);
      }
    }
    assertTrue(some > 300, "too few cases say anything: " + some);
  }

  @Test
  void affordableOutput_inputNotWholeNanos_losesNoToken() {
    var rates = Rates.text(new Money(500_000), new Money(500_000));
    assertEquals(1, ModelPricing.of(rates).affordableOutput(new Money(1), 1, false));
  }

  @Test
  void affordableOutput_freeModelAndNothingLeft_isUnlimited() {
    assertEquals(Long.MAX_VALUE, ModelPricing.FREE.affordableOutput(Money.ZERO, 1_000_000, true));
    assertEquals(0, ModelPricing.FREE.affordableOutput(new Money(-1), 1, false));
  }

  @Test
  void affordableOutput_budgetFarOverspent_isZero() {
    assertEquals(0, GPT_4O.affordableOutput(new Money(Long.MIN_VALUE), Long.MAX_VALUE, true));
  }

  @Test
  void withLongPrompt_otherKinds_keepTheirProportionRoundedUp() {
    var rates =
        Rates.text(Money.usd("1.25"), Money.usd("10"))
            .withCachedInput(new Money(125_000_001))
            .withReasoning(Money.usd("12"));
    var level =
        ModelPricing.of(rates)
            .withLongPrompt(200_000, Money.usd("2.5"), Money.usd("15"))
            .longPrompt();
    assertEquals(200_000, level.above());
    assertEquals(Money.usd("2.5").nanos(), level.rates().cacheWrite());
    assertEquals(250_000_002, level.rates().cachedInput());
    assertEquals(Money.usd("18").nanos(), level.rates().reasoning());
    assertEquals(
        new Rates(7, 3, 3, 3, 7, 7, 7),
        new Rates(3, 1, 1, 1, 3, 3, 3).scaledTo(new Money(7), new Money(7)));
  }

  @Test
  void cost_promptAtTheThreshold_isPricedAtTheFirstLevel() {
    var pricing =
        ModelPricing.of(Rates.text(Money.usd("1"), Money.usd("2")))
            .withLongPrompt(1000, Money.usd("2"), Money.usd("3"));
    assertEquals(Money.usd("0.003"), pricing.cost(Usage.of(1000, 1000)));
    assertEquals(Money.usd("0.005002"), pricing.cost(Usage.of(1001, 1000)));
  }

  @Test
  void isFree_anyPriceAtAll_isNot() {
    assertTrue(ModelPricing.FREE.isFree());
    assertFalse(ModelPricing.FREE.withPerRequest(new Money(1)).isFree());
    assertFalse(ModelPricing.FREE.withLongPrompt(5, new Money(1), Money.ZERO).isFree());
    assertFalse(ModelPricing.of(Rates.FREE.withAudioOutput(new Money(1))).isFree());
  }

  @Test
  void constructor_negativePrice_isRefused() {
    assertThrows(IllegalArgumentException.class, () -> Rates.text(new Money(-1), Money.ZERO));
    assertThrows(IllegalArgumentException.class, () -> GPT_4O.withPerRequest(new Money(-1)));
    assertThrows(IllegalArgumentException.class, () -> new ModelPricing.LongPrompt(-1, Rates.FREE));
  }

  private static ModelPricing anyPricing(RandomGenerator random) {
    var pricing = new ModelPricing(anyRates(random), anyFee(random), ModelPricing.LongPrompt.NONE);
    return random.nextBoolean()
        ? pricing
        : new ModelPricing(
            pricing.rates(),
            pricing.perRequest(),
            new ModelPricing.LongPrompt(Seeds.anyBelow(random, 1 << 20), anyRates(random)));
  }

  private static Money anyFee(RandomGenerator random) {
    return random.nextBoolean() ? Money.ZERO : new Money(Seeds.anyBelow(random, 1L << 30));
  }

  private static Rates anyRates(RandomGenerator random) {
    long most = 1L << 42;
    return new Rates(
        Seeds.anyBelow(random, most),
        Seeds.anyBelow(random, most),
        Seeds.anyBelow(random, most),
        Seeds.anyBelow(random, most),
        Seeds.anyBelow(random, most),
        Seeds.anyBelow(random, most),
        Seeds.anyBelow(random, most));
  }

  private static Usage anyUsage(RandomGenerator random) {
    long most = 1L << 40;
    long in = Seeds.anyBelow(random, most);
    long out = Seeds.anyBelow(random, most);
    return new Usage(
        in,
        random.nextLong(0, in + 1),
        random.nextLong(0, in + 1),
        random.nextLong(0, in + 1),
        out,
        random.nextLong(0, out + 1),
        random.nextLong(0, out + 1));
  }

  private static BigDecimal exactUsd(ModelPricing pricing, Usage used) {
    boolean isLong = used.inputTokens() > pricing.longPrompt().above();
    var rates = isLong ? pricing.longPrompt().rates() : pricing.rates();
    long plainIn =
        used.inputTokens()
            - used.cachedInputTokens()
            - used.cacheWriteTokens()
            - used.audioInputTokens();
    long plainOut = used.outputTokens() - used.reasoningTokens() - used.audioOutputTokens();
    return part(plainIn, rates.input())
        .add(part(used.cachedInputTokens(), rates.cachedInput()))
        .add(part(used.cacheWriteTokens(), rates.cacheWrite()))
        .add(part(used.audioInputTokens(), rates.audioInput()))
        .add(part(plainOut, rates.output()))
        .add(part(used.reasoningTokens(), rates.reasoning()))
        .add(part(used.audioOutputTokens(), rates.audioOutput()))
        .add(pricing.perRequest().toUsd());
  }

  private static BigDecimal part(long tokens, long nanosPerMillion) {
    return BigDecimal.valueOf(tokens).multiply(BigDecimal.valueOf(nanosPerMillion, 15));
  }
}
