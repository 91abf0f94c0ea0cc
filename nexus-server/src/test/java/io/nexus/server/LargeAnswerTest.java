package io.nexus.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nexus.server.mock.Upstream;
import io.nexus.server.mock.UpstreamReply;
import io.nexus.server.mock.UpstreamReply.Pace;
import io.nexus.server.mock.UpstreamReply.Raw;
import io.nexus.server.mock.UpstreamUsage;
import io.nexus.server.mock.UpstreamUsage.Prices;
import io.nexus.server.mock.Wire;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Backends whose answers are too long to be held. */
class LargeAnswerTest {

  private static final String CONFIG =
      """
      [server]
      max_response_bytes = 1048576
      max_bodies_bytes = 4194304
      [budget]
      monthly_limit = 100
      """
          + GatewayBox.ONE_CLOUD;
  private static final String CHUNKED = "Transfer-Encoding: chunked";
  private static final int PART_BYTES = 1 << 20;

  /** 512 tokens, of which a request that names no limit could use many more. */
  private static final String FEW = "\"max_tokens\":512";

  private Upstream upstream;

  @BeforeEach
  void start() throws Exception {
    upstream = Upstream.answering("Hello", UpstreamUsage.of(10, 5)).price(Prices.of("2.5", "10"));
  }

  @AfterEach
  void stop() throws Exception {
    upstream.close();
  }

  /** A completion whose one text has that many mebibytes; its parts are one array. */
  private static Raw completion(String length, int mebibytes, boolean chunked) {
    byte[] part = new byte[PART_BYTES];
    Arrays.fill(part, (byte) 'x');
    List<byte[]> parts = new ArrayList<>();
    parts.add(
        Wire.bytes("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n" + length + "\r\n\r\n"));
    String before = "{\"choices\":[{\"message\":{\"content\":\"";
    String after = "\"}}],\"usage\":{\"prompt_tokens\":10,\"completion_tokens\":5}}";
    parts.add(Wire.bytes(chunked ? chunk(before) : before));
    for (int i = 0; i < mebibytes; i++) {
      if (chunked) {
        parts.add(Wire.bytes(Integer.toHexString(PART_BYTES) + "\r\n"));
      }
      parts.add(part);
      if (chunked) {
        parts.add(Wire.bytes("\r\n"));
      }
    }
    parts.add(Wire.bytes(chunked ? chunk(after) + "0\r\n\r\n" : after));
    return new Raw(parts, Pace.atOnce(), true);
  }

  private static String chunk(String text) {
    return Integer.toHexString(text.length()) + "\r\n" + text + "\r\n";
  }

  private static long spent(GatewayBox box) throws Exception {
    var budget = box.idle().path("budget");
    assertEquals(0, budget.path("held_usd").decimalValue().signum());
    return GatewayBox.nanos(budget.path("current_spending_usd"));
  }

  @ParameterizedTest
  @ValueSource(strings = {CHUNKED, "Content-Length: 209715289", "Connection: close"})
  void answer_longerThanTheLimit_isCutOffAndChargedWithWhatItCouldUse(String length)
      throws Exception {
    upstream.script(_ -> completion(length, 200, length.equals(CHUNKED)));
    try (GatewayBox box = GatewayBox.start(CONFIG, upstream);
        RawHttp connection = RawHttp.connect(box.port())) {
      var answer = connection.post(GatewayBox.CHAT, GatewayBox.ask(FEW));
      assertEquals(502, answer.status());
      var error = GatewayBox.json(answer).path("error");
      assertEquals("upstream_error", error.path("type").asText());
      String limit = "1048576 bytes of server.max_response_bytes";
      assertTrue(error.path("message").asText().contains(limit), answer.text());
      long spent = spent(box);
      assertTrue(spent >= 512 * 10_000L && spent < 512 * 10_000L + 1_000_000, () -> "" + spent);
      assertEquals(1, upstream.chats().size(), "it is sent once");

      upstream.script(request -> UpstreamReply.chat(request, "Hello", UpstreamUsage.of(10, 5)));
      assertEquals(200, connection.post(GatewayBox.CHAT, GatewayBox.ask()).status());
    }
  }

