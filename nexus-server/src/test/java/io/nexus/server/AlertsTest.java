package io.nexus.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nexus.server.mock.Upstream;
import io.nexus.server.mock.UpstreamReply;
import io.nexus.server.mock.UpstreamUsage;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The alerts of a gateway about its budgets. */
class AlertsTest extends AlertFixture {

  /** $0.20 a request, of $1.00 a day. */
  private static final String CONFIG =
      """
      [budget]
      monthly_limit = 100.00
      [[budgets]]
      name = "day-a"
      window = "daily"
      limit = 1.00
      [[budgets]]
      name = "other"
      match = { team = "other" }
      limit = 1.00
      [[backends]]
      name = "cloud"
      type = "generic"
      location = "cloud"
      url = "{0}"
      models = ["m"]
      [[pricing]]
      model = "m"
      input = 1000
      output = 10000
      [[alerts]]
      name = "ops"
      thresholds = [20, 50]
      budgets = "day-*"
      url_env = "HOOK"
      """;

  private static final String SIGNED = "secret_env = \"HOOK_SECRET\"\n";

  @Test
  void spend_reachingThresholds_isToldOncePerThresholdAndCycle() throws Exception {
    try (var upstream = Upstream.answering("Hi", UpstreamUsage.of(100, 10));
        var receiver = Upstream.start(_ -> TAKEN)) {
      try (var gateway = gateway(CONFIG + SIGNED, upstream, receiver)) {
        chat(gateway);
        var first = verified(receiver.awaitChat(1));
        assertEquals("budget.threshold_reached", first.path("type").asText());
        assertEquals("ops", first.path("alert").asText());
        assertEquals("day-a", first.path("budget").asText());
        assertEquals(20, first.path("threshold").asInt());
        assertEquals(20.0, first.path("percent").asDouble());
        assertEquals("0.2", first.path("spent").asText());
        assertEquals("1", first.path("limit").asText());
        assertEquals("2026-03-10T00:00:00Z", first.path("cycle").path("start").asText());
        assertEquals("2026-03-11T00:00:00Z", first.path("resets_at").asText());

        // $0.60 in the hour since the start: the $0.40 that are left last forty minutes.
        gateway.clock().set(Instant.parse("2026-03-10T13:00:00Z"));
        chat(gateway);
        chat(gateway);
        var second = verified(receiver.awaitChat(2));
        assertEquals(50, second.path("threshold").asInt());
        assertEquals("0.6", second.path("spent").asText());
        assertEquals("2026-03-10T13:40:00Z", second.path("forecast_exhausted_at").asText());

        gateway.clock().set(Instant.parse("2026-03-11T06:00:00Z"));
        chat(gateway);
        var third = verified(receiver.awaitChat(3));
        assertEquals(20, third.path("threshold").asInt());
        assertEquals("2026-03-11T00:00:00Z", third.path("cycle").path("start").asText());
        // $0.20 in six hours: the day ends before the budget does.
        assertTrue(third.path("forecast_exhausted_at").isNull(), third::toString);
      }
      assertEquals(3, receiver.chats().size());
      assertEquals(3, ids(receiver).distinct().count());
    }
  }

  @Test
  void receiver_thatDoesNotAnswer_holdsUpNoRequest() throws Exception {
    var never = new CountDownLatch(1);
    var stalled = new UpstreamReply.Stalled(UpstreamReply.Pace.after(never), TAKEN);
    try (var upstream = Upstream.answering("Hi", UpstreamUsage.of(100, 10));
        var receiver = Upstream.start(_ -> stalled);
        var gateway = gateway(CONFIG, upstream, receiver)) {
      chat(gateway);
      receiver.awaitChat(1);
      chat(gateway);
      chat(gateway);
      assertEquals(3, gateway.idle().path("requests").path("success").asInt());
      never.countDown();
      assertEquals(50, receiver.awaitChat(2).json().path("threshold").asInt());
    }
  }

  @Test
  void start_secretWithoutItsForm_isRefusedWithoutTellingIt() throws Exception {
    try (var upstream = Upstream.answering("Hi", UpstreamUsage.of(1, 1))) {
      var setup =
          GatewayBox.of(CONFIG + SIGNED, upstream)
              .with("HOOK", upstream.url())
              .with("HOOK_SECRET", "whsec_!hush!");
      var refused = assertThrows(StartException.class, setup::start);
      assertFalse(String.valueOf(refused.getMessage()).contains("hush"));
      assertTrue(String.valueOf(refused.getMessage()).startsWith("alert: ops: "));
    }
  }

  @Test
  void budget_thatRefuses_hasReachedAllOfIt() throws Exception {
    var toml =
        CONFIG.replace(
            "thresholds = [20, 50]", "thresholds = [100]\non = [\"threshold\", \"refused\"]");
    try (var upstream = Upstream.answering("Hi", UpstreamUsage.of(100, 10));
        var receiver = Upstream.start(_ -> TAKEN);
        var gateway =
            gateway(
                toml.replace("budgets = \"day-*\"", "budgets = \"day-a\""), upstream, receiver)) {
      chat(gateway);
      var body = Chats.body("m", "\"max_tokens\":90");
      while (Chats.send(gateway, body).status() == 200) {
        assertTrue(upstream.chats().size() < 20, "the budget refuses in the end");
      }
      receiver.awaitChat(2);
      var types = receiver.chats().stream().map(each -> each.json().path("type").asText()).toList();
      assertEquals(List.of("budget.threshold_reached", "budget.refused"), types);
      var first = receiver.chats().getFirst().json();
      assertEquals(100, first.path("threshold").asInt());
      assertTrue(first.path("percent").asDouble() < 100, first::toString);
    }
  }

  @Test
  void restart_onALastingLedger_tellsNothingAgain(@TempDir Path folder) throws Exception {
    try (var upstream = Upstream.answering("Hi", UpstreamUsage.of(100, 10));
        var receiver = Upstream.start(_ -> TAKEN);
        var log = LogCapture.open()) {
      for (int chats : new int[] {1, 0, 2}) {
        var setup =
            GatewayBox.of(CONFIG, upstream)
                .with("HOOK", hook(receiver))
                .with("NEXUS_LEDGER__URL", "jdbc:sqlite:" + folder.resolve("ledger.db"))
                .onSystemClock();
        try (var gateway = setup.start()) {
          for (int i = 0; i < chats; i++) {
            chat(gateway);
          }
          gateway.idle();
          if (chats > 0) {
            receiver.awaitChat(chats);
          }
        }
      }
      var told =
          receiver.chats().stream().map(each -> each.json().path("threshold").asInt()).toList();
      assertFalse(log.text().contains("does not answer"), log::text);
      assertEquals(List.of(20, 50), told);
    }
  }

  private static GatewayBox gateway(String toml, Upstream upstream, Upstream receiver)
      throws IOException {
    return GatewayBox.of(toml, upstream)
        .with("HOOK", hook(receiver))
        .with("HOOK_SECRET", SECRET)
        .start();
  }

  private static void chat(GatewayBox gateway) throws IOException {
    try (var client = RawHttp.connect(gateway.port())) {
      var answer = client.post("/v1/chat/completions", AdminBox.CHAT.replace("100", "10"));
      assertEquals(200, answer.status(), answer::text);
    }
  }
}
