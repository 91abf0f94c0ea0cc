package io.nexus.server;

import static io.nexus.server.GatewayBox.CHAT;
import static io.nexus.server.GatewayBox.ask;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nexus.server.RawHttp.Answer;
import io.nexus.server.mock.Upstream;
import io.nexus.server.mock.UpstreamReply;
import io.nexus.server.mock.UpstreamReply.Pace;
import io.nexus.server.mock.UpstreamUsage;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.Test;

class ShutdownTest {

  private static final String CONFIG =
      """
      [server]
      shutdown_grace_seconds = %d
      [budget]
      monthly_limit = 1.00
      """
          + GatewayBox.ONE_CLOUD;

  @Test
  void close_streamUnderWay_endsItAndTakesNothingNew() throws Exception {
    Semaphore permits = new Semaphore(1);
    try (Upstream upstream =
            Upstream.start(
                request ->
                    UpstreamReply.stream(request, List.of("a ", "b "), UpstreamUsage.of(10, 2))
                        .paced(Pace.permits(permits)));
        GatewayBox box = GatewayBox.start(CONFIG.formatted(30), upstream)) {
      int port = box.port();
      RawHttp streaming = box.connect();
      RawHttp other = box.connect();
      streaming.open(CHAT, ask("\"stream\":true"));
      var _ = streaming.event().orElseThrow();
      assertEquals(200, other.get("/health/ready").status());

      Thread closing = Thread.ofVirtual().start(box.gateway()::close);
      Answer ready = other.get("/health/ready");
      while (ready.status() == 200) {
        ready = other.get("/health/ready");
      }
      assertEquals(503, ready.status());
      assertEquals(200, other.get("/health/live").status());
      Answer refused = other.post(CHAT, ask());
      assertEquals(503, refused.status());
      assertEquals(
          "service_unavailable", GatewayBox.json(refused).path("error").path("type").asText());
      assertTrue(closing.isAlive(), "it waits for the stream");

      permits.release(2);
      assertEquals("[DONE]", streaming.events().getLast().data());
      assertTrue(closing.join(Duration.ofSeconds(20)), "it ends once the stream has");
      assertThrows(IOException.class, () -> RawHttp.connect(port));
      assertEquals(1, upstream.chats().size());
    }
  }

  @Test
  void close_streamThatDoesNotEnd_isCutAfterTheGrace() throws Exception {
    Semaphore permits = new Semaphore(1);
    try (Upstream upstream =
            Upstream.start(
                request ->
                    UpstreamReply.stream(request, List.of("a ", "b "), UpstreamUsage.of(10, 2))
                        .paced(Pace.permits(permits)));
        GatewayBox box = GatewayBox.start(CONFIG.formatted(1), upstream)) {
      RawHttp streaming = box.connect();
      streaming.open(CHAT, ask("\"stream\":true"));
      var _ = streaming.event().orElseThrow();
      Thread closing = Thread.ofVirtual().start(box.gateway()::close);
      assertTrue(closing.join(Duration.ofSeconds(15)), "it does not wait for ever");
      assertEquals(1, upstream.awaitCancellation(1).chunksSent());
    }
  }

  @Test
  void port_ofAClosedGateway_isFree() throws Exception {
    try (Upstream upstream = Upstream.answering("Hi", UpstreamUsage.of(1, 1))) {
      GatewayBox box = GatewayBox.start(CONFIG.formatted(1), upstream);
      int port = box.port();
      box.close();
      try (GatewayBox again =
          GatewayBox.of(CONFIG.formatted(1), upstream)
              .with("NEXUS_SERVER__PORT", Integer.toString(port))
              .start()) {
        assertEquals(port, again.port());
        assertEquals(200, again.connect().post(CHAT, ask()).status());
      }
    }
  }
}
