package io.nexus.control.money;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class BoundTest {

  private static final ModelPricing PLAIN = pricing("2", "10");

  private static ModelPricing pricing(String input, String output) {
    return ModelPricing.of(Rates.text(Money.usd(input), Money.usd(output)));
  }

  private static Bound bound(
      long moreOutput, long calls, TokenKinds kinds, List<ServiceTier> tiers, List<String> models) {
    return new Bound(100, 0, 1, 0, moreOutput, calls, kinds, false, tiers, models, List.of());
  }

  private static ModelPricing ceiling(Bound bound, ModelPricing offered) {
    return bound.ceiling(offered, model -> Optional.of(pricing(model, model)));
  }

  @ParameterizedTest
  @CsvSource({
    // counted, more, unbounded, window, at most, shown
    "100, 0, false, 0, 100, 100",
    "100, 50, false, 0, 150, 150",
    "100, 50, false, 1000, 150, 150",
    "100, 5000, false, 1000, 1100, 1100",
    "100, 9000000, false, 0, 1048676, 1048676",
    "100, 0, true, 1000, 1000, 100",
    "100, 50, true, 1000, 1000, 150",
    "5000, 0, true, 1000, 5000, 5000",
    "100, 0, true, 0, 1048576, 100",
  })
  void input_atMost_isTheWindowForWhatTheBodyDoesNotShow(
      long counted, long more, boolean unbounded, long window, long atMost, long shown) {
    var bound =
        new Bound(
            100,
            0,
            1,
            more,
            0,
            0,
            TokenKinds.TEXT,
            false,
            List.of(),
            List.of(),
            unbounded ? List.of("file_id") : List.of());
    assertEquals(atMost, bound.inputAtMost(counted, ModelFacts.window(window)));
    assertEquals(shown, bound.inputShown(counted, ModelFacts.window(window)));
  }

  @Test
  void ceiling_ofAPlainRequest_isThePriceItself() {
    assertSame(PLAIN, ceiling(Bound.of(100, 2), PLAIN));
    assertSame(PLAIN, ceiling(bound(0, 0, TokenKinds.TEXT_AND_AUDIO, List.of(), List.of()), PLAIN));
  }

  @Test
  void ceiling_withATier_isTheDearerOfBoth() {
    var offered =
        PLAIN
            .withTier(ServiceTier.PRIORITY, pricing("4", "8"))
            .withTier(ServiceTier.FLEX, pricing("1", "5"));
    assertEquals(
        Money.usd("14"),
        worst(bound(0, 0, TokenKinds.TEXT, List.of(ServiceTier.PRIORITY), List.of()), offered));
    assertEquals(
        Money.usd("12"),
        worst(bound(0, 0, TokenKinds.TEXT, List.of(ServiceTier.FLEX), List.of()), offered));
    assertEquals(
        Money.usd("14"),
        worst(
            bound(
                0, 0, TokenKinds.TEXT, List.of(ServiceTier.FLEX, ServiceTier.PRIORITY), List.of()),
            offered));
    assertEquals(Money.usd("12"), worst(Bound.of(100, 1), offered));
  }

  @Test
  void ceiling_withOtherModels_isTheDearestOfAll() {
    assertEquals(
        Money.usd("40"),
        worst(bound(0, 0, TokenKinds.TEXT, List.of(), List.of("1", "20", "3")), PLAIN));
    var unknown =
        bound(0, 0, TokenKinds.TEXT, List.of(), List.of("x")).ceiling(PLAIN, _ -> Optional.empty());
    assertEquals(Money.usd("12"), unknown.worstCase(1_000_000, 1_000_000, false));
  }

  @Test
  void ceiling_withToolsOfTheProvider_hasTheDearestOfThemInEachCall() {
    var offered =
        PLAIN.withFees(
            new Fees(
                Map.of(
                    Item.parse("search:low"), Money.usd("0.01"),
                    Item.parse("search:high"), Money.usd("0.025"),
                    Item.parse("file_search"), Money.usd("0.002"),
                    Item.parse("request"), Money.usd("1"),
                    Item.parse("image"), Money.usd("5"))));
    assertEquals(
        Money.usd("13.25"),
        worst(bound(0, 10, TokenKinds.TEXT, List.of(), List.of()), offered),
        "10 x 0.025 and the request");
  }

  @Test
  void ceiling_withAPrediction_hasItAsOutputAtTheDearestLevel() {
    var offered = PLAIN.withLongPrompt(1000, Money.usd("4"), Money.usd("20"));
    assertEquals(
        Money.usd("2"),
        ceiling(bound(100_000, 0, TokenKinds.TEXT, List.of(), List.of()), offered)
            .worstCase(0, 0, false));
  }

  @Test
  void ceiling_withOtherKinds_isTheirs() {
    var offered =
        ModelPricing.of(
            Rates.text(Money.usd("2"), Money.usd("10"))
                .with(PriceKind.INPUT_IMAGE, Money.usd("5"))
                .with(PriceKind.OUTPUT_IMAGE, Money.usd("30"))
                .with(PriceKind.CACHE_WRITE_1H, Money.usd("8")));
    assertEquals(
        Money.usd("15"),
        worst(
            bound(0, 0, TokenKinds.TEXT.with(PriceKind.INPUT_IMAGE), List.of(), List.of()),
            offered));
    assertEquals(
        Money.usd("38"), worst(bound(0, 0, TokenKinds.ALL, List.of(), List.of()), offered));
  }

  @Test
  void ceiling_beyondAllMoney_isAllOfIt() {
    var offered =
        PLAIN.withFees(new Fees(Map.of(Item.of(PriceKind.SEARCH), Money.usd("1000000000"))));
    var bound = bound(Long.MAX_VALUE, Long.MAX_VALUE, TokenKinds.TEXT, List.of(), List.of());
    assertEquals(Money.MOST, ceiling(bound, offered).worstCaseOrMost(1, 1, false));
    assertEquals(0, ceiling(bound, offered).affordableOutput(Money.usd("100"), 1, false));
  }

  /** Whatever the provider finds the tokens to be, in whichever tier: it is held for. */
  @ParameterizedTest
  @MethodSource("io.nexus.control.money.Seeds#seeds")
  void ceiling_ofAnyRequest_isNoLessThanAnyBill(long seed) {
    var random = Seeds.random(seed);
    for (int i = 0; i < 500; i++) {
      var rates = Rates.text(Money.usd("2"), Money.usd("10"));
      var dear = Rates.text(Money.usd("3"), Money.usd("9"));
      for (var kind : PriceKind.values()) {
        if (kind.isTokens() && kind != PriceKind.CITATION) {
          rates = rates.with(kind, new Money(random.nextLong(20_000_000_000L)));
          dear = dear.with(kind, new Money(random.nextLong(20_000_000_000L)));
        }
      }
      var offered =
          ModelPricing.of(rates)
              .withLongPrompt(500, Money.usd("4"), Money.usd("20"))
              .withTier(ServiceTier.PRIORITY, ModelPricing.of(dear));
      var bound =
          bound(random.nextInt(100), 0, TokenKinds.ALL, List.of(ServiceTier.PRIORITY), List.of());
      long input = random.nextInt(1000);
      long output = random.nextInt(1000) + bound.moreOutputTokens();
      long audio = random.nextLong(input + 1);
      var used =
          new Usage(
              input,
              random.nextLong(input - audio + 1),
              0,
              audio,
              output,
              random.nextLong(output + 1),
              0);
      var most = ceiling(bound, offered).worstCase(input, output - bound.moreOutputTokens(), false);
      assertTrue(most.compareTo(offered.cost(used)) >= 0, () -> used + " " + offered);
      assertTrue(
          most.compareTo(offered.served(ServiceTier.PRIORITY).cost(used)) >= 0,
          () -> used + " " + offered);
    }
  }

  @Test
  void bound_ofNoAnswer_isRefused() {
    assertThrows(IllegalArgumentException.class, () -> Bound.of(1, 0));
  }

  private static Money worst(Bound bound, ModelPricing offered) {
    return ceiling(bound, offered).worstCase(1_000_000, 1_000_000, false);
  }
}
