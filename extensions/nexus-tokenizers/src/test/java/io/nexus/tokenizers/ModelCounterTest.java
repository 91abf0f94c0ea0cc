package io.nexus.tokenizers;

import static io.nexus.control.money.TokenCountTier.APPROXIMATION;
import static io.nexus.control.money.TokenCountTier.ESTIMATED;
import static io.nexus.control.money.TokenCountTier.EXACT;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nexus.control.money.Prompt;
import io.nexus.control.money.TokenCount;
import io.nexus.control.money.TokenCountTier;
import io.nexus.control.spi.TokenCounter;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ModelCounterTest {
  private static final VocabularyTokenCounter COUNTER = new VocabularyTokenCounter();

  /**
   * The tool of OpenAI's cookbook. The cookbook says what the API counts for it with the messages
   * of {@link #WEATHER}: 105 tokens for gpt-4 and gpt-3.5-turbo, 101 for gpt-4o and gpt-4o-mini.
   */
  private static final String WEATHER_TOOL =
      """
      {"type": "function", "function": {
        "name": "get_current_weather",
        "description": "Get the current weather in a given location",
        "parameters": {"type": "object", "properties": {
          "location": {"type": "string", "description": "The city and state, e.g. San Francisco, CA"},
          "unit": {"type": "string", "description": "The unit of temperature to return", "enum": ["celsius", "fahrenheit"]}},
          "required": ["location"]}}}""";

  private static final List<String> WEATHER =
      List.of(
          "system",
          "You are a helpful assistant that can answer to questions about the weather.",
          "user",
          "What's the weather like in San Francisco?");

  /** Messages of OpenAI's cookbook, for which it says that the API counts 129 and 124 tokens. */
  private static final List<String> JARGON =
      List.of(
          "system",
          "You are a helpful, pattern-following assistant that translates corporate jargon into plain English.",
          "system",
          "example_user",
          "New synergies will help drive top-line growth.",
          "system",
          "example_assistant",
          "Things working well together will increase revenue.",
          "system",
          "example_user",
          "Let's circle back when we have more bandwidth to touch base on opportunities for increased leverage.",
          "system",
          "example_assistant",
          "Let's talk later when we're less busy about how to do better.",
          "user",
          "This late pivot means we don't have time to boil the ocean for the client deliverable.");

  private static TokenCount count(String model, Prompt prompt) {
    COUNTER.preload(model);
    return COUNTER.forModel(model).orElseThrow().count(prompt);
  }

  private static Prompt texts(String... texts) {
    return new Prompt(1, 0, List.of(texts), List.of(), List.of(), 0);
  }

  @ParameterizedTest
  @CsvSource({"gpt-4, 129", "gpt-3.5-turbo, 129", "gpt-4o, 124", "gpt-4o-mini, 124"})
  void count_cookbookMessages_asTheApiCounts(String model, long tokens) {
    TokenCount count = count(model, new Prompt(6, 4, JARGON, List.of(), List.of(), 0));
    assertEquals(tokens, count.tokens());
    assertEquals(EXACT, count.tier());
    assertTrue(count.upperBound() >= tokens && count.upperBound() < tokens + 40, "" + count);
  }

  @ParameterizedTest
  @CsvSource({"gpt-4, 105", "gpt-3.5-turbo, 105", "gpt-4o, 101", "gpt-4o-mini, 101"})
  void count_cookbookTool_asTheApiCounts(String model, long tokens) {
    Prompt prompt = new Prompt(2, 0, WEATHER, List.of(WEATHER_TOOL), List.of(), 0);
    TokenCount count = count(model, prompt);
    assertEquals(tokens, count.tokens());
    assertEquals(APPROXIMATION, count.tier());
    assertTrue(count.upperBound() >= tokens + 16, "" + count);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "nonsense",
        "{",
        "[1,2]",
        "null",
        "{\"name\": 5}",
        "{\"name\":{\"name\":\"x\"}}",
        "{\"type\":\"json_schema\",\"json_schema\":{\"schema\":{}}}",
        "{\"name\":\"f\",\"parameters\":{\"properties\":[1],\"enum\":{}}}",
        "{\"name\":\"f\",\"parameters\":{\"properties\":{\"a\":true,\"b\":{\"enum\":[]},\"c\":{\"enum\":[[1],{}]}}}}",
        "{\"name\":\"f\",\"description\":\"d\""
      })
  void count_toolThatIsNoFunction_countedAndBounded(String tool) {
    for (String model : List.of("gpt-4o", "claude-3-haiku")) {
      TokenCount without = count(model, texts("x"));
      TokenCount with = count(model, new Prompt(1, 0, List.of("x"), List.of(tool), List.of(), 0));
      assertTrue(with.tokens() > without.tokens(), tool);
      assertTrue(with.upperBound() > without.upperBound() + tool.length() / 4, tool);
    }
  }

  @Test
  void count_nestedTool_innerPropertiesCount() {
    String flat = "{\"name\":\"f\",\"parameters\":{\"properties\":{\"a\":{\"type\":\"object\"}}}}";
    String nested =
        "{\"name\":\"f\",\"parameters\":{\"properties\":{\"a\":{\"type\":\"object\",\"properties\":{\"b\":{\"type\":\"string\"},\"c\":{\"type\":[\"integer\",\"null\"]}}}}}}";
    long flatTokens =
        count("gpt-4o", new Prompt(1, 0, List.of(), List.of(flat), List.of(), 0)).tokens();
    long nestedTokens =
        count("gpt-4o", new Prompt(1, 0, List.of(), List.of(nested), List.of(), 0)).tokens();
    assertTrue(nestedTokens >= flatTokens + 3 + 2 * 3 + 6, flatTokens + " " + nestedTokens);
  }

  @ParameterizedTest
  @CsvSource({
    "gpt-4o, 85, 85, 765, 1445",
    "gpt-4o-mini, 2833, 2833, 25501, 48169",
    "gpt-4.1-mini, 1659, 2489, 1659, 2489",
    "o4-mini, 1762, 2642, 1762, 2642",
    "gpt-5, 70, 70, 630, 1190",
    "o3, 75, 75, 675, 1275",
  })
  void count_image_byTheModelsFormula(
      String model, long low, long lowMost, long high, long highMost) {
    TokenCount none = count(model, texts("x"));
    TokenCount lowDetail = count(model, image(true));
    TokenCount highDetail = count(model, image(false));
    assertEquals(low, lowDetail.tokens() - none.tokens());
    assertEquals(lowMost, lowDetail.upperBound() - none.upperBound());
    assertEquals(high, highDetail.tokens() - none.tokens());
    assertEquals(highMost, highDetail.upperBound() - none.upperBound());
    assertEquals(APPROXIMATION, highDetail.tier());
  }

  private static Prompt image(boolean lowDetail) {
    return new Prompt(1, 0, List.of("x"), List.of(), List.of(new Prompt.Image(lowDetail)), 0);
  }

  @Test
  void count_attachment_estimatedWithATokenAByteAtMost() {
    Prompt prompt = new Prompt(1, 0, List.of(), List.of(), List.of(), 64_000);
    TokenCount count = count("gpt-4o", prompt);
    assertEquals(2_000 + 6, count.tokens());
    assertTrue(count.upperBound() > 64_000);
    assertEquals(ESTIMATED, count.tier());
  }

  @ParameterizedTest
  @ValueSource(strings = {"claude-opus-4-5", "llama3.1:8b", "gemini-2.5-flash"})
  void count_approximation_boundIsAtLeastTheBytes(String model) {
    for (String text : Corpus.all().toList()) {
      TokenCount count = count(model, texts("user", text));
      int bytes = text.getBytes(StandardCharsets.UTF_8).length;
      assertTrue(count.upperBound() >= bytes + 4, text);
      assertEquals(APPROXIMATION, count.tier());
    }
  }

  @Test
  void count_empty_nothing() {
    Prompt nothing = new Prompt(0, 0, List.of(), List.of(), List.of(), 0);
    assertEquals(new TokenCount(0, 0, EXACT), count("gpt-4o", nothing));
  }

  @Test
  void count_beyondTheExactBytes_estimatedAndBounded() {
    String words = "The quick brown fox jumps over the lazy dog. ";
    int repeats = (int) (2 * ModelCounter.EXACT_BYTES / words.length());
    String text = words.repeat(repeats);
    TokenCount count = count("gpt-4o", texts(text));
    long exact = 10L * repeats;
    assertEquals(ESTIMATED, count.tier());
    assertEquals(1.0, (double) count.tokens() / exact, 0.01);
    assertTrue(count.upperBound() >= exact);
    assertTrue(count.upperBound() <= text.length(), "the counted part is not bounded by its bytes");

    COUNTER.preload("gpt-4o");
    TokenCounter.ForModel counter = COUNTER.forModel("gpt-4o").orElseThrow();
    assertEquals(1.0, (double) counter.count(text) / exact, 0.01);
  }

  @ParameterizedTest
  @ValueSource(strings = {"\ud83d\ude42", "é", "a", " ", "中", "\n", "\ud800"})
  void count_beyondTheExactBytesOfOneCharacter_bounded(String unit) {
    String text = unit.repeat((int) ModelCounter.EXACT_BYTES + 1);
    TokenCount count = count("gpt-4o", texts(text));
    assertEquals(ESTIMATED, count.tier());
    assertTrue(count.upperBound() >= Utf8.length(text, 0) / 128, "" + count);
    assertTrue(count.upperBound() <= Utf8.length(text, 0) + 20, "" + count);
  }

  @ParameterizedTest
  @CsvSource({"1, EXACT", "100000, EXACT", "900000, EXACT", "2000000, ESTIMATED"})
  void count_oneLongPiece_exactUpToOneMegabyte(int length, TokenCountTier tier) {
    assertEquals(tier, count("gpt-4o", texts("a".repeat(length))).tier());
  }
}
