package io.nexus.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nexus.control.money.Item;
import io.nexus.control.money.Money;
import io.nexus.control.money.PriceKind;
import io.nexus.control.money.ServiceTier;
import io.nexus.control.money.Usage;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PricingConfigTest {

  private static final String FULL =
      """
      [[pricing]]
      model = "m*x"
      provider = "openai"
      from = "2026-12-01"
      input = 3
      output = 15
      cached_input = 0.3
      cache_write = 3.75
      cache_write_1h = 6
      citation = 2
      image_input = 5
      image_output = 30
      per_request = 0.001
      long_prompt_above = 200000
      long_prompt_input = 6
      long_prompt_output = 22.5
      [pricing.fees]
      "image:1024x1024:high" = 0.167
      "search:low" = 0.01
      search = 0.03
      code_hour = 0.05
      [pricing.tiers.priority]
      input = 6
      output = 30
      long_prompt_input = 12
      [pricing.tiers.flex]
      input = 1.5
      """;

  @Test
  void toModelPricing_everyKind_keepsTheExactPrices() {
    var pricing =
        Example.loaded(Example.TOML, Example.ENVIRONMENT)
            .config()
            .pricing()
            .getFirst()
            .toModelPricing();

    assertEquals(1_250_000_000L, pricing.rates().cachedInput());
    assertEquals(3_125_000_000L, pricing.rates().cacheWrite());
    assertEquals(12_000_000_000L, pricing.rates().reasoning());
    assertEquals(80_000_000_000L, pricing.rates().audioOutput());
    assertEquals(200_000, pricing.levels().getLast().above());
    assertEquals(2_500_000_000L, pricing.levels().getLast().rates().cachedInput());
    assertEquals(18_000_000_000L, pricing.levels().getLast().rates().reasoning());
    assertEquals(Money.usd("12.5000375"), pricing.cost(Usage.of(1_000_000, 500_000)));
  }

  @Test
  void toModelPricing_onlyPlainPrices_pricesAllKindsAlike() {
    var pricing =
        Example.loaded("[[pricing]]\nmodel = \"m\"\ninput = 1\noutput = 2\n", Map.of())
            .config()
            .pricing()
            .getFirst()
            .toModelPricing();

    assertEquals(1_000_000_000L, pricing.rates().cachedInput());
    assertEquals(2_000_000_000L, pricing.rates().reasoning());
    assertEquals(Money.usd("3"), pricing.cost(Usage.of(1_000_000, 1_000_000)));
  }

  @Test
  void toModelPricing_everyNewKindTierAndFee_isTakenAsItStands() {
    var loaded = Example.loaded(FULL, Map.of()).config();
    var pricing = loaded.pricing().getFirst().toModelPricing();

    assertEquals(usd("6"), pricing.rates().of(PriceKind.CACHE_WRITE_1H));
    assertEquals(usd("30"), pricing.rates().of(PriceKind.OUTPUT_IMAGE));
    assertEquals(usd("5"), pricing.rates().of(PriceKind.INPUT_IMAGE));
    assertEquals(usd("2"), pricing.rates().of(PriceKind.CITATION));
    assertEquals(usd("3"), pricing.rates().of(PriceKind.INPUT_VIDEO));
    assertEquals(Money.usd("0.001"), pricing.perRequest());
    assertEquals(Money.usd("0.01"), pricing.fee(Item.parse("search:low")));
    assertEquals(Money.usd("0.03"), pricing.fee(Item.parse("search:high")));
    assertEquals(Money.usd("0.167"), pricing.fee(Item.parse("image:1024x1024:high")));
    var priority = pricing.served(ServiceTier.PRIORITY);
    assertEquals(usd("6"), priority.rates().input());
    assertEquals(usd("30"), priority.rates().output());
    assertEquals(usd("12"), priority.rates().of(PriceKind.CACHE_WRITE_1H));
    assertEquals(usd("12"), priority.level(200_001).input());
    var flex = pricing.served(ServiceTier.FLEX);
    assertEquals(usd("1.5"), flex.rates().input());
    assertEquals(usd("0.3"), flex.rates().cachedInput());
    assertEquals(usd("15"), flex.rates().output());
    assertEquals(usd("6"), flex.level(200_001).input());
  }

  @Test
  void toString_fullLine_isReadBackTheSame() {
    var config = Example.loaded(FULL, Map.of()).config();
    assertEquals(config.pricing(), Example.loaded(config.toml(), Map.of()).config().pricing());
  }

  @Test
  void toModelPricing_claudeWithoutAnHour_costs1Point6TimesFiveMinutes() {
    var toml =
        """
        [[pricing]]
        model = "%s"
        input = 3
        output = 15
        cache_write = 3.75
        """;
    assertEquals(usd("6"), hour(toml.formatted("claude-*")));
    assertEquals(usd("3.75"), hour(toml.formatted("gpt-*")));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "cache_write_1hr = 1 | pricing[0].cache_write_1hr: unknown key: did you mean"
            + " cache_write_1h?",
        "from = \"soon\" | pricing[0].from: \"soon\" is no day: give a day such as \"2027-01-31\"",
        "fees = { serch = 1 } | pricing[0].fees.serch: unknown key: did you mean search?",
        "fees = { input = 1 } | pricing[0].fees.input: unknown key: did you mean",
        "fees = { search = -1 } | pricing[0].fees.search: -1 is negative: give an amount of USD >="
            + " 0",
        "fees = 5 | pricing[0].fees: is a single value: write [pricing.fees]",
        "tiers = { priorty = { input = 1 } } | pricing[0].tiers.priorty: unknown key: did you mean"
            + " priority?",
        "tiers = { flex = { inptu = 1 } } | pricing[0].tiers.flex.inptu: unknown key: did you mean"
            + " input?",
        "tiers = { flex = 1 } | pricing[0].tiers.flex: is a single value: write"
            + " [pricing.tiers.flex]",
        "long_prompt_input = 5 | pricing[0].long_prompt_above: is missing",
      })
  void read_mistake_isNamedWithItsPlaceAndTheNearestKey(String line, String problem) {
    var toml = "[[pricing]]\nmodel = \"m\"\ninput = 1\noutput = 2\n" + line + "\n";
    var problems = Example.problems(toml, Map.of());
    assertTrue(problems.contains(problem), problems);
  }

  @Test
  void read_sameModelFromAnotherDay_isNoDuplicate() {
    var toml =
        """
        [[pricing]]
        model = "m"
        input = 1
        output = 2
        [[pricing]]
        model = "m"
        input = 2
        output = 4
        """;
    for (var day : List.of("2027-01-01", "\"2027-01-01\"")) {
      var pricing = Example.loaded(toml + "from = " + day + "\n", Map.of()).config().pricing();
      assertEquals(Optional.of(LocalDate.of(2027, 1, 1)), pricing.getLast().from());
    }
  }

  private static long usd(String perMillion) {
    return Money.usd(perMillion).nanos();
  }

  private static long hour(String toml) {
    var pricing = Example.loaded(toml, Map.of()).config().pricing().getFirst().toModelPricing();
    return pricing.rates().of(PriceKind.CACHE_WRITE_1H);
  }
}
