package io.nexus.server;

import static io.nexus.server.GatewayBox.CHAT;
import static io.nexus.server.GatewayBox.ask;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.nexus.server.mock.Upstream;
import io.nexus.server.mock.UpstreamReply;
import io.nexus.server.mock.UpstreamReply.Pace;
import io.nexus.server.mock.UpstreamReply.Stalled;
import io.nexus.server.mock.UpstreamUsage;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A client that leaves pays for what was generated, and nothing goes on without it. */
class ClientLeavesTest {

  private static final String CONFIG = "[budget]\nmonthly_limit = 10.00\n" + GatewayBox.ONE_CLOUD;
  private static final String STREAM = ask("\"stream\":true");

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void stream_clientLeaves_upstreamIsCancelledAndTheChunksArePaid(boolean reset) throws Exception {
    Semaphore permits = new Semaphore(0);
    List<String> deltas = Collections.nCopies(100, "a ");
    long fastest = Long.MAX_VALUE;
    try (Upstream upstream =
            Upstream.start(
                request ->
                    UpstreamReply.stream(request, deltas, UpstreamUsage.of(10, 100))
                        .paced(Pace.permits(permits)));
        GatewayBox box = GatewayBox.start(CONFIG, upstream);
        LogCapture log = LogCapture.open()) {
      for (int round = 1; round <= 5; round++) {
        RawHttp client = box.connect();
        permits.release(3);
        client.open(CHAT, STREAM);
        for (int i = 0; i < 3; i++) {
          var _ = client.event().orElseThrow();
        }
        long left = System.nanoTime();
        if (reset) {
          client.reset();
        } else {
          client.close();
        }
        var cancelled = upstream.awaitCancellation(round);
        assertEquals(3, cancelled.chunksSent(), "cancelled before the next chunk");
        fastest = Math.min(fastest, cancelled.nanos() - left);
      }
      assertTrue(fastest < 100_000_000, "the fastest took " + fastest + " ns");
      JsonNode stats = box.idle();
      JsonNode model = stats.path("models").path(0);
      assertEquals(5, model.path("requests").asInt());
      // As many again may have been made until the backend noticed.
      int tokens = model.path("output_tokens").asInt();
      assertTrue(tokens >= 15 && tokens <= 35, () -> tokens + " tokens are charged");
      assertPaid(stats);
      assertTrue(log.lines().isEmpty(), log::text);
    }
  }

  @Test
  void stream_clientLeavesBeforeTheFirstChunk_upstreamIsCancelled() throws Exception {
    Semaphore permits = new Semaphore(0);
    try (Upstream upstream =
            Upstream.start(
                request ->
                    UpstreamReply.stream(request, List.of("a"), UpstreamUsage.of(10, 1))
                        .paced(Pace.permits(permits)));
        GatewayBox box = GatewayBox.start(CONFIG, upstream);
        LogCapture log = LogCapture.open()) {
      try (RawHttp client = RawHttp.connect(box.port())) {
        client.request("POST", CHAT, STREAM);
        upstream.awaitChat(1);
      }
      assertEquals(0, upstream.awaitCancellation(1).chunksSent());
      JsonNode stats = box.idle();
      assertEquals(0, stats.path("models").path(0).path("output_tokens").asInt());
      assertPaid(stats);
      assertTrue(log.lines().isEmpty(), log::text);
    }
  }

  @Test
  void answer_clientLeavesWhileItIsMade_isPaidAndNothingIsLogged() throws Exception {
    CountDownLatch gone = new CountDownLatch(1);
    UpstreamUsage usage = UpstreamUsage.of(10, 200_000);
    try (Upstream upstream =
            Upstream.start(
                request ->
                    new Stalled(
                        Pace.after(gone),
                        UpstreamReply.completion(request, "long ".repeat(200_000), usage)));
        GatewayBox box = GatewayBox.start(CONFIG, upstream);
        LogCapture log = LogCapture.open()) {
      RawHttp client = box.connect();
      client.request("POST", CHAT, ask());
      upstream.awaitChat(1);
      client.reset();
      gone.countDown();
      JsonNode stats = box.idle();
      assertEquals(200_000, stats.path("models").path(0).path("output_tokens").asInt());
      assertPaid(stats);
      assertTrue(log.lines().isEmpty(), log::text);
    }
  }

  @Test
  void connection_nextRequestSentWhileAStreamRuns_isServedAfterIt() throws Exception {
    try (Upstream upstream = Upstream.answering("One two three", UpstreamUsage.of(10, 3));
        GatewayBox box = GatewayBox.start(CONFIG, upstream)) {
      RawHttp client = box.connect();
      client.request("POST", CHAT, STREAM);
      client.request("POST", CHAT, STREAM);
      client.request("GET", "/health", "");
      for (int i = 0; i < 2; i++) {
        client.head();
        assertEquals("[DONE]", client.events().getLast().data());
      }
      assertEquals(200, client.read().status());
    }
  }

  /** The budget, the backend and the model say the same, and nothing is held. */
  private static void assertPaid(JsonNode stats) {
    JsonNode model = stats.path("models").path(0);
    long nanos =
        model.path("input_tokens").asLong() * 2_500 + model.path("output_tokens").asLong() * 10_000;
    assertTrue(model.path("input_tokens").asLong() > 0, stats::toString);
    assertEquals(nanos, GatewayBox.nanos(model.path("spend_usd")));
    assertEquals(nanos, GatewayBox.nanos(stats.path("budget").path("current_spending_usd")));
    assertEquals(0, GatewayBox.nanos(stats.path("budget").path("held_usd")));
  }
}
