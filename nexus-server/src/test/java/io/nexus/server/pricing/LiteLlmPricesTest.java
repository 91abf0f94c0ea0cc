package io.nexus.server.pricing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nexus.control.money.ModelFacts;
import io.nexus.control.money.ModelFacts.Support;
import io.nexus.control.money.ModelPricing;
import io.nexus.control.money.Money;
import io.nexus.control.money.Price;
import io.nexus.control.money.Rates;
import io.nexus.control.pricing.PriceTable;
import io.nexus.control.pricing.PricingRegistry;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LiteLlmPricesTest {

  private final LiteLlmPrices prices = sample();

  @Test
  void read_sample_countsWhatItCannotPrice() {
    assertEquals(7, prices.models());
    assertEquals(8, prices.skipped());
    assertEquals("price-map.json", prices.name());
  }

  @Test
  void priceOf_everyKind_isExact() {
    var rates =
        Rates.text(Money.usd("2.5"), Money.usd("10"))
            .withCachedInput(Money.usd("0.25"))
            .withAudioInput(Money.usd("40"))
            .withAudioOutput(Money.usd("80"))
            .withReasoning(Money.usd("11"));
    assertEquals(
        new Price(ModelPricing.of(rates), "price-map.json", Price.Rule.EXACT, "gpt-9"),
        prices.priceOf("openai", "gpt-9").orElseThrow());
    assertEquals(
        Price.Rule.PREFIX, prices.priceOf("openai", "gpt-9-2027-01-01").orElseThrow().rule());
    assertTrue(prices.priceOf("openai", "gpt-9.1").isEmpty());
  }

  @Test
  void priceOf_levelForLongPrompts_takesItsOwnPricesAndScalesTheRest() {
    var pricing = pricing("google", "gemini-9-pro");
    assertEquals(200_000, pricing.levels().getLast().above());
    assertEquals(
        Rates.text(Money.usd("2.5"), Money.usd("15"))
            .withCachedInput(Money.usd("0.3"))
            .withCacheWrite(Money.usd("2.5")),
        pricing.levels().getLast().rates());
    assertEquals(Money.usd("1.25").nanos(), pricing.rates().cacheWrite());
  }

  @Test
  void priceOf_severalLevels_isTheDearestFromTheLowestThreshold() {
    var level = pricing("openai", "two-levels").levels().getLast();
    assertEquals(128_000, level.above());
    assertEquals(Rates.text(Money.usd("3"), Money.usd("6")), level.rates());
  }

  @Test
  void priceOf_finerThanNanos_isRoundedUp() {
    var rates = pricing("groq", "llama-9-8b").rates();
    assertEquals(50_000_001, rates.input());
    assertEquals(80_000_000, rates.output());
  }

  @Test
  void priceOf_feeOfRequest_isAdded() {
    assertEquals(Money.usd("0.01"), pricing("openrouter", "openai/gpt-9").perRequest());
  }

  @Test
  void priceOf_zero_isFreeOnlyWithoutAnotherPrice() {
    assertTrue(pricing("openai", "free-for-now").isFree());
    assertTrue(prices.priceOf("openai", "billed-by-the-image").isEmpty());
    assertEquals(
        Rates.text(Money.usd("0.02"), Money.ZERO), pricing("openai", "text-embedding-9").rates());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "sample_spec",
        "1024-x-1024/dall-e-9",
        "chat-without-output-price",
        "negative",
        "not-a-number",
        "too-large",
        "tiered-otherwise",
        "not-an-object",
      })
  void priceOf_shapeNotKnown_isEmpty(String model) {
    assertTrue(prices.priceOf("", model).isEmpty());
  }

  @Test
  void factsOf_limitsAsNumbersOrText_areRead() {
    assertEquals(
        new ModelFacts(272_000, 128_000, Support.NO, Support.YES),
        prices.factsOf("openai", "gpt-9"));
    assertEquals(ModelFacts.window(65_536), prices.factsOf("google", "gemini-9-pro"));
  }

  @Test
  void registry_withTheFile_asksItBeforeTheBuiltInTable() {
    var registry = new PricingRegistry(new PriceTable("nexus.toml", List.of()), List.of(prices));
    assertEquals("price-map.json", registry.priceOf("openai", false, "gpt-9").source());
    assertEquals("price-map.json", registry.priceOf("openai", false, "openai/gpt-9").source());
    assertEquals(
        Money.usd("3").nanos(),
        registry.priceOf("openrouter", false, "openai/gpt-9").pricing().rates().input());
    assertEquals("price-map.json", registry.priceOf("groq", false, "groq/llama-9-8b").source());
    assertEquals("built-in table", registry.priceOf("openai", false, "gpt-4o").source());
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "[]", "12", "{\"a\":", "{\"a\":{\"b\":1}", "{\"a\":{\"b\":1}"})
  void read_brokenFile_saysWhichAndWhatToDo(String json, @TempDir Path folder) throws IOException {
    var file = Files.writeString(folder.resolve("prices.json"), json);
    var broken = assertThrows(IOException.class, () -> LiteLlmPrices.read(file));
    assertTrue(broken.toString().contains(file.toString()), broken::toString);
    assertTrue(broken.toString().contains("fetch the file again"), broken::toString);
  }

  @Test
  void read_absurdNumber_isSkippedAtOnce() throws IOException {
    var json =
        """
        {"a": {"input_cost_per_token": 1e999999999, "output_cost_per_token": 1e-6},
         "b": {"input_cost_per_token": 1e-999999999, "output_cost_per_token": 1e-6},
         "c": {"input_cost_per_token": 1e-6, "output_cost_per_token": 1e-6,
               "input_cost_per_token_above_xk_tokens": 1e-6},
         "d": {"input_cost_per_token": 1e-6, "output_cost_per_token": 1e-6,
               "max_tokens": 1e999999999}}
        """;
    var read =
        LiteLlmPrices.read("p", new ByteArrayInputStream(json.getBytes(StandardCharsets.UTF_8)));
    assertEquals(2, read.skipped());
    assertEquals(1, read.priceOf("", "b").orElseThrow().pricing().rates().input());
    assertEquals(ModelFacts.UNKNOWN, read.factsOf("", "d"));
  }

  private ModelPricing pricing(String provider, String model) {
    return prices.priceOf(provider, model).orElseThrow().pricing();
  }

  private static LiteLlmPrices sample() {
    try (var in =
        Objects.requireNonNull(LiteLlmPricesTest.class.getResourceAsStream("price-map.json"))) {
      return LiteLlmPrices.read("price-map.json", in);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
