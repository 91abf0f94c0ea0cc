package io.nexus.control.pricing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nexus.control.money.Fees;
import io.nexus.control.money.Item;
import io.nexus.control.money.ModelFacts;
import io.nexus.control.money.ModelPricing;
import io.nexus.control.money.Money;
import io.nexus.control.money.Price;
import io.nexus.control.money.PriceKind;
import io.nexus.control.money.Rates;
import io.nexus.control.spi.PricingSource;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PricingRegistryTest {

  private static final PricingRegistry BUILT_IN = PricingRegistry.builtIn();

  @ParameterizedTest
  @CsvSource({
    "openai, gpt-4o, gpt-4o, EXACT",
    "openai, gpt-4o-2024-08-06, gpt-4o-2024-08-06, EXACT",
    "openai, gpt-4o-2031-01-01, gpt-4o, PREFIX",
    "openai, gpt-4o-mini-2031-01-01, gpt-4o-mini, PREFIX",
    "openai, gpt-4-turbo-2024, gpt-4-turbo, PREFIX",
    "openai, gpt-4-turbo-2024-05-01, gpt-4-turbo, PREFIX",
    "openai, gpt-4-0613, gpt-4-0613, EXACT",
    "openai, gpt-4-1305, gpt-4, PREFIX",
    "openai, ft:gpt-3.5-turbo-9999:org::id, ft:gpt-3.5-turbo-, PREFIX",
    "openai, ft:gpt-4o-2024-08-06:org::id, ft:gpt-4o-2024-08-06, PREFIX",
    "openai, ft:gpt-4o-mini-2024-07-18:org::id, ft:gpt-4o-mini-2024-07-18, PREFIX",
    "openai, openai/gpt-4o, gpt-4o, EXACT",
    "openrouter, openai/gpt-4o-2024-08-06, openai/gpt-4o-2024-08-06, EXACT",
    "openrouter, openrouter/openai/gpt-4o, openai/gpt-4o, EXACT",
    "openrouter, openai/gpt-4o:online, openai/gpt-4o, PREFIX",
    "openrouter, mistralai/mistral-nemo, mistralai/mistral-nemo, EXACT",
    "OpenAI, gpt-4o, gpt-4o, EXACT",
    "google, models/gemini-2.5-pro, gemini-2.5-pro, EXACT",
    "gemini, gemini-2.5-pro-preview-12-31, gemini-2.5-pro, PREFIX",
    "groq, openai/gpt-oss-120b, openai/gpt-oss-120b, EXACT",
    "anthropic, claude-3-5-sonnet-20291022, claude-3-5-sonnet, PREFIX",
    "anthropic, claude-sonnet-4-20290514, claude-sonnet-4, PREFIX",
    "anthropic, claude-sonnet-20290514, claude-sonnet-latest, PREFIX",
    "x-ai, grok-4, grok-4, EXACT",
    "together_ai, openai/gpt-oss-120b, openai/gpt-oss-120b, EXACT",
    "bedrock, us.anthropic.claude-opus-4-1-20250805-v1:0,"
        + " us.anthropic.claude-opus-4-1-20250805-v1:0, EXACT",
  })
  void priceOf_builtInName_matchesItsLine(
      String provider, String model, String matched, Price.Rule rule) {
    var price = BUILT_IN.priceOf(provider, false, model);
    assertEquals(matched, price.matched());
    assertEquals(rule, price.rule());
    assertEquals("built-in table", price.source());
  }

  @ParameterizedTest
  @CsvSource({
    "openai, gpt-4.5-x",
    "openai, gpt-4omega",
    "openai, gpt-4-32k-new",
    "openai, gpt-4-ultra",
    "openai, gpt-4-2",
    "openai, gpt-4-2-2031-01-01",
    "github_copilot, gpt-4-turbo-2024",
    "openai, gpt-5.99",
    "openai, gpt-5.99-mini",
    "openai, o12",
    "openai, llama3:70b",
    "openai, claude-3-opus",
    "openai, ''",
    "openai, *",
    "anthropic, claude-2.9",
    "anthropic, claude-opus-4-9",
    "groq, openai/gpt-oss-1200b",
    "nobody, nothing",
  })
  void priceOf_nameThatNoLineReaches_isUnknown(String provider, String model) {
    var price = BUILT_IN.priceOf(provider, false, model);
    assertTrue(price.isUnknown(), () -> model + " has " + price);
    assertEquals(PricingRegistry.UNKNOWN.rates(), price.pricing().rates());
    assertFalse(price.pricing().isFree());
  }

  @Test
  void factsOf_configuredModel_goBeforeThoseOfTheList() {
    var facts = new ModelFacts(0, 700, ModelFacts.Support.UNKNOWN, ModelFacts.Support.UNKNOWN);
    var registry =
        new PricingRegistry(
            new PriceTable(
                "nexus.toml",
                List.of(
                    PriceEntry.configured(
                        "openai", "gpt-4*", DatedPricing.always(per("1", "1")), facts))),
            List.of());
    assertEquals(700, registry.factsOf("openai", false, "gpt-4o").longestOutput());
    assertEquals(700, registry.factsOf("openai", false, "gpt-4o-mini").longestOutput());
    assertEquals(128_000, registry.factsOf("openai", false, "gpt-4o").contextWindow());
    assertEquals(700, registry.factsOf("openai", true, "gpt-4-at-home").longestOutput());
    assertEquals(200_000, registry.factsOf("openai", false, "o3").contextWindow());
  }

  @Test
  void priceOf_providerNotListed_isTheDearestOfAll() {
    // Listed under this name by openai at 0.039 and 0.18, by cerebras at 0.35 and 0.75.
    var dearest = ModelPricing.of(Rates.text(Money.usd("0.35"), Money.usd("0.75")));
    assertEquals(dearest, BUILT_IN.priceOf("", false, "gpt-oss-120b").pricing());
    assertEquals(dearest, BUILT_IN.priceOf("acme", false, "gpt-oss-120b").pricing());
    assertEquals(
        Money.usd("0.039").nanos(),
        BUILT_IN.priceOf("openai", false, "gpt-oss-120b").pricing().rates().input());
  }

  @Test
  void priceOf_localBackend_isFreeUnlessConfigured() {
    var registry =
        registry(
            PriceEntry.configured("", "llama3*", per("0.10", "0.20")),
            PriceEntry.configured("openai", "gpt-oss*", per("9", "9")));
    assertEquals(Price.Rule.LOCAL, registry.priceOf("ollama", true, "gpt-4o").rule());
    assertTrue(registry.priceOf("ollama", true, "gpt-4o").pricing().isFree());
    assertTrue(registry.priceOf("ollama", true, "gpt-oss:20b").pricing().isFree());
    assertEquals(per("0.10", "0.20"), registry.priceOf("ollama", true, "llama3:70b").pricing());
    assertEquals("nexus.toml", registry.priceOf("ollama", true, "llama3:70b").source());
  }

  @Test
  void priceOf_configured_exactThenLongestPrefixThenTheTable() {
    var registry =
        registry(
            PriceEntry.configured("", "gpt-*", per("1", "1")),
            PriceEntry.configured("", "gpt-4o*", per("2", "2")),
            PriceEntry.configured("", "gpt-4o-mini", per("3", "3")),
            PriceEntry.configured("groq", "gpt-4o*", per("4", "4")),
            PriceEntry.configured("azure", "o3*", per("5", "5")));
    assertEquals(
        per("3", "3").rates(), registry.priceOf("openai", false, "gpt-4o-mini").pricing().rates());
    assertEquals(Price.Rule.EXACT, registry.priceOf("openai", false, "gpt-4o-mini").rule());
    var fits = registry.priceOf("openai", false, "gpt-4o-mini-2024-07-18");
    assertEquals(Price.Rule.PATTERN, fits.rule());
    assertEquals("gpt-4o*", fits.matched());
    assertEquals("nexus.toml", fits.source());
    assertEquals(per("2", "2").rates(), fits.pricing().rates());
    assertEquals(
        per("2", "2").rates(), registry.priceOf("openai", false, "gpt-4o").pricing().rates());
    assertEquals(
        per("2", "2").rates(),
        registry.priceOf("openai", false, "openai/gpt-4o").pricing().rates());
    assertEquals(
        per("1", "1").rates(), registry.priceOf("openai", false, "gpt-4.5-x").pricing().rates());
    assertEquals(
        per("4", "4").rates(), registry.priceOf("groq", false, "gpt-4o-x").pricing().rates());
    assertEquals("built-in table", registry.priceOf("openai", false, "o3-pro").source());
    assertEquals("built-in table", registry.priceOf("acme", false, "o3-pro").source());
    assertEquals(
        per("5", "5").rates(), registry.priceOf("azure", false, "o3-pro").pricing().rates());
  }

  @Test
  void priceOf_sources_areAskedInOrderBeforeTheTable() {
    var first = table("first", PriceEntry.listed("openai", "gpt-4o", per("7", "7"), window(1)));
    var second =
        table(
            "second",
            PriceEntry.listed("openai", "gpt-4o", per("8", "8"), window(2)),
            PriceEntry.listed("openai", "o3", per("9", "9"), ModelFacts.UNKNOWN));
    var registry = new PricingRegistry(table("nexus.toml"), List.of(first, second));
    assertEquals("first", registry.priceOf("openai", false, "gpt-4o").source());
    assertEquals("second", registry.priceOf("openai", false, "o3").source());
    assertEquals("built-in table", registry.priceOf("openai", false, "o1").source());
    assertEquals(1, registry.factsOf("openai", false, "gpt-4o").contextWindow());
    assertEquals(200_000, registry.factsOf("openai", false, "o3").contextWindow());
  }

  @Test
  void priceOf_sourceThatThrows_isPassedOver() {
    var registry = new PricingRegistry(table("nexus.toml"), List.of(new Broken()));
    assertEquals("built-in table", registry.priceOf("openai", false, "gpt-4o").source());
    assertEquals(128_000, registry.factsOf("openai", false, "gpt-4o").contextWindow());
  }

  @Test
  void priceOf_sameQuestion_isAskedOfSourcesOnce() {
    var asked = new AtomicInteger();
    var registry = new PricingRegistry(table("nexus.toml"), List.of(new Counting(asked)));
    registry.priceOf("openai", false, "gpt-4o");
    int once = asked.get();
    assertTrue(once > 0);
    for (int i = 0; i < 100; i++) {
      registry.priceOf("openai", false, "gpt-4o");
    }
    assertEquals(once, asked.get());
  }

  @Test
  void priceOf_endlessNames_memoryStaysBounded() {
    var registry = PricingRegistry.builtIn();
    for (int i = 0; i < 20_000; i++) {
      registry.priceOf("openai", false, "gpt-4o-" + i);
    }
    assertTrue(registry.remembered() <= 4096, "remembers " + registry.remembered());
    int before = registry.remembered();
    registry.priceOf("openai", false, "x".repeat(100_000));
    assertEquals(before, registry.remembered());
    assertEquals("gpt-4o", registry.priceOf("openai", false, "gpt-4o").matched());
  }

  @ParameterizedTest
  @CsvSource({
    "gpt-4o, 128000",
    "gpt-4o-2024-08-06, 128000",
    "claude-3-5-sonnet@20241022, 200000",
    "gpt-4-0613, 8192",
    "gpt-4-something-new, 0",
    "unheard-of, 0",
  })
  void factsOf_name_givesTheWindowOnlyOfTheModelItself(String model, long window) {
    assertEquals(window, BUILT_IN.factsOf("", false, model).contextWindow());
  }

  @Test
  void priceOf_risingPrice_isAskedAgainOnItsDayAndRememberedUntilThen() {
    var now = new AtomicReference<>(Instant.parse("2026-11-30T23:59:59.999Z"));
    var registry = new PricingRegistry(table("nexus.toml"), List.of(), now::get);
    var before = registry.priceOf("google", false, "gemini-4-argon");
    assertEquals(Money.usd("2").nanos(), before.pricing().rates().input());
    assertSame(before, registry.priceOf("google", false, "gemini-4-argon"));
    assertTrue(registry.isCurrent(before));
    now.set(Instant.parse("2026-12-01T00:00:00Z"));
    assertFalse(registry.isCurrent(before));
    var after = registry.priceOf("google", false, "gemini-4-argon");
    assertEquals(Money.usd("4").nanos(), after.pricing().rates().input());
    assertTrue(registry.isCurrent(after));
    assertEquals(
        before,
        registry.priceOf("google", "", false, "gemini-4-argon", LocalDate.of(2026, 11, 30)));
  }

  @ParameterizedTest
  @CsvSource({
    "openai, '', gpt-5.6-sol, 4",
    "openai, eu, gpt-5.6-sol, 4.4",
    "openai, us, gpt-5.6-sol, 4.4",
    "openai, fedramp, gpt-5.6-sol, 4.4",
    "openai, mars, gpt-5.6-sol, 4",
    "bedrock, '', meta.llama3-70b-instruct-v1:0, 2.65",
    "bedrock, eu-west-2, meta.llama3-70b-instruct-v1:0, 3.45",
    "bedrock, mars-1, meta.llama3-70b-instruct-v1:0, 2.65",
  })
  void priceOf_region_isItsOwn(String provider, String region, String model, String input) {
    var price = BUILT_IN.priceOf(provider, region, false, model);
    assertEquals(Money.usd(input).nanos(), price.pricing().rates().input());
  }

  @ParameterizedTest
  @CsvSource({
    "gpt-4o, gpt-4o",
    "gpt-4o-mini, gpt-4o*",
    "gpt-4.1, gpt-*",
    "deepseek/deepseek-r1:free, *:free",
    "gpt-4o:free, gpt-4o*",
    "xyz:free, x*:free",
    "a-b, a*",
    "ab, a*",
    "acb, a*c*",
    "zebra, *",
  })
  void priceOf_patternsAnywhere_theMostTextWins(String model, String pattern) {
    var registry =
        registry(
            PriceEntry.configured("", "*", per("0", "0")),
            PriceEntry.configured("", "gpt-*", per("1", "1")),
            PriceEntry.configured("", "gpt-4o*", per("2", "2")),
            PriceEntry.configured("", "gpt-4o", per("3", "3")),
            PriceEntry.configured("", "*:free", per("4", "4")),
            PriceEntry.configured("", "x*:free", per("5", "5")),
            PriceEntry.configured("", "a*", per("6", "6")),
            PriceEntry.configured("", "a*c*", per("7", "7")));
    var price = registry.priceOf("openrouter", false, model);
    assertEquals(pattern, price.matched());
    assertEquals("nexus.toml", price.source());
  }

  @Test
  void priceOf_equallyLongPatterns_tieTheSameWayInEveryOrder() {
    var one = PriceEntry.configured("", "ab*", per("1", "1"));
    var two = PriceEntry.configured("", "a*b", per("2", "2"));
    var three = PriceEntry.configured("", "*ab", per("3", "3"));
    for (var order : List.of(List.of(one, two, three), List.of(three, two, one))) {
      var registry = new PricingRegistry(new PriceTable("nexus.toml", order), List.of());
      assertEquals("ab*", registry.priceOf("openai", false, "abab").matched());
      assertEquals("a*b", registry.priceOf("openai", false, "acab").matched());
      assertEquals("*ab", registry.priceOf("openai", false, "cab").matched());
    }
  }

  @Test
  void priceOf_toolsThatASourceDoesNotPrice_costWhatTheBuiltInTableSays() {
    var search = Item.of(PriceKind.SEARCH);
    var registry =
        registry(
            PriceEntry.configured("", "gpt-4o", per("1", "1")),
            PriceEntry.configured(
                "", "gpt-4.1", per("1", "1").withFees(Fees.NONE.with(search, Money.usd("0.5")))),
            PriceEntry.configured("", "gpt-0", ModelPricing.FREE));
    var gpt4o = registry.priceOf("openai", false, "gpt-4o").pricing();
    assertEquals(Money.usd("0.01"), gpt4o.fee(search));
    assertEquals(Money.usd("0.025"), gpt4o.fee(Item.parse("search:preview")));
    assertEquals(Money.ZERO, gpt4o.fee(Item.of(PriceKind.STORAGE_GB_DAY)));
    var gpt41 = registry.priceOf("openai", false, "gpt-4.1").pricing();
    assertEquals(Money.usd("0.5"), gpt41.fee(search));
    assertEquals(Money.usd("0.5"), gpt41.fee(Item.parse("search:preview")));
    assertEquals(Money.ZERO, registry.priceOf("acme", false, "gpt-4o").pricing().fee(search));
    assertTrue(registry.priceOf("openai", false, "gpt-0").pricing().fees().prices().isEmpty());
    var unknown = registry.priceOf("anthropic", false, "nothing").pricing();
    assertEquals(Money.usd("0.01"), unknown.fee(search));
  }

  private static PricingRegistry registry(PriceEntry... overrides) {
    return new PricingRegistry(table("nexus.toml", overrides), List.of());
  }

  private static PriceTable table(String name, PriceEntry... entries) {
    return new PriceTable(name, List.of(entries));
  }

  private static ModelPricing per(String input, String output) {
    return ModelPricing.of(Rates.text(Money.usd(input), Money.usd(output)));
  }

  private static ModelFacts window(long tokens) {
    return ModelFacts.window(tokens);
  }

  private record Broken() implements PricingSource {
    @Override
    public String name() {
      return "broken";
    }

    @Override
    public Optional<Price> priceOf(String provider, String model) {
      throw new IllegalStateException("no price today");
    }

    @Override
    public ModelFacts factsOf(String provider, String model) {
      throw new IllegalStateException("no facts today");
    }
  }

  private record Counting(AtomicInteger asked) implements PricingSource {
    @Override
    public String name() {
      return "counting";
    }

    @Override
    public Optional<Price> priceOf(String provider, String model) {
      asked.incrementAndGet();
      return Optional.empty();
    }
  }
}
