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
  void commonLength_anyText_isThePieceIfItIsThere(Splitter splitter) {
    var random = new SplittableRandom(7);
    int seen = 0;
    for (int i = 0; i < 200_000; i++) {
      var text = new StringBuilder(random.nextBoolean() ? " " : "");
      while (text.length() < 16) {
        text.append(PARTS.get(random.nextInt(PARTS.size())));
      }
      byte[] utf8 = text.toString().getBytes(StandardCharsets.UTF_8);
      int length = splitter.commonLength(Utf8.eight(utf8, 0));
      if (length != 0) {
        assertEquals(splitter.pieceEnd(utf8, 0, utf8.length), length, text.toString());
        seen++;
      }
    }
    assertTrue(seen > 20_000, seen + " pieces");
  }

  @ParameterizedTest
  @MethodSource("splitters")
  void commonLength_shortWordOrSymbol_isSeen(Splitter splitter) {
    assertEquals(2, splitter.commonLength(eight(" I am th")));
    assertEquals(7, splitter.commonLength(eight(" Server.")));
    assertEquals(0, splitter.commonLength(eight(" servers")));
    assertEquals(1, splitter.commonLength(eight(", server")));
    assertEquals(0, splitter.commonLength(eight(",\nserver")));
    assertEquals(0, splitter.commonLength(eight("\0 server")));
    assertEquals(0, splitter.commonLength(eight("  server")));
    assertEquals(0, splitter.commonLength(eight("server a")));
  }

  private static long eight(String text) {
    return Utf8.eight(text.getBytes(StandardCharsets.US_ASCII), 0);
  }
}
