package io.nexus.tokenizers;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import java.nio.charset.StandardCharsets;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class Utf8Test {

  private static void assertAsThePlatform(String text) {
    assertArrayEquals(text.getBytes(StandardCharsets.UTF_8), Utf8.bytes(text), text);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "a",
        "é",
        "?",
        "é?",
        "\0",
        "café naïve",
        "ÿÿÿÿÿÿÿÿÿ",
        "1234567é",
        "12345678é",
        "’?é",
        "what’s new?",
        "漢字",
        "🙂",
        "a\uD83D",
        "\uDE42b"
      })
  void bytes_text_areThePlatforms(String text) {
    assertAsThePlatform(text);
    assertAsThePlatform("eight by eight: " + text + " and on");
  }

  @Test
  void bytes_randomTexts_areThePlatforms() {
    var random = new SplittableRandom(11);
    for (int i = 0; i < 20_000; i++) {
      int beyond = random.nextInt(1, 0x180);
      var text = new StringBuilder();
      for (int left = random.nextInt(40); left > 0; left--) {
        text.append((char) random.nextInt(beyond));
      }
      assertAsThePlatform(text.toString());
    }
  }
}
