package io.nexus.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nexus.server.mock.Upstream;
import io.nexus.server.mock.UpstreamReply;
import io.nexus.server.mock.UpstreamReply.Chunk;
import io.nexus.server.mock.UpstreamUsage;
import io.nexus.server.mock.UpstreamUsage.Prices;
import io.nexus.server.mock.Wire;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Clients that are slow, stall, or send nonsense take nothing from the others. */
class SlowClientTest {

  private static final String CONFIG =
      """
      [server]
      header_timeout_seconds = 1
      body_timeout_seconds = 1
      write_timeout_seconds = 1
      max_request_bytes = 33554432
      max_bodies_bytes = 8388608
      [budget]
      monthly_limit = 100
      """
          + GatewayBox.ONE_CLOUD;

  private static final String LARGE_UPLOAD =
      """
      POST /v1/chat/completions HTTP/1.1
      Host: 127.0.0.1
      Content-Type: application/json
      Content-Length: 30000000

      """;

  private Upstream upstream;
  private GatewayBox box;
  private final List<Socket> sockets = new ArrayList<>();

  @BeforeEach
  void start() throws Exception {
    upstream = Upstream.answering("Hello", UpstreamUsage.of(10, 5)).price(Prices.of("2.5", "10"));
    box = GatewayBox.start(CONFIG, upstream);
  }

  @AfterEach
  void stop() throws Exception {
    for (var socket : sockets) {
      socket.close();
    }
    box.close();
    upstream.close();
  }

  private Socket connect() throws IOException {
    var socket = new Socket(InetAddress.getLoopbackAddress(), box.port());
    socket.setSoTimeout(20_000);
    sockets.add(socket);
    return socket;
  }

  private void assertServed() throws IOException {
    try (var connection = RawHttp.connect(box.port())) {
      assertEquals(200, connection.post(GatewayBox.CHAT, GatewayBox.ask()).status());
    }
  }

  /** Reads to the end of the connection, which comes by the gateway. */
  private static void assertCut(Socket socket) throws IOException {
    try {
      var bytes = socket.getInputStream().readAllBytes();
      assertTrue(bytes.length < 4096, () -> "got " + bytes.length + " bytes");
    } catch (IOException e) {
      assertTrue(String.valueOf(e.getMessage()).contains("reset"), e.toString());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "P", "POST /v1/chat/completions HTTP/1.1\r\nHost: x\r\nX-A: "})
  void head_halfSent_isCut(String sent) throws Exception {
    for (int i = 0; i < 50; i++) {
      connect().getOutputStream().write(Wire.bytes(sent));
    }
    assertServed();
    for (var socket : sockets) {
      assertCut(socket);
    }
    assertServed();
  }

  @Test
  void body_stalled_isCutAndOthersAreServed() throws Exception {
    var half = new byte[400_000];
    int refused = 0;
    for (int i = 0; i < 40; i++) {
      var out = connect().getOutputStream();
      out.write(Wire.bytes(LARGE_UPLOAD.replace("\n", "\r\n")));
      try {
        out.write(half);
      } catch (IOException e) {
        // Refused already, and closed.
        refused++;
      }
    }
    assertTrue(refused < 40, "every upload was refused");
    assertServed();
    for (var socket : sockets) {
      assertCut(socket);
    }
    assertServed();
    // All money that they had taken is free again.
    try (var connection = RawHttp.connect(box.port())) {
      var large = GatewayBox.ask("\"metadata\":{\"a\":\"" + "x".repeat(2_500_000) + "\"}");
      assertEquals(200, connection.post(GatewayBox.CHAT, large).status());
    }
  }

  @Test
  void bodies_moreThanFit_areToldToTryAgain() throws Exception {
    try (var connection = RawHttp.connect(box.port())) {
      connection.send(LARGE_UPLOAD.replace("\n", "\r\n"));
      connection.send(new byte[4_194_304]);
      var answer = connection.read();
      assertEquals(503, answer.status());
      assertEquals("1", answer.header("Retry-After").orElse(""));
      assertTrue(answer.text().contains("bodies_full"), answer.text());
    }
  }

