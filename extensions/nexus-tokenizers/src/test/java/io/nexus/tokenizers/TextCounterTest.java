package io.nexus.tokenizers;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class TextCounterTest {

  @ParameterizedTest
  @EnumSource
  void count_fromManyThreads_sameAsFromOne(Encoding encoding) throws Exception {
    List<String> texts = new ArrayList<>(Corpus.all().toList());
    texts.add("z".repeat(40_000));
    texts.add(" ".repeat(40_000) + "x");
    List<Long> expected = texts.stream().map(text -> Oracle.ours(encoding, text)).toList();
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Callable<Boolean>> tasks = new ArrayList<>();
      for (int i = 0; i < 24; i++) {
        List<Integer> order = new ArrayList<>();
        for (int j = 0; j < texts.size(); j++) {
          order.add(j);
        }
        Collections.shuffle(order, new Random(i));
        tasks.add(
            () ->
                order.stream()
                    .allMatch(j -> Oracle.ours(encoding, texts.get(j)) == expected.get(j)));
      }
      for (Future<Boolean> same : threads.invokeAll(tasks)) {
        assertTrue(same.get());
      }
    }
  }

  /** Takes a tenth of a second; a quadratic way takes an hour and never comes to the end. */
  @ParameterizedTest
  @ValueSource(strings = {"a", " ", "=", "A", "中", "qzjxkv", "\n", "\u0301", "Az", ". "})
  @Timeout(60)
  void count_millionCharacters_ends(String unit) {
    assertTrue(Oracle.ours(Encoding.O200K_BASE, unit.repeat(1_000_000 / unit.length())) > 0);
  }

  @Test
  void count_overSeveralTexts_addsUp() {
    TextCounter counter = Oracle.counter(Encoding.CL100K_BASE);
    Tally tally = counter.tally(1_000);
    counter.count("Hello", tally);
    counter.count(CharBuffer.wrap(", world!"), tally);
    assertEquals(4, tally.expectedTokens());
    assertEquals(4, tally.mostTokens());
    assertEquals(13, tally.bytes());
    assertTrue(tally.isComplete());
  }

  @Test
  void count_workUsedUp_restBoundedByBytes() {
    TextCounter counter = Oracle.counter(Encoding.CL100K_BASE);
    Tally tally = counter.tally(12);
    counter.count("Hello world again", tally);
    counter.count("\ud83d\ude42", tally);
    assertEquals(3 + 9, tally.mostTokens());
    assertEquals(21, tally.bytes());
    assertEquals(3 + 9 / 4, tally.expectedTokens());
  }

  @ParameterizedTest
  @ValueSource(strings = {"YQ==", "YQ== x", "!!! 1", "YQ== 99999999999", " 5"})
  void read_brokenVocabulary_saysWhere(String line) {
    byte[] file = ("Yg== 0\n" + line + "\n").getBytes(StandardCharsets.US_ASCII);
    IOException e = assertThrows(IOException.class, () -> TokenList.parse(file));
    assertTrue(e.toString().contains(": line 2: "), e.toString());
  }

  @Test
  void of_everyCodePoint_asTheJdkSays() {
    for (int c = 0; c <= Character.MAX_CODE_POINT; c++) {
      int flags = CharacterClasses.of(c);
      assertEquals(Character.isLetter(c), (flags & CharacterClasses.LETTER) != 0);
    }
  }
}
