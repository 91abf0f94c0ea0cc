package io.nexus.control.tokens;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nexus.control.money.Prompt;
import io.nexus.control.money.Seeds;
import io.nexus.control.money.TokenCount;
import io.nexus.control.money.TokenCountTier;
import io.nexus.control.spi.TokenCounter;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class HeuristicTokenCounterTest {

  private static final TokenCounter.ForModel COUNTER =
      new HeuristicTokenCounter().forModel("gpt-4o").orElseThrow();

  @Test
  void count_prompt_addsTextsAndOverheads() {
    var prompt =
        new Prompt(
            2, 1, List.of("user", "abcd", "system", "näh"), List.of("{\"a\":1}"), List.of(), 0);
    // 24 characters: ceil(6.9); 2 messages, 1 name, the reply.
    assertEquals(
        new TokenCount(7 + 6 + 1 + 3, 25 + 16 + 1 + 8 + 530, TokenCountTier.ESTIMATED),
        COUNTER.count(prompt));
    assertEquals(TokenCountTier.ESTIMATED, COUNTER.tier());
  }

  @ParameterizedTest
  @CsvSource({
    "gpt-4o, false, 765, 1445",
    "gpt-4o, true, 85, 85",
    "ft:gpt-4o-2024-08-06:org::id, false, 765, 1445",
    "openai/gpt-4o-mini, false, 25501, 48169",
    "gpt-4o-mini-2024-07-18, true, 2833, 2833",
    "claude-sonnet-4-5, true, 85, 16384",
    "whatever, false, 765, 16384",
  })
  void count_image_followsTheModelsFormula(String model, boolean low, long expected, long bound) {
    var counter = new HeuristicTokenCounter().forModel(model).orElseThrow();
    var none = counter.count(prompt(List.of(), 0));
    var one = counter.count(prompt(List.of(new Prompt.Image(low)), 0));
    assertEquals(expected, one.tokens() - none.tokens());
    assertEquals(bound, one.upperBound() - none.upperBound());
  }

  @Test
  void count_attachment_isATokenFor32BytesAndAtMostOneEach() {
    var none = COUNTER.count(prompt(List.of(), 0));
    var some = COUNTER.count(prompt(List.of(), 1000));
    assertEquals(32, some.tokens() - none.tokens());
    assertEquals(1000, some.upperBound() - none.upperBound());
  }

  @Test
  void count_plainText_isRoundedUpExactly() {
    for (int length = 0; length < 2000; length++) {
      var exact = BigDecimal.valueOf(length).multiply(new BigDecimal("0.2875"));
      assertEquals(
          exact.setScale(0, RoundingMode.CEILING).longValueExact(),
          COUNTER.count("x".repeat(length)));
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "The quick brown fox jumps over the lazy dog. | 13",
        "a b c d e f g h | 8",
        "2718281828 4590 | 14",
        "SGVsbG8gd29ybGQh | 8",
        "if (getValue() > maxSize) { return x; } | 12",
        "\u4eca\u5929\u5929\u6c14\u5f88\u597d | 6",
        "\u043f\u0440\u0438\u0432\u0435\u0442 | 3",
        "\uac10\uc0ac\ud569\ub2c8\ub2e4 | 5",
      })
  void count_denseText_isMoreThanByItsLength(String text, long tokens) {
    assertEquals(tokens, COUNTER.count(text));
  }

  @ParameterizedTest
  @MethodSource("io.nexus.control.money.Seeds#seeds")
  void utf8Length_anyText_equalsTheEncoders(long seed) {
    var random = Seeds.random(seed);
    int[] tops = {0x80, 0x100, 0x800, 0xd800, 0x110000};
    for (int i = 0; i < 200; i++) {
      int top = tops[random.nextInt(tops.length)];
      var text = new StringBuilder();
      for (int left = random.nextInt(0, 3000); left > 0; left--) {
        int c = random.nextInt(0, top);
        text.appendCodePoint(c >= 0xd800 && c < 0xe000 ? 0x1f600 : c);
      }
      var string = text.toString();
      assertEquals(string.getBytes(StandardCharsets.UTF_8).length, Utf8.length(string));
    }
  }

  @Test
  void utf8Length_loneSurrogates_countAsReplacementCharacters() {
    assertEquals(3, Utf8.length("\ud800"));
    assertEquals(6, Utf8.length("\udc00\ud800"));
    assertEquals(7, Utf8.length("\ud83d\ude00\ude00"));
    assertEquals(4 + 1023, Utf8.length("x".repeat(1023) + "\ud83d\ude00"));
  }

  @ParameterizedTest
  @MethodSource("io.nexus.control.money.Seeds#seeds")
  void count_anyPrompt_boundIsAtLeastTheEstimate(long seed) {
    var random = Seeds.random(seed);
    for (int i = 0; i < 200; i++) {
      var text = "é".repeat(random.nextInt(0, 50));
      var prompt =
          new Prompt(
              random.nextInt(0, 20),
              random.nextInt(0, 20),
              List.of(text, "a"),
              List.of("{}"),
              List.of(new Prompt.Image(random.nextBoolean())),
              random.nextLong(0, 100));
      var count = COUNTER.count(prompt);
      assertTrue(count.upperBound() >= count.tokens());
      assertTrue(count.upperBound() >= text.getBytes(StandardCharsets.UTF_8).length);
    }
  }

  private static Prompt prompt(List<Prompt.Image> images, long attachmentBytes) {
    return new Prompt(1, 0, List.of("user", "look"), List.of(), images, attachmentBytes);
  }
}
