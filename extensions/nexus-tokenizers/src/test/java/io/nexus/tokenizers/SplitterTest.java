package io.nexus.tokenizers;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class SplitterTest {
  private static final List<String> PARTS =
      List.of("a", "b", "z", "A", "Z", " ", " ", "'", "s", "1", ",", "é", "\u0301", "\n", "\0");

  static Stream<Splitter> splitters() {
    return Stream.of(new Cl100kSplitter(), new O200kSplitter());
  }

  /** Counts alone would not tell: no token goes from a lower case letter to an upper case one. */
  @ParameterizedTest
  @MethodSource("splitters")
  void wordLength_anyText_isThePieceIfItIsThere(Splitter splitter) {
    var random = new SplittableRandom(7);
    int words = 0;
    for (int i = 0; i < 200_000; i++) {
      var text = new StringBuilder(" ");
      while (text.length() < 16) {
        text.append(PARTS.get(random.nextInt(PARTS.size())));
      }
      byte[] utf8 = text.toString().getBytes(StandardCharsets.UTF_8);
      int word = splitter.wordLength(Utf8.eight(utf8, 0));
      if (word != 0) {
        assertEquals(splitter.pieceEnd(utf8, 0, utf8.length), word, text.toString());
        words++;
      }
    }
    assertTrue(words > 20_000, words + " words");
  }

  @ParameterizedTest
  @MethodSource("splitters")
  void wordLength_shortWord_isSeen(Splitter splitter) {
    assertEquals(2, splitter.wordLength(eight(" I am th")));
    assertEquals(7, splitter.wordLength(eight(" Server.")));
    assertEquals(0, splitter.wordLength(eight(" servers")));
    assertEquals(0, splitter.wordLength(eight("  server")));
    assertEquals(0, splitter.wordLength(eight("server a")));
  }

  private static long eight(String text) {
    return Utf8.eight(text.getBytes(StandardCharsets.US_ASCII), 0);
  }
}
