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

  /** Refused before a route reads it: by its host, or within its body. */
  @ParameterizedTest
  @CsvSource({
    "421, 'GET /v1/models HTTP/1.1~Host: evil.example~Connection: close~~'",
    "400, 'POST /v1/chat/completions HTTP/1.1~Host: localhost~Connection: close~Content-Type:"
        + " application/json~Transfer-Encoding: chunked~~2~{}~xyz~'"
  })
  void request_thatIsRefusedEarly_isAnsweredAndClosed(int status, String request) throws Exception {
    try (Upstream upstream = Upstream.answering("Hi", UpstreamUsage.of(10, 2));
        GatewayBox box = GatewayBox.start(CONFIG, upstream)) {
      RawHttp client = box.connect();
      client.send(request.replace("~", "\r\n"));
      assertEquals(status, client.read().status());
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
