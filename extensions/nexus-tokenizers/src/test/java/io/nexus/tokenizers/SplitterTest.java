package io.nexus.tokenizers;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class SplitterTest {
  private static final List<String> PARTS =
      List.of("a", "b", "z", "A", "Z", " ", " ", "'", "s", "1", ",", "é", "\u0301", "\n", "\0");

  static Stream<Splitter> splitters() {
    return Stream.of(new Cl100kSplitter(), new O200kSplitter());
  }

  /** Counts would not show it: no token goes from a lower case letter to an upper case one. */
  @ParameterizedTest
  @MethodSource("splitters")
  void isCommonPiece_anyText_pieceEndsThere(Splitter splitter) {
    var random = new SplittableRandom(7);
    int seen = 0;
    for (int i = 0; i < 200_000; i++) {
      var text = new StringBuilder(random.nextBoolean() ? " " : "");
      while (text.length() < 16) {
        text.append(PARTS.get(random.nextInt(PARTS.size())));
      }
      byte[] utf8 = text.append("1").toString().getBytes(StandardCharsets.UTF_8);
      int end = lettersEnd(utf8);
      if (splitter.isCommonPiece(utf8, 0, end)) {
        assertEquals(splitter.pieceEnd(utf8, 0, utf8.length), end, text.toString());
        seen++;
      }
    }
    assertTrue(seen > 20_000, seen + " pieces");
  }

  @ParameterizedTest
  @MethodSource("splitters")
  void isCommonPiece_wordOrSymbol_isSeen(Splitter splitter) {
    assertTrue(isCommonPiece(splitter, " I am the server"));
    assertTrue(isCommonPiece(splitter, "I am the server"));
    assertTrue(isCommonPiece(splitter, " Server. "));
    assertTrue(isCommonPiece(splitter, "server. "));
    assertTrue(isCommonPiece(splitter, "(server) "));
    assertTrue(isCommonPiece(splitter, ", server"));
    assertFalse(isCommonPiece(splitter, ",\nserver"));
    assertFalse(isCommonPiece(splitter, "'server "));
    assertFalse(isCommonPiece(splitter, "\nserver "));
    assertFalse(isCommonPiece(splitter, "1 server"));
    assertFalse(isCommonPiece(splitter, "\0 server"));
    assertFalse(isCommonPiece(splitter, "  server"));
    assertFalse(isCommonPiece(splitter, " naïve "));
  }

  @Test
  void isCommonPiece_case_isRegardedWhereItEndsPieces() {
    assertTrue(isCommonPiece(new Cl100kSplitter(), " toString() "));
    assertFalse(isCommonPiece(new O200kSplitter(), " toString() "));
    assertTrue(isCommonPiece(new Cl100kSplitter(), " server's"));
    assertFalse(isCommonPiece(new O200kSplitter(), " server's"));
    assertTrue(isCommonPiece(new Cl100kSplitter(), " conversational "));
    assertFalse(isCommonPiece(new Cl100kSplitter(), " conversationally "));
  }

  private static boolean isCommonPiece(Splitter splitter, String text) {
    byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
    return splitter.isCommonPiece(utf8, 0, lettersEnd(utf8));
  }

  private static int lettersEnd(byte[] utf8) {
    int end = 1;
    while ((utf8[end] | 0x20) >= 'a' && (utf8[end] | 0x20) <= 'z') {
      end++;
    }
    return end;
  }
}
