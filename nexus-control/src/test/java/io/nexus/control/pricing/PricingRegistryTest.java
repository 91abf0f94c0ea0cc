package io.nexus.control.pricing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nexus.control.money.ModelFacts;
import io.nexus.control.money.ModelPricing;
import io.nexus.control.money.Money;
import io.nexus.control.money.Price;
import io.nexus.control.money.Rates;
import io.nexus.control.spi.PricingSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PricingRegistryTest {

  private static final PricingRegistry BUILT_IN = PricingRegistry.builtIn();

  @ParameterizedTest
  @CsvSource({
    "openai, gpt-4o, gpt-4o, EXACT",
    "openai, gpt-4o-2024-08-06, gpt-4o, PREFIX",
    "openai, gpt-4o-2024-05-13, gpt-4o-2024-05-13, EXACT",
    "openai, gpt-4o-mini-2024-07-18, gpt-4o-mini, PREFIX",
    "openai, gpt-4-turbo-2024, gpt-4-turbo, PREFIX",
    "openai, gpt-4-turbo-2024-04-09, gpt-4-turbo, PREFIX",
    "openai, gpt-4-0613, gpt-4, PREFIX",
    "openai, gpt-4-1106-preview, gpt-4-1106-preview, EXACT",
    "openai, gpt-4.1-mini-2025-04-14, gpt-4.1-mini, PREFIX",
    "openai, ft:gpt-3.5-turbo-0125:org::id, ft:gpt-3.5-turbo-, PREFIX",
    "openai, ft:gpt-4o-2024-08-06:org::id, ft:gpt-4o, PREFIX",
    "openai, ft:gpt-4o-mini-2024-07-18:org::id, ft:gpt-4o-mini, PREFIX",
    "openai, gpt-5-2025-08-07, gpt-5, PREFIX",
    "openai, openai/gpt-4o, gpt-4o, EXACT",
    "openrouter, openai/gpt-4o-2024-08-06, gpt-4o, PREFIX",
    "openrouter, openrouter/openai/gpt-4o, gpt-4o, EXACT",
    "openrouter, mistralai/mistral-nemo, mistral-nemo, EXACT",
    "OpenAI, gpt-4o, gpt-4o, EXACT",
    "google, models/gemini-2.5-pro, gemini-2.5-pro, EXACT",
    "gemini, gemini-2.5-pro-preview-05-06, gemini-2.5-pro, PREFIX",
    "groq, openai/gpt-oss-120b, openai/gpt-oss-120b, EXACT",
    "anthropic, claude-3-5-sonnet-20241022, claude-3-5-sonnet, PREFIX",
    "anthropic, claude-3-5-haiku-20241022, claude-3-5-haiku-latest, PREFIX",
    "anthropic, claude-3-5-haiku-latest, claude-3-5-haiku-latest, EXACT",
    "anthropic, claude-sonnet-4-20250514, claude-sonnet-4-20250514, EXACT",
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
    "openai, gpt-5.7",
    "openai, gpt-5.7-mini",
    "openai, gpt-6",
    "openai, o12",
    "openai, llama3:70b",
    "openai, claude-3-opus",
    "openai, ''",
    "anthropic, claude-2.1",
    "groq, openai/gpt-oss-1200b",
    "nobody, nothing",
  })
  void priceOf_nameThatNoLineReaches_isUnknown(String provider, String model) {
    var price = BUILT_IN.priceOf(provider, false, model);
    assertTrue(price.isUnknown(), () -> model + " has " + price);
    assertEquals(PricingRegistry.UNKNOWN, price.pricing());
    assertFalse(price.pricing().isFree());
  }

  @Test
  void factsOf_configuredModel_goBeforeThoseOfTheList() {
    var facts = new ModelFacts(0, 700, ModelFacts.Support.UNKNOWN, ModelFacts.Support.UNKNOWN);
    var registry =
        new PricingRegistry(
            new PriceTable(
                "nexus.toml",
                List.of(PriceEntry.configured("openai", "gpt-4*", per("1", "1"), facts))),
            List.of());
    assertEquals(700, registry.factsOf("openai", false, "gpt-4o").longestOutput());
    assertEquals(700, registry.factsOf("openai", false, "gpt-4o-mini").longestOutput());
    assertEquals(128_000, registry.factsOf("openai", false, "gpt-4o").contextWindow());
    assertEquals(700, registry.factsOf("openai", true, "gpt-4-at-home").longestOutput());
    assertEquals(200_000, registry.factsOf("openai", false, "o3").contextWindow());
  }

  @Test
  void priceOf_providerNotListed_isTheDearestOfAll() {
    // Listed by openai at 0.039 and 0.18, by cerebras at 0.35 and 0.75.
    var dearest = ModelPricing.of(Rates.text(Money.usd("0.35"), Money.usd("0.75")));
    assertEquals(dearest, BUILT_IN.priceOf("", false, "gpt-oss-120b").pricing());
    assertEquals(dearest, BUILT_IN.priceOf("together_ai", false, "gpt-oss-120b").pricing());
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
    assertEquals(per("3", "3"), registry.priceOf("openai", false, "gpt-4o-mini").pricing());
    assertEquals(Price.Rule.EXACT, registry.priceOf("openai", false, "gpt-4o-mini").rule());
    var prefixed = registry.priceOf("openai", false, "gpt-4o-mini-2024-07-18");
    assertEquals(new Price(per("2", "2"), "nexus.toml", Price.Rule.PREFIX, "gpt-4o*"), prefixed);
    assertEquals(per("2", "2"), registry.priceOf("openai", false, "gpt-4o").pricing());
    assertEquals(per("2", "2"), registry.priceOf("openai", false, "openai/gpt-4o").pricing());
    assertEquals(per("1", "1"), registry.priceOf("openai", false, "gpt-4.5-x").pricing());
    assertEquals(per("4", "4"), registry.priceOf("groq", false, "gpt-4o-x").pricing());
    assertEquals("built-in table", registry.priceOf("openai", false, "o3-pro").source());
    assertEquals("built-in table", registry.priceOf("together_ai", false, "o3-pro").source());
    assertEquals(per("5", "5"), registry.priceOf("azure", false, "o3-pro").pricing());
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
