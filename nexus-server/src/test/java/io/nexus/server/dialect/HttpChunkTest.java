package io.nexus.server.dialect;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Each chunk has its size before it, independent of the one before. */
class HttpChunkTest {

  @ParameterizedTest
  @ValueSource(ints = {1, 9, 10, 15, 16, 255, 256, 499, 500, 501, 4_095, 4_096, 70_000, 1 << 20})
  void framed_contentOfAnySize_isHexadecimalSizeAndContent(int size) {
    var chunk = new HttpChunk();
    for (int i = 0; i < 3; i++) {
      String content = "x".repeat(size - 1) + i;
      add(chunk, content);
      assertEquals(Integer.toHexString(size) + "\r\n" + content + "\r\n", framed(chunk));
      chunk.clear();
      assertTrue(chunk.isEmpty());
      add(chunk, "ab");
      assertEquals("2\r\nab\r\n", framed(chunk));
      chunk.clear();
    }
  }

  @Test
  void add_partsOfArrays_areOneChunk() throws IOException {
    var chunk = new HttpChunk();
    byte[] bytes = "data: one\n\ndata: two\n\n".getBytes(StandardCharsets.UTF_8);
    chunk.add(bytes, 0, 11);
    chunk.add(bytes, 11, 22);
    assertFalse(chunk.isEmpty());
    assertEquals("16\r\ndata: one\n\ndata: two\n\n\r\n", framed(chunk));
    var content = new ByteArrayOutputStream();
    chunk.writeContentTo(content);
    assertEquals("data: one\n\ndata: two\n\n", content.toString(StandardCharsets.UTF_8));
  }

  private static void add(HttpChunk chunk, String content) {
    byte[] bytes = content.getBytes(StandardCharsets.UTF_8);
    chunk.add(bytes, 0, bytes.length);
  }

  private static String framed(HttpChunk chunk) {
    return new String(chunk.framed().readBytes(), StandardCharsets.UTF_8);
  }
}
