package io.nexus.server;

import static io.nexus.server.GatewayBox.CHAT;
import static io.nexus.server.GatewayBox.ask;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nexus.server.mock.Upstream;
import io.nexus.server.mock.UpstreamUsage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A client that says {@code Connection: close} may read until the connection ends. */
class ConnectionEndTest {

  private static final String CLOSE = "Connection: close";
  private static final String CONFIG =
      """
      [budget]
      monthly_limit = 1.00
      """
          + GatewayBox.ONE_CLOUD;

  @ParameterizedTest
  @CsvSource({
    "GET, /v1/models, 200",
    "GET, /health/live, 200",
    "GET, /nowhere, 404",
    "POST, /v1/chat/completions, 200",
    "POST, /v1/models, 405",
    "POST, /nowhere, 404",
  })
  void request_asksForIt_isAnsweredAndClosed(String method, String path, int status)
      throws Exception {
    try (Upstream upstream = Upstream.answering("Hi", UpstreamUsage.of(10, 2));
        GatewayBox box = GatewayBox.start(CONFIG, upstream)) {
      RawHttp client = box.connect();
      client.request(method, path, method.equals("POST") ? ask() : "", CLOSE);
      RawHttp.Answer answer = client.read();
      assertEquals(status, answer.status());
      assertEquals("close", answer.header("Connection").orElseThrow());
      assertTrue(client.ended());
    }
  }

  @ParameterizedTest
  @CsvSource({
    "POST, Content-Type: text/plain, 415",
    "POST, Origin: http://evil.example, 403",
    "POST, Expect: 100-continue~Origin: http://evil.example, 403",
    "GET, Origin: http://evil.example, 403",
    "GET, Sec-Fetch-Site: cross-site, 403",
  })
  void request_thatIsRefusedByItsHead_isAnsweredAndClosed(String method, String header, int status)
      throws Exception {
    try (Upstream upstream = Upstream.answering("Hi", UpstreamUsage.of(10, 2));
        GatewayBox box = GatewayBox.start(CONFIG, upstream)) {
      RawHttp client = box.connect();
      client.request(
          method, CHAT, method.equals("POST") ? ask() : "", CLOSE, header.replace("~", "\r\n"));
      RawHttp.Answer answer = client.read();
      assertEquals(status, answer.status());
      assertEquals("close", answer.header("Connection").orElseThrow());
      assertTrue(client.ended());
    }
  }

  @Test
  void request_toAnotherHost_isAnsweredAndClosed() throws Exception {
    try (Upstream upstream = Upstream.answering("Hi", UpstreamUsage.of(10, 2));
        GatewayBox box = GatewayBox.start(CONFIG, upstream)) {
      RawHttp client = box.connect();
      client.send("GET /v1/models HTTP/1.1\r\nHost: evil.example\r\n" + CLOSE + "\r\n\r\n");
      assertEquals(421, client.read().status());
      assertTrue(client.ended());
    }
  }

  @Test
  void body_thatIsMalformed_isAnsweredAndClosed() throws Exception {
    try (Upstream upstream = Upstream.answering("Hi", UpstreamUsage.of(10, 2));
        GatewayBox box = GatewayBox.start(CONFIG, upstream)) {
      RawHttp client = box.connect();
      client.send(
          "POST /v1/chat/completions HTTP/1.1\r\nHost: localhost\r\n"
              + CLOSE
              + "\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"
              + "2\r\n{}\r\nxyz\r\n");
      assertEquals(400, client.read().status());
      assertTrue(client.ended());
    }
  }

  @Test
  void stream_asksForIt_endsWholeAndCloses() throws Exception {
    try (Upstream upstream = Upstream.answering("Hi there", UpstreamUsage.of(10, 2));
        GatewayBox box = GatewayBox.start(CONFIG, upstream)) {
      RawHttp client = box.connect();
      client.open(CHAT, ask("\"stream\":true"), CLOSE);
      assertEquals("[DONE]", client.events().getLast().data());
      assertTrue(client.ended());
      box.idle();
      assertEquals(1, upstream.chats().size());
    }
  }

  @Test
  void request_doesNotAsk_keepsTheConnection() throws Exception {
    try (Upstream upstream = Upstream.answering("Hi", UpstreamUsage.of(10, 2));
        GatewayBox box = GatewayBox.start(CONFIG, upstream)) {
      RawHttp client = box.connect();
      assertEquals(200, client.post(CHAT, ask()).status());
      assertEquals(404, client.get("/nowhere").status());
      assertEquals(200, client.post(CHAT, ask()).status());
    }
  }
}
