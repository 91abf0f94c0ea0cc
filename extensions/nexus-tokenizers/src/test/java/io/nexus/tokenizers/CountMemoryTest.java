package io.nexus.tokenizers;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nexus.control.money.Prompt;
import io.nexus.control.money.TokenCount;
import io.nexus.control.money.TokenCountTier;
import io.nexus.control.spi.TokenCounter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CountMemoryTest {

  private int counts;

  private String get(CountMemory<String> memory, String text) {
    MessageDigest digest = CountMemory.digest();
    digest.update(text.getBytes(StandardCharsets.UTF_8));
    return memory.get(
        digest,
        () -> {
          counts++;
          return "count of " + text;
        },
        count -> !count.endsWith("odd"));
  }

  @Test
  void get_again_isNotCounted() {
    CountMemory<String> memory = new CountMemory<>(16);
    for (int i = 0; i < 5; i++) {
      assertEquals("count of it", get(memory, "it"));
    }
    assertEquals(1, counts);
  }

  @Test
  void get_whatMayNotLast_isCountedAgain() {
    CountMemory<String> memory = new CountMemory<>(16);
    for (int i = 0; i < 5; i++) {
      assertEquals("count of odd", get(memory, "odd"));
    }
    assertEquals(5, counts);
  }

  /** Where texts share a place, the last one is known, and none is taken for another. */
  @Test
  void get_manyTextsInFewPlaces_isEachTextsOwn() {
    CountMemory<String> memory = new CountMemory<>(4);
    for (int round = 0; round < 3; round++) {
      for (int i = 0; i < 100; i++) {
        assertEquals("count of " + i, get(memory, "" + i));
        assertEquals("count of " + i, get(memory, "" + i));
      }
    }
    assertTrue(counts <= 300 && counts > 280, () -> "counted " + counts);
  }

  /** All that is counted of a prompt, by a counter that has seen it and by one that has not. */
  @ParameterizedTest
  @ValueSource(strings = {"gpt-4o", "gpt-4", "claude-sonnet-4-5"})
  void prompt_seenBefore_countsTheSame(String model) {
    TokenCounter.ForModel used = counter(model);
    List<String> texts =
        Corpus.all().map(text -> text.repeat(1 + 2_000 / (1 + text.length()))).toList();
    for (int size = 1; size <= texts.size(); size++) {
      Prompt prompt = prompt(texts.subList(0, size), tools(size % 5));
      TokenCount fresh = counter(model).count(prompt);
      assertEquals(fresh, used.count(prompt));
      assertEquals(fresh, used.count(prompt));
    }
  }

  @Test
  void tools_thatDifferOnlyInWhereTheyEnd_areNotTakenForOneAnother() {
    TokenCounter.ForModel counter = counter("gpt-4o");
    TokenCount one =
        counter.count(prompt(List.of("Hi"), List.of("{\"name\":\"a\"}{\"name\":\"b\"}")));
    TokenCount two =
        counter.count(prompt(List.of("Hi"), List.of("{\"name\":\"a\"}", "{\"name\":\"b\"}")));
    assertTrue(two.upperBound() > one.upperBound(), () -> one + " and " + two);
  }

  /** What could be counted only in part must not be remembered as the whole. */
  @Test
  void text_thatTakesTooMuchWork_isCountedAgain() throws IOException {
    TextCounter counter = Encoding.O200K_BASE.load();
    String text = " word".repeat(2_000);
    for (long work : new long[] {9_999, 20_000, 9_999}) {
      Tally again = counter.tally(work);
      counter.countPrompt(text, again);
      Tally expected = Encoding.O200K_BASE.load().tally(work);
      Encoding.O200K_BASE.load().count(text, expected);
      assertEquals(expected.expectedTokens(), again.expectedTokens());
      assertEquals(expected.isComplete(), again.isComplete());
      assertEquals(expected.bytes(), again.bytes());
    }
    String letters = "z".repeat(4_000); // A long piece costs four times its length.
    for (long work : new long[] {5_000, 16_000, 5_000}) {
      Tally again = counter.tally(work);
      counter.countPrompt(letters, again);
      assertEquals(letters.length(), again.bytes());
      assertEquals(work >= 16_000 ? 2_000 : 4_000, again.mostTokens());
    }
  }

  /** What was counted whole alone is counted in part after a text that leaves too little work. */
  @Test
  void prompt_beyondTheWork_countsTheSameAfterItsPartsWereSeen() {
    String most = " word".repeat(700_000);
    String letters = "z".repeat(300_000);
    List<String> tool =
        List.of("{\"name\":\"a\",\"description\":\"%s\"}".formatted(" tool".repeat(100_000)));
    for (Prompt large :
        List.of(prompt(List.of(most, letters), List.of()), prompt(List.of(most), tool))) {
      TokenCounter.ForModel counter = counter("gpt-4o");
      TokenCount fresh = counter.count(large);
      assertEquals(TokenCountTier.ESTIMATED, fresh.tier());
      assertEquals(TokenCountTier.EXACT, counter.count(prompt(List.of(letters), List.of())).tier());
      assertEquals(TokenCountTier.APPROXIMATION, counter.count(prompt(List.of("Hi"), tool)).tier());
      assertEquals(fresh, counter.count(large));
    }
  }

  @Test
  void prompt_longTextsOfManyConversations_areCountedRight() {
    TokenCounter.ForModel counter = counter("gpt-4o");
    String base = " word".repeat(300);
    List<String> texts =
        new ArrayList<>(IntStream.range(0, 500).mapToObj(i -> base + " x".repeat(i)).toList());
    for (int round = 0; round < 2; round++) {
      for (int i = 0; i < texts.size(); i++) {
        TokenCount count = counter.count(prompt(List.of(texts.get(i)), List.of()));
        assertEquals(300 + i + 6, count.tokens());
        assertEquals(TokenCountTier.EXACT, count.tier());
      }
    }
  }

  private static TokenCounter.ForModel counter(String model) {
    VocabularyTokenCounter counter = new VocabularyTokenCounter();
    counter.preload(model);
    return counter.forModel(model).orElseThrow();
  }

  private static List<String> tools(int count) {
    return IntStream.range(0, count)
        .mapToObj(
            i ->
                "{\"name\":\"read_%d\",\"description\":\"Reads.\",\"parameters\":{\"type\":\"object\",\"properties\":{\"path\":{\"type\":\"string\"}}}}"
                    .formatted(i))
        .toList();
  }

  private static Prompt prompt(List<String> texts, List<String> tools) {
    return new Prompt(1, 0, texts, tools, List.of(), 0);
  }
}
