package io.nexus.server.mock;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class MessageReaderTest {
  private static final String CHUNKED =
      """
      HTTP/1.1 200 OK\r
      transfer-encoding: chunked\r
      \r
      5\r
      hello\r
      A;name=value\r
      0123456789\r
      0\r
      Trailer: x\r
      \r
      """;
  private static final String SIZED =
      "HTTP/1.1 429 Too Many Requests\r\nCONTENT-LENGTH:  3\r\nX: y\r\n\r\nabc";

  @Test
  void readBody_messagesOneAfterTheOther_areToldApart() throws IOException {
    var reader = reader(CHUNKED + SIZED + CHUNKED);

    assertTrue(reader.readHead());
    assertEquals("hello0123456789", body(reader));
    assertTrue(reader.readHead());
    assertEquals(429, reader.status());
    assertEquals("abc", body(reader));
    assertTrue(reader.readHead());
    assertEquals("hello0123456789", body(reader));
    assertFalse(reader.readHead());
  }

  @Test
  void readBody_aByteAtATime_isTheSame() throws IOException {
    var bytes = new ByteArrayInputStream((CHUNKED + SIZED).getBytes(StandardCharsets.US_ASCII));
    var slow =
        new InputStream() {
          @Override
          public int read() {
            return bytes.read();
          }

          @Override
          public int read(byte[] buffer, int offset, int length) {
            return bytes.read(buffer, offset, 1);
          }
        };
    var reader = MessageReader.of(slow);

    assertTrue(reader.readHead());
    assertEquals("hello0123456789", body(reader));
    assertTrue(reader.readHead());
    assertEquals("abc", body(reader));
  }

  @Test
  void readBody_untilTheConnectionCloses_ofALastResponse() throws IOException {
    var reader = reader("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nall of it");

    assertTrue(reader.readHead());
    assertTrue(reader.isLast());
    assertEquals("all of it", body(reader));
  }

  @Test
  void readBody_cutShort_throws() throws IOException {
    var reader = reader("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc");

    assertTrue(reader.readHead());
    assertThrows(IOException.class, () -> body(reader));
  }

  @Test
  void readHead_cutShort_throws() {
    var reader = reader("HTTP/1.1 200 OK\r\nContent-");

    assertThrows(IOException.class, reader::readHead);
  }

  @Test
  void status_ofSomethingElse_throws() throws IOException {
    var reader = reader("SSH-2.0-server\r\n\r\n");

    assertTrue(reader.readHead());
    assertThrows(IOException.class, reader::status);
  }

  private static MessageReader reader(String text) {
    return MessageReader.of(new ByteArrayInputStream(text.getBytes(StandardCharsets.US_ASCII)));
  }

  private static String body(MessageReader reader) throws IOException {
    var body = new ByteArrayOutputStream();
    reader.readBody((buffer, offset, length, _) -> body.write(buffer, offset, length));
    return body.toString(StandardCharsets.US_ASCII);
  }
}