  @Test
  void answer_asLongAsTheLimit_isPassedOn() throws Exception {
    upstream.script(
        request ->
            UpstreamReply.completion(
                request, "y".repeat(1_048_000), UpstreamUsage.of(10, 350_000)));
    try (GatewayBox box = GatewayBox.start(CONFIG, upstream);
        RawHttp connection = RawHttp.connect(box.port())) {
      for (int i = 0; i < 5; i++) {
        var answer = connection.post(GatewayBox.CHAT, GatewayBox.ask("\"max_tokens\":400000"));
        assertEquals(200, answer.status());
        assertTrue(answer.text().contains("y".repeat(1_048_000)));
      }
      assertEquals(upstream.billNanos(), spent(box));
    }
  }

  /** A stream whose first event does not end for that many mebibytes. */
  private static Raw endlessEvent(int mebibytes) {
    var part = new byte[PART_BYTES];
    Arrays.fill(part, (byte) 'x');
    List<byte[]> parts = new ArrayList<>();
    parts.add(
        Wire.bytes(
            "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n"
                + "data: {\"choices\":[{\"delta\":{\"content\":\""));
    parts.addAll(Collections.nCopies(mebibytes, part));
    return new Raw(List.copyOf(parts), Pace.atOnce(), true);
  }

  /** The backend has answered each: others are sent to it, too. */
  @Test
  void streams_whoseEventIsLongerThanTheLimit_areCutOffAndTheBackendStaysIn() throws Exception {
    upstream.script(_ -> endlessEvent(200));
    try (GatewayBox box = GatewayBox.start(CONFIG, upstream);
        RawHttp connection = RawHttp.connect(box.port())) {
      int streams = 10;
      for (int i = 0; i < streams; i++) {
        var answer = connection.post(GatewayBox.CHAT, GatewayBox.ask("\"stream\":true", FEW));
        assertEquals(502, answer.status(), answer::text);
        var limit = "1048576 bytes of server.max_response_bytes";
        assertTrue(answer.text().contains(limit), answer::text);
      }
      long spent = spent(box);
      assertTrue(spent >= 512 * 10_000L * streams, () -> "" + spent);
      assertEquals(streams, upstream.chats().size(), "each is sent once");
      upstream.script(request -> UpstreamReply.chat(request, "Hello", UpstreamUsage.of(10, 5)));
      assertEquals(200, connection.post(GatewayBox.CHAT, GatewayBox.ask()).status());
    }
  }

  @Test
  void streams_whoseEventHasNoRoom_areToldToTryAgain() throws Exception {
    upstream.script(_ -> endlessEvent(200));
    var narrow = CONFIG.replace("max_bodies_bytes = 4194304", "max_bodies_bytes = 524288");
    try (GatewayBox box = GatewayBox.start(narrow, upstream);
        RawHttp connection = RawHttp.connect(box.port())) {
      var answer = connection.post(GatewayBox.CHAT, GatewayBox.ask("\"stream\":true", FEW));
      assertEquals(503, answer.status(), answer::text);
      assertTrue(answer.text().contains("bodies_full"), answer::text);
    }
  }

  @Test
  void answers_forWhichThereIsNoRoom_areToldToTryAgain() throws Exception {
    upstream.script(
        request ->
            UpstreamReply.completion(request, "y".repeat(1_000_000), UpstreamUsage.of(10, 5)));
    var narrow = CONFIG.replace("max_bodies_bytes = 4194304", "max_bodies_bytes = 1048576");
    try (GatewayBox box = GatewayBox.start(narrow, upstream);
        RawHttp connection = RawHttp.connect(box.port())) {
      var answer = connection.post(GatewayBox.CHAT, GatewayBox.ask(FEW));
      assertEquals(503, answer.status(), answer.text());
      assertEquals("1", answer.header("Retry-After").orElse(""));
      assertTrue(answer.text().contains("bodies_full"), answer.text());
      assertTrue(spent(box) >= upstream.billNanos());
      upstream.script(request -> UpstreamReply.chat(request, "Hello", UpstreamUsage.of(10, 5)));
      assertEquals(200, connection.post(GatewayBox.CHAT, GatewayBox.ask()).status());
    }
  }
}
