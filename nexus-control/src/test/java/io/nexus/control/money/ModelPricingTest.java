package io.nexus.control.money;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ModelPricingTest {

  private static final List<PriceKind> KINDS = List.of(PriceKind.values());
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
    var rates = rates(1, 10, 100, 1_000, 10_000, 100_000, 1_000_000);
    var used = new Usage(10_000_000, 1_000_000, 2_000_000, 3_000_000, 9_000_000, 4_000_000, 0);
    assertEquals(
        new Money(4 + 10 + 200 + 3_000 + 50_000 + 400_000), ModelPricing.of(rates).cost(used));
    var audio = new Usage(0, 0, 0, 0, 9_000_000, 4_000_000, 1_000_000);
    assertEquals(new Money(40_000 + 400_000 + 1_000_000), ModelPricing.of(rates).cost(audio));
  }

  @Test
  void cost_fractionsOfANano_areRoundedUpOnce() {
    // Each part is a third of a nano-dollar or so; rounded one by one they would make 3.
    var rates = rates(300_000, 300_000, 0, 0, 300_000, 0, 0);
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
              used.extras().isEmpty()
                  ? used.audioInputTokens() + used.audioOutputTokens() > 0
                      ? TokenKinds.TEXT_AND_AUDIO
                      : TokenKinds.TEXT
                  : TokenKinds.ALL);
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
            .levels()
            .getLast();
    assertEquals(200_000, level.above());
    assertEquals(Money.usd("2.5").nanos(), level.rates().cacheWrite());
    assertEquals(250_000_002, level.rates().cachedInput());
    assertEquals(Money.usd("18").nanos(), level.rates().reasoning());
    assertEquals(
        rates(7, 3, 3, 3, 7, 7, 7),
        rates(3, 1, 1, 1, 3, 3, 3).scaledTo(new Money(7), new Money(7)));
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
    assertThrows(IllegalArgumentException.class, () -> new ModelPricing.Level(-1, Rates.FREE));
  }

  @Test
  void cost_extraTokens_arePricedByTheirOwnKindAndNotByTheWhole() {
    var pricing =
        ModelPricing.of(
            Rates.text(Money.usd("3"), Money.usd("15"))
                .withCacheWrite(Money.usd("3.75"))
                .with(PriceKind.CACHE_WRITE_1H, Money.usd("6"))
                .with(PriceKind.OUTPUT_IMAGE, Money.usd("30")));
    var used =
        new Usage(1000, 0, 500, 0, 100, 0, 0)
            .with(PriceKind.CACHE_WRITE_1H, 200)
            .with(PriceKind.OUTPUT_IMAGE, 40);
    // 500 x 3 + 300 x 3.75 + 200 x 6 + 60 x 15 + 40 x 30 millionths
    assertEquals(Money.usd("0.005925"), pricing.cost(used));
  }

  @Test
  void cost_feesOfEveryUnit_areAddedAndRoundedUpOnce() {
    var pricing =
        ModelPricing.of(Rates.text(Money.usd("1"), Money.usd("1")))
            .withFees(
                Fees.NONE
                    .with(Item.parse("search"), Money.usd("0.03"))
                    .with(Item.parse("search:low"), Money.usd("0.01"))
                    .with(Item.parse("input_character"), Money.usd("15"))
                    .with(Item.parse("audio_hour"), Money.usd("0.36"))
                    .with(Item.parse("output_second:720p"), Money.usd("0.1")));
    var used =
        Usage.of(1, 0)
            .with(Item.parse("search:low"), 2)
            .with(Item.parse("search:high"), 1)
            .with(PriceKind.INPUT_CHARACTER, 10)
            .with(PriceKind.AUDIO_HOUR, 1)
            .with(Item.parse("output_second:1080p"), 1500);
    // 0.000001 + 0.02 + 0.03 + 0.00015 + 0.0000001 + 0.15
    assertEquals(Money.usd("0.2001511"), pricing.cost(used));
    assertEquals(new Money(1), ModelPricing.FREE.withFees(fee("audio_hour", 1)).cost(ms(1)));
    assertEquals(
        new Money(2), ModelPricing.FREE.withFees(fee("audio_hour", 1)).cost(ms(3_600_001)));
  }

  @Test
  void cost_requestFee_isOfTheVariantThatUsageNamesElseTheDearest() {
    var pricing =
        ModelPricing.FREE.withFees(
            fee("request:low", 5).with(Item.parse("request:high"), new Money(12)));
    assertEquals(new Money(12), pricing.cost(Usage.of(1, 1)));
    assertEquals(new Money(5), pricing.cost(Usage.NONE.with(Item.parse("request:low"), 1)));
    assertEquals(new Money(12), pricing.perRequest());
  }

  @Test
  void cost_pictureCountedInTokens_isNotBilledByItsPriceToo() {
    var pricing =
        ModelPricing.of(Rates.text(Money.usd("1"), Money.usd("40")))
            .withFees(fee("image", 170_000_000));
    assertEquals(Money.usd("0.17"), pricing.cost(Usage.NONE.with(PriceKind.IMAGE, 1)));
    var tokens = Usage.of(0, 100).with(PriceKind.IMAGE, 1).with(PriceKind.OUTPUT_IMAGE, 100);
    assertEquals(Money.usd("0.004"), pricing.cost(tokens));
  }

  private static Fees fee(String item, long nanos) {
    return Fees.NONE.with(Item.parse(item), new Money(nanos));
  }

  private static Usage ms(long heard) {
    return Usage.NONE.with(PriceKind.AUDIO_HOUR, heard);
  }

  private static Rates rates(
      long input,
      long cachedInput,
      long cacheWrite,
      long audioInput,
      long output,
      long reasoning,
      long audioOutput) {
    return Rates.of(
        Map.of(
            PriceKind.INPUT, input,
            PriceKind.CACHED_INPUT, cachedInput,
            PriceKind.CACHE_WRITE, cacheWrite,
            PriceKind.INPUT_AUDIO, audioInput,
            PriceKind.OUTPUT, output,
            PriceKind.REASONING, reasoning,
            PriceKind.OUTPUT_AUDIO, audioOutput));
  }

  private static ModelPricing anyPricing(RandomGenerator random) {
    var pricing = ModelPricing.of(anyRates(random)).withPerRequest(anyFee(random));
    if (random.nextBoolean()) {
      return pricing;
    }
    var level = new ModelPricing.Level(Seeds.anyBelow(random, 1 << 20), anyRates(random));
    return pricing.withFees(anyFees(random)).withLevel(level);
  }

  private static Money anyFee(RandomGenerator random) {
    return random.nextBoolean() ? Money.ZERO : new Money(Seeds.anyBelow(random, 1L << 30));
  }

  private static Fees anyFees(RandomGenerator random) {
    var fees = Fees.NONE;
    for (var kind : PriceKind.values()) {
      fees = kind.isTokens() ? fees : fees.with(Item.of(kind), anyFee(random));
    }
    return fees;
  }

  private static Rates anyRates(RandomGenerator random) {
    var given = new EnumMap<PriceKind, Long>(PriceKind.class);
    for (var kind : PriceKind.values()) {
      if (kind.isTokens()) {
        given.put(kind, Seeds.anyBelow(random, 1L << 42));
      }
    }
    return Rates.of(given);
  }

  private static Usage anyUsage(RandomGenerator random) {
    long most = 1L << 40;
    long in = Seeds.anyBelow(random, most);
    long out = Seeds.anyBelow(random, most);
    var used =
        new Usage(
            in,
            random.nextLong(0, in + 1),
            random.nextLong(0, in + 1),
            random.nextLong(0, in + 1),
            out,
            random.nextLong(0, out + 1),
            random.nextLong(0, out + 1));
    for (int extras = random.nextInt(4); extras > 0; extras--) {
      var kind = KINDS.get(random.nextInt(KINDS.size()));
      used = kind.whole() == kind ? used : used.with(kind, random.nextLong(0, in + out + 1));
    }
    return used;
  }

  private static BigDecimal exactUsd(ModelPricing pricing, Usage used) {
    var rates = pricing.rates();
    for (var level : pricing.levels()) {
      rates = used.inputTokens() > level.above() ? level.rates() : rates;
    }
    var tokens = new EnumMap<PriceKind, Long>(PriceKind.class);
    tokens.put(PriceKind.CACHED_INPUT, used.cachedInputTokens());
    tokens.put(PriceKind.CACHE_WRITE, used.cacheWriteTokens());
    tokens.put(PriceKind.INPUT_AUDIO, used.audioInputTokens());
    tokens.put(PriceKind.REASONING, used.reasoningTokens());
    tokens.put(PriceKind.OUTPUT_AUDIO, used.audioOutputTokens());
    tokens.put(
        PriceKind.INPUT,
        used.inputTokens()
            - used.cachedInputTokens()
            - used.cacheWriteTokens()
            - used.audioInputTokens());
    tokens.put(
        PriceKind.OUTPUT, used.outputTokens() - used.reasoningTokens() - used.audioOutputTokens());
    used.extras()
        .forEach(
            (item, amount) -> {
              tokens.merge(item.kind(), amount, Long::sum);
              tokens.merge(item.kind().whole(), -amount, Long::sum);
            });
    var sum = pricing.perRequest().toUsd();
    for (var each : tokens.entrySet()) {
      assertTrue(each.getValue() >= 0, used::toString);
      sum = sum.add(part(each.getValue(), rates.of(each.getKey())));
    }
    return sum;
  }

  private static BigDecimal part(long tokens, long nanosPerMillion) {
    return BigDecimal.valueOf(tokens).multiply(BigDecimal.valueOf(nanosPerMillion, 15));
  }
}