  @Test
  void streamThatNobodyReads_isCutAndItsHoldEnds() throws Exception {
    var text = "word ".repeat(20_000);
    upstream.script(
        _ ->
            UpstreamReply.events(
                Collections.nCopies(
                    200,
                    new Chunk(
                        "{\"choices\":[{\"index\":0,\"delta\":{\"content\":\"" + text + "\"}}]}",
                        20)),
                UpstreamUsage.of(10, 4000)));
    var socket = connect();
    socket.setReceiveBufferSize(4096);
    var body = GatewayBox.ask("\"stream\":true");
    socket
        .getOutputStream()
        .write(
            Wire.bytes(
                "POST /v1/chat/completions HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type:"
                    + " application/json\r\nContent-Length: "
                    + body.length()
                    + "\r\n\r\n"
                    + body));
    upstream.awaitChat(1);
    var stats = box.await(each -> each.path("requests").path("success").asLong() == 1);
    assertEquals(0, stats.path("budget").path("held_usd").decimalValue().signum());
    assertTrue(stats.path("budget").path("current_spending_usd").decimalValue().signum() > 0);
    assertServed();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "GE\u0001T / HTTP/1.1\r\nHost: x\r\n\r\n",
        "(bad) /health HTTP/1.1\r\nHost: x\r\n\r\n",
        "GET\r\n\r\n",
        "GET /health HTTP/9.9\r\nHost: x\r\n\r\n",
        "GET /hea lth HTTP/1.1\r\nHost: x\r\n\r\n",
        "GET /%zz HTTP/1.1\r\nHost: x\r\n\r\n",
        "GET /health HTTP/1.1\r\nHost: x\r\nBad Header: y\r\n\r\n",
        "GET /health HTTP/1.1\r\nHost: x\r\nA: \u0001\r\n\r\n",
        "POST /v1/explain HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n",
        "POST /v1/explain HTTP/1.1\r\nHost: x\r\nContent-Length: x\r\n\r\n",
        "\u0016\u0003\u0001\u0002\u0000\u0001\u0000\u0001\r\n\r\n",
      })
  void requestLine_odd_isRefusedWithoutATrace(String sent) throws Exception {
    try (var log = LogCapture.open()) {
      var socket = connect();
      socket.getOutputStream().write(Wire.bytes(sent));
      socket.shutdownOutput();
      var answer = new String(socket.getInputStream().readAllBytes(), UTF_8);
      assertTrue(answer.isEmpty() || answer.matches("(?s)HTTP/1.1 (4\\d\\d|505) .*"), answer);
      assertFalse(log.text().contains("\tat "), log.text());
    }
    assertServed();
  }

  @Test
  void requestLine_tooLong_isRefused() throws Exception {
    try (var connection = RawHttp.connect(box.port())) {
      var answer = connection.get("/health?" + "x".repeat(60_000));
      assertTrue(answer.status() == 400 || answer.status() == 414, answer.text());
    }
  }

  @Test
  void header_tooLarge_isRefused() throws Exception {
    try (var connection = RawHttp.connect(box.port())) {
      var answer = connection.get("/health", "X-Large: " + "x".repeat(60_000));
      assertTrue(answer.status() == 400 || answer.status() == 431, answer.text());
    }
  }

  @Test
  void chunk_withoutItsLineEnd_isRefused() throws Exception {
    var body = GatewayBox.ask();
    var socket = connect();
    socket
        .getOutputStream()
        .write(
            Wire.bytes(
                "POST /v1/chat/completions HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type:"
                    + " application/json\r\nTransfer-Encoding: chunked\r\n\r\n"
                    + Integer.toHexString(body.length())
                    + "\r\n"
                    + body
                    + "XX0\r\n\r\n"));
    socket.shutdownOutput();
    var answer = new String(socket.getInputStream().readAllBytes(), UTF_8);
    assertTrue(answer.startsWith("HTTP/1.1 400 "), answer);
    assertEquals(0, upstream.chats().size());
  }
}
