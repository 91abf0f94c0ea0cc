package io.nexus.server.dialect;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nexus.control.money.Prompt;
import io.nexus.control.money.TokenCount;
import io.nexus.control.money.TokenCountTier;
import io.nexus.control.spi.TokenCounter;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OutputMeterTest {

  private static final String PIECE = "eight by";
  private static final int PIECES = 5_000;

  @Test
  void compact_afterEachPiece_countsEveryCharacterOnceAndHoldsFew() {
    CharCounter counter = new CharCounter();
    OutputMeter meter = new OutputMeter(counter);
    for (int i = 0; i < PIECES; i++) {
      meter.text(PIECE);
      meter.piece();
      meter.compact();
    }
    long counted = counter.counted.stream().mapToInt(Integer::intValue).sum();
    int most = counter.counted.stream().mapToInt(Integer::intValue).max().orElseThrow();
    assertTrue(
        counted > (PIECES - 100) * (long) PIECE.length(), counted + " characters were counted");
    assertTrue(most < 1_000, most + " characters were held");
    assertEquals(PIECES * (long) PIECE.length(), meter.tokens());
    assertEquals(PIECES * (long) PIECE.length(), meter.chars());
  }

  @Test
  void compact_littleText_countsNothingYet() {
    CharCounter counter = new CharCounter();
    OutputMeter meter = new OutputMeter(counter);
    meter.text(PIECE);
    meter.compact();
    assertEquals(List.of(), counter.counted);
    assertEquals(PIECE.length(), meter.tokens());
  }

  /** Prose has four to five bytes a token: what is far from that must be counted. */
  @ParameterizedTest
  @CsvSource({
    "the quick brown fox jumps over the lazy dog, 10, true", // 43 bytes
    "the quick brown fox jumps over the lazy dog, 8, true",
    "the quick brown fox jumps over the lazy dog, 7, false",
    "the quick brown fox jumps over the lazy dog, 18, true", // the tolerance for a short text
    "the quick brown fox jumps over the lazy dog, 19, false",
    "快速的棕色狐狸跳过了懒狗, 12, true", // 36 bytes
    "快速的棕色狐狸跳过了懒狗, 5, false",
    "été été été été été été été, 7, true" // 41 bytes
  })
  void isUsual_isToldByTheBytes(String text, long tokens, boolean usual) {
    OutputMeter meter = new OutputMeter(new CharCounter());
    meter.text(text);
    assertEquals(usual, meter.isUsual(tokens));
    OutputMeter byChars = new OutputMeter(new CharCounter());
    byChars.text(("x" + text + "x").toCharArray(), 1, text.length());
    assertEquals(usual, byChars.isUsual(tokens));
  }

  @Test
  void isUsual_fewerTokensThanChunks_isNot() {
    OutputMeter meter = new OutputMeter(new CharCounter());
    for (int i = 0; i < 12; i++) {
      meter.text("word");
      meter.piece();
    }
    assertTrue(meter.isUsual(12));
    assertFalse(meter.isUsual(11));
  }

  /** Takes each character for a token, and remembers how many it was given at once. */
  private static final class CharCounter implements TokenCounter.ForModel {
    final List<Integer> counted = new ArrayList<>();

    @Override
    public TokenCountTier tier() {
      return TokenCountTier.EXACT;
    }

    @Override
    public TokenCount count(Prompt prompt) {
      throw new UnsupportedOperationException("a meter counts answers");
    }

    @Override
    public long count(CharSequence text) {
      counted.add(text.length());
      return text.length();
    }
  }
}
