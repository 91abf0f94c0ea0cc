package io.nexus.server.pricing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nexus.control.money.Item;
import io.nexus.control.money.ModelFacts;
import io.nexus.control.money.ModelFacts.Support;
import io.nexus.control.money.ModelFacts.Thinking;
import io.nexus.control.money.ModelPricing;
import io.nexus.control.money.Money;
import io.nexus.control.money.Price;
import io.nexus.control.money.PriceKind;
import io.nexus.control.money.Rates;
import io.nexus.control.money.ServiceTier;
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
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LiteLlmPricesTest {

  private final LiteLlmPrices prices = sample();

  @Test
  void read_sample_countsWhatItCannotPrice() {
    assertEquals(32, prices.models());
    assertEquals(7, prices.skipped());
    assertEquals("price-map.json", prices.name());
  }

  @Test
  void priceOf_everyKind_isExact() {
    var price = prices.priceOf("openai", "gpt-9").orElseThrow();
    assertEquals(
        Rates.text(Money.usd("2.5"), Money.usd("10"))
            .withCachedInput(Money.usd("0.25"))
            .withAudioInput(Money.usd("40"))
            .withAudioOutput(Money.usd("80"))
            .withReasoning(Money.usd("11")),
        price.pricing().rates());
    assertEquals("price-map.json", price.source());
    assertEquals(Price.Rule.EXACT, price.rule());
    assertEquals("gpt-9", price.matched());
    assertEquals(
        Price.Rule.PREFIX, prices.priceOf("openai", "gpt-9-2027-01-01").orElseThrow().rule());
    assertTrue(prices.priceOf("openai", "gpt-9.1").isEmpty());
    assertTrue(prices.priceOf("openai", "gpt-9-mini").isEmpty());
  }

  @ParameterizedTest
  @CsvSource({
    // Per million tokens, in a tier, for a prompt of this length.
    "anthropic, claude-9, '', 1, cache_write_5m, 3.75",
    "anthropic, claude-9, '', 1, cache_write_1h, 6",
    "anthropic, claude-9, '', 200001, cache_write_1h, 12",
    "anthropic, claude-9, '', 200001, cache_write_5m, 7.5",
    "anthropic, claude-9, '', 200001, cached_input, 0.6",
    "anthropic, claude-9, '', 200001, output, 22.5",
    "anthropic, claude-9, batch, 1, input, 1.5",
    "anthropic, claude-9, batch, 1, cached_input, 0.3",
    "anthropic, claude-9, fast, 1, input, 18",
    "anthropic, claude-9, fast, 1, cache_write_1h, 36",
    "anthropic, claude-9, fast, 200001, output, 135",
    "anthropic, claude-9-short, '', 1, cache_write_1h, 6",
    "anthropic, claude-newest, '', 1, output, 15",
    "dashscope, qwen-9, '', 32000, input, 1",
    "dashscope, qwen-9, '', 32001, input, 2",
    "dashscope, qwen-9, '', 32001, reasoning, 20",
    "dashscope, qwen-9, '', 1, reasoning, 5",
    "xai, grok-9, '', 199999, input, 3",
    "xai, grok-9, '', 200000, input, 6",
    "openai, gpt-9-sol, '', 1, cache_write_12h, 1.25",
    "openai, gpt-9-sol, flex, 1, output, 4",
    "openai, gpt-9-sol, flex, 1, cache_write_5m, 1.25",
    "openai, gpt-9-sol, ultrafast, 1, output, 48",
    "openai, gpt-9-sol, ultrafast, 1, cache_write_5m, 7.5",
    "openai, gpt-9-sol, ultrafast, 272001, cache_write_12h, 90",
    "openai, gpt-9-sol, '', 272001, input, 2",
    "google, gemini-9-pro, '', 1, cache_write_1h, 9",
    "google, gemini-9-pro, priority, 200001, input, 9",
    "vertex, gemini-9-live, '', 1, cached_audio, 1",
    "vertex, gemini-9-live, '', 1, input_image, 3.5",
    "vertex, gemini-9-live, '', 1, input_video, 4",
    "vertex, gemini-9-live, '', 1, output_image, 30",
    "vertex, gemini-9-live, '', 1, output_video, 40",
    "perplexity, sonar-deep-research-9, '', 1, citation, 2",
    "openai, too-low, '', 1, cache_write_5m, 1",
    "openai, too-low, '', 200001, output, 4",
    "openai, too-low, '', 200001, input, 2",
  })
  void priceOf_tokens_areReadByTierLevelAndKind(
      String provider, String model, String tier, long prompt, String kind, String usd) {
    var rates = pricing(provider, model).served(new ServiceTier(tier)).level(prompt);
    assertEquals(Money.usd(usd).nanos(), rates.of(PriceKind.of(kind).orElseThrow()));
  }

  @ParameterizedTest
  @CsvSource({
    "anthropic, claude-9, search, 0.01",
    "openai, gpt-9, search:low, 0.03",
    "openai, gpt-9, search, 0.03",
    "openai, gpt-9-sol, file_search, 0.0025",
    "perplexity, sonar-9, request:low, 0.005",
    "perplexity, sonar-9, request, 0.012",
    "perplexity, sonar-9, search, 0",
    "perplexity, sonar-deep-research-9, search, 0.005",
    "perplexity, sonar-deep-research-9, request, 0",
    "vertex, gemini-9-live, maps_search, 0.025",
    "openai, whisper-9, audio_hour, 0.36",
    "openai, whisper-9, output_second, 0",
    "openai, tts-9, input_character, 15",
    "openai, sora-9, output_second, 0.1",
    "openai, sora-9, output_second:1080p, 0.5",
    "mistral, ocr-9, page, 0.001",
    "mistral, ocr-9, page_annotated, 0.003",
    "cohere, rerank-9, query, 0.002",
    "vertex, video-embedding-9, input_audio_second, 0.0001",
    "vertex, video-embedding-9, input_video_second:above_8s, 0.001",
    "vertex, video-embedding-9, image_input, 0.0001",
    "openai, dall-e-9, image:1024x1024, 0.01992",
    "openai, dall-e-9, image:1024x1792:hd, 0.11999",
    "openai, dall-e-9, image, 0.11999",
    "xai, grok-imagine-9, image, 0.02",
    "fireworks, accounts/fireworks/models/flux-9, image_step, 0.00013",
    "google, lyria-9, clip, 0.04",
    "azure, container-9, code_session, 0.033",
    "xai, grok-voice-9, message, 0.004",
    "xai, grok-voice-9, audio_hour, 3.6",
    "bedrock, guardrails-9, guardrail:contentPolicyUnits, 0.00015",
    "openai, billed-by-the-image, image, 0.04",
  })
  void priceOf_whatIsNotTokens_isReadAsAFee(
      String provider, String model, String item, String usd) {
    var pricing = pricing(provider, model);
    assertEquals(Money.usd(usd), pricing.fee(Item.parse(item)));
  }

  @Test
  void priceOf_tierOfAFee_isItsOwn() {
    var batch = pricing("mistral", "ocr-9").served(ServiceTier.BATCH);
    assertEquals(Money.usd("0.0005"), batch.fee(Item.of(PriceKind.PAGE)));
    assertEquals(Money.usd("0.003"), batch.fee(Item.of(PriceKind.PAGE_ANNOTATED)));
  }

  @ParameterizedTest
  @CsvSource({
    "anthropic, claude-9, us, 3.3",
    "openai, gpt-9-sol, eu, 1.2",
    "openai, gpt-9-sol, fedramp, 1.1",
    "openai, gpt-9-sol, us, 1",
    "vertex, gemini-9-live, regional, 0.55",
  })
  void priceOf_region_isTimesItsFactor(String provider, String model, String region, String usd) {
    assertEquals(Money.usd(usd).nanos(), pricing(provider, model).in(region).rates().input());
  }

  @Test
  void priceOf_levelForLongPrompts_takesItsOwnPricesAndScalesTheRest() {
    var pricing = pricing("google", "gemini-9-pro");
    assertEquals(200_000, pricing.levels().getLast().above());
    assertEquals(
        Rates.text(Money.usd("2.5"), Money.usd("15"))
            .withCachedInput(Money.usd("0.3"))
            .withCacheWrite(Money.usd("2.5"))
            .with(PriceKind.CACHE_WRITE_1H, Money.usd("18")),
        pricing.levels().getLast().rates());
    assertEquals(Money.usd("1.25").nanos(), pricing.rates().cacheWrite());
  }

  @Test
  void priceOf_severalLevels_holdAboveEachOfTheirThresholds() {
    var pricing = pricing("openai", "two-levels");
    assertEquals(Rates.text(Money.usd("1"), Money.usd("4")), pricing.level(128_000));
    assertEquals(Rates.text(Money.usd("2"), Money.usd("5")), pricing.level(256_000));
    assertEquals(Rates.text(Money.usd("3"), Money.usd("6")), pricing.level(256_001));
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
    assertFalse(pricing("openai", "billed-by-the-image").isFree());
    assertTrue(pricing("openai", "billed-by-the-image").rates().isFree());
    assertEquals(
        Rates.text(Money.usd("0.02"), Money.ZERO), pricing("openai", "text-embedding-9").rates());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "sample_spec",
        "chat-without-output-price",
        "negative",
        "not-a-number",
        "too-large",
        "tiered-otherwise",
        "not-an-object",
        "level-that-makes-no-sense",
      })
  void priceOf_shapeNotKnown_isEmpty(String model) {
    assertTrue(prices.priceOf("", model).isEmpty());
  }

  @Test
  void factsOf_limitsAsNumbersOrText_areRead() {
    assertEquals(
        new ModelFacts(
            272_000, 272_000, 128_000, Support.NO, Support.YES, Thinking.UNKNOWN, "chat", false),
        prices.factsOf("openai", "gpt-9"));
    assertEquals(65_536, prices.factsOf("google", "gemini-9-pro").contextWindow());
    assertEquals(Thinking.DEFAULT, prices.factsOf("anthropic", "claude-9").thinking());
    assertTrue(prices.factsOf("vertex", "gemini-9-live").searchByQuery());
    assertEquals("transcription", prices.factsOf("openai", "whisper-9").mode());
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
    assertEquals(0, read.factsOf("", "d").contextWindow());
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
