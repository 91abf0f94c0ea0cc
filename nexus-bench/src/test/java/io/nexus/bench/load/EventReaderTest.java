package io.nexus.bench.load;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EventReaderTest {
  private static final String STREAM =
      """
      data: {"choices":[{"delta":{"content":"t0000000000000000042 "}}]}

      : comment

      data: {"choices":[{"delta":{"content":"t0000000000000001000 "}}]}

      data: {"choices":[],"usage":{"total_tokens":3}}

      data: [DONE]

      """;

  private final List<Long> written = new ArrayList<>();
  private final EventReader reader = new EventReader((writtenAt, _) -> written.add(writtenAt));

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 7, 64, 10_000})
  void accept_anySplit_findsTheSameEvents(int size) throws IOException {
    accept(STREAM, size);

    assertEquals(List.of(42L, 1_000L), written);
    assertTrue(reader.isComplete());
  }

  @Test
  void isComplete_withoutDone_isFalse() throws IOException {
    accept(STREAM.replace("data: [DONE]", ""), 64);

    assertFalse(reader.isComplete());
  }

  @Test
  void isComplete_withoutUsage_isFalse() throws IOException {
    accept(STREAM.replace("usage", "choices"), 64);

    assertFalse(reader.isComplete());
  }

  @Test
  void reset_afterAStream_forgetsIt() throws IOException {
    accept(STREAM, 64);
    reader.reset();

    assertFalse(reader.isComplete());
  }

  @Test
  void isComplete_endlessLine_throws() {
    accept("x".repeat((1 << 20) + 1), 4_096);

    assertThrows(IOException.class, reader::isComplete);
  }

  private void accept(String text, int size) {
    var bytes = text.getBytes(StandardCharsets.US_ASCII);
    for (int at = 0; at < bytes.length; at += size) {
      reader.accept(bytes, at, Math.min(size, bytes.length - at), 0);
    }
  }
}
