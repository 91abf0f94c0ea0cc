package io.nexus.server.dialect;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;

class FinishReasonsTest {

  private final FinishReasons reasons = new FinishReasons();

  @Test
  void all_choicesOutOfOrder_areSorted() {
    reasons.seen(1, "length");
    reasons.seen(0, "stop");
    assertEquals(List.of("stop", "length"), reasons.all());
  }

  @Test
  void seen_again_replaces() {
    reasons.seen(0, "stop");
    reasons.seen(0, "tool_calls");
    assertEquals(List.of("tool_calls"), reasons.all());
  }

  @Test
  void seen_emptyOrLongText_isIgnored() {
    reasons.seen(0, "");
    reasons.seen(1, "x".repeat(65));
    assertEquals(List.of(), reasons.all());
  }

  @Test
  void seen_manyChoices_keepsTheFirst() {
    for (int i = 0; i < 1000; i++) {
      reasons.seen(i, "stop");
    }
    assertEquals(64, reasons.all().size());
  }
}
