package io.nexus.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.nexus.config.AlertConfig;
import io.nexus.config.AlertEvent;
import io.nexus.config.AlertFormat;
import io.nexus.config.Secret;
import io.nexus.control.budget.BudgetListener;
import io.nexus.control.budget.BudgetTerms;
import io.nexus.control.budget.Budgets;
import io.nexus.control.budget.HardLimitAction;
import io.nexus.control.budget.Window;
import io.nexus.control.money.Money;
import io.nexus.metrics.GatewayMeters;
import io.nexus.metrics.PageFormat;
import io.nexus.server.alert.AlertSources;
import io.nexus.server.alert.Alerts;
import io.nexus.server.alert.Backoff;
import io.nexus.server.alert.Told;
import io.nexus.server.mock.Upstream;
import io.nexus.server.mock.UpstreamReply;
import io.nexus.server.mock.UpstreamRequest;
import io.nexus.server.mock.UpstreamUsage;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Base64;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AlertsTest {

  private static final String SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

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

  private static final int ATTEMPTS = 4;
  private static final UpstreamReply TAKEN = UpstreamReply.refuse(204, "");

  private static final String SIGNED = "secret_env = \"HOOK_SECRET\"\n";

  private final GatewayBox.Clock clock =
      new GatewayBox.Clock(Instant.parse("2026-03-10T12:00:00Z"));
  private final GatewayMeters meters = new GatewayMeters(_ -> false);
  private final Budgets budgets =
      new Budgets(
          List.of(
              new BudgetTerms(
                  "b",
                  Map.of(),
                  Money.usd("1"),
                  new Window.Daily(),
                  ZoneOffset.UTC,
                  80,
                  HardLimitAction.REJECT,
                  false)),
          BudgetListener.NONE,
          clock.millis());

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
  void delivery_refusedTwice_isRepeatedUntilItIsTaken() throws Exception {
    var replies = new CopyOnWriteArrayList<>(List.of(500, 429, 200));
    try (var receiver = Upstream.start(_ -> UpstreamReply.refuse(replies.removeFirst(), "{}"));
        var log = LogCapture.open()) {
      try (var alerts = alerts(receiver, AlertFormat.JSON, 20)) {
        exhaust();
        alerts.check();
        alerts.check();
        receiver.awaitChat(3);
      }
      for (var each : receiver.chats()) {
        assertEquals(20, verified(each).path("threshold").asInt());
      }
      assertEquals(1, ids(receiver).distinct().count());
      assertEquals(3, receiver.chats().size());
      assertEquals(1, counted("delivered"));
      assertEquals(0, log.count("not delivered"), log::text);
    }
  }

  @Test
  void delivery_neverTaken_isGivenUpWithoutTellingTheAddress() throws Exception {
    try (var receiver = Upstream.start(_ -> UpstreamReply.refuse(500, "{}"));
        var log = LogCapture.open()) {
      try (var alerts = alerts(receiver, AlertFormat.JSON, 20)) {
        exhaust();
        alerts.check();
        receiver.awaitChat(ATTEMPTS);
      }
      assertEquals(ATTEMPTS, receiver.chats().size());
      assertEquals(1, counted("failed"));
      assertEquals(1, log.count("Alert ops was not delivered (budget b at 20%): "), log::text);
      assertEquals(1, log.count("status 500 at attempt 4"), log::text);
      assertFalse(log.text().contains("T0KEN"), log::text);
      assertFalse(log.text().contains("whsec_"), log::text);
    }
  }

  @Test
  void delivery_toAReceiverThatIsGone_isNotRepeated() throws Exception {
    try (var receiver = Upstream.start(_ -> UpstreamReply.refuse(410, "{}"))) {
      try (var alerts = alerts(receiver, AlertFormat.JSON, 20, 50)) {
        exhaust();
        alerts.check();
        receiver.awaitChat(2);
      }
      assertEquals(2, receiver.chats().size());
      assertEquals(2, counted("failed"));
    }
  }

  @Test
  void delivery_nobodyListens_isCountedAsFailed() throws Exception {
    var receiver = Upstream.start(_ -> TAKEN);
    receiver.close();
    try (var log = LogCapture.open()) {
      try (var alerts = alerts(receiver, AlertFormat.JSON, 20)) {
        exhaust();
        alerts.check();
      }
      assertEquals(1, counted("failed"));
      assertFalse(log.text().contains("T0KEN"), log::text);
    }
  }

  @Test
  void resetOfTheSpend_inACycle_tellsNoThresholdAgain() throws Exception {
    try (var receiver = Upstream.start(_ -> TAKEN)) {
      try (var alerts = alerts(receiver, AlertFormat.JSON, 20)) {
        exhaust();
        alerts.check();
        budgets.budgets().getFirst().changeLimit(Money.usd("1"), clock.millis());
        alerts.check();
        exhaust();
        alerts.check();
        clock.set(clock.instant().plus(Duration.ofDays(1)));
        alerts.check();
      }
      assertEquals(2, receiver.chats().size());
      assertEquals(2, ids(receiver).distinct().count());
    }
  }

  @Test
  void slack_format_isAText() throws Exception {
    try (var receiver = Upstream.start(_ -> TAKEN)) {
      try (var alerts = alerts(receiver, AlertFormat.SLACK, 100)) {
        exhaust();
        alerts.check();
      }
      var text = receiver.chats().getFirst().json();
      assertEquals(1, text.size());
      assertEquals(
          "Budget *b* has reached 100%: $0 of $0 spent. It resets at 2026-03-11T00:00:00Z.",
          text.path("text").asText());
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

  @Test
  void events_beside_budgets_areToldWhenTheyHappen() throws Exception {
    var up = new AtomicBoolean(true);
    var ledger = new AtomicBoolean(true);
    var unpriced = new AtomicLong(7);
    var unknown = new AtomicLong();
    var sources =
        new AlertSources(
            "one",
            () -> Map.of("cloud", up.get()),
            ledger::get,
            () -> Map.of("m", unpriced.get()),
            unknown::get);
    var all = EnumSet.complementOf(EnumSet.of(AlertEvent.THRESHOLD));
    try (var receiver = Upstream.start(_ -> TAKEN);
        var alerts = alerts(receiver, AlertFormat.JSON, sources, all, 100)) {
      alerts.check();
      up.set(false);
      ledger.set(false);
      unpriced.addAndGet(3);
      alerts.check();
      receiver.awaitChat(3);
      alerts.check();
      unpriced.addAndGet(2);
      unknown.incrementAndGet();
      alerts.check();
      receiver.awaitChat(4);
      clock.set(Instant.parse("2026-03-11T00:00:00Z"));
      up.set(true);
      alerts.check();
      receiver.awaitChat(5);
      up.set(false);
      alerts.check();
      receiver.awaitChat(6);
      var told =
          receiver.chats().stream()
              .map(UpstreamRequest::json)
              .map(each -> each.path("type").asText() + " " + each.path("count").asInt())
              .toList();
      assertEquals(
          List.of(
              "backend.down 1",
              "ledger.away 1",
              "request.unpriced 3",
              "request.outcome_unknown 1",
              "request.unpriced 2",
              "backend.down 1"),
          told);
      var first = receiver.chats().getFirst().json();
      assertEquals("cloud", first.path("backend").asText());
      assertEquals("one", first.path("node").asText());
      assertEquals("m", receiver.chats().get(2).json().path("model").asText());
    }
  }

  private Alerts alerts(Upstream receiver, AlertFormat format, Integer... thresholds) {
    var sources = new AlertSources("one", Map::of, () -> true, Map::of, () -> 0);
    return alerts(receiver, format, sources, Set.of(AlertEvent.THRESHOLD), thresholds);
  }

  private Alerts alerts(
      Upstream receiver,
      AlertFormat format,
      AlertSources sources,
      Set<AlertEvent> on,
      Integer... thresholds) {
    var config =
        new AlertConfig(
            "ops",
            List.of(thresholds),
            "*",
            new AlertConfig.Webhook.Plain(URI.create(hook(receiver))),
            Optional.of(Secret.inEnvironment("S", Map.of("S", SECRET))),
            format,
            on);
    var backoff = new Backoff(ATTEMPTS, Duration.ofMillis(1), Duration.ofMillis(2));
    Told told = (_, _, _, _) -> true;
    return new Alerts(List.of(config), budgets, meters.budget(), told, sources, clock, backoff);
  }

  /** A limit of nothing is spent. */
  private void exhaust() {
    budgets.budgets().getFirst().changeLimit(Money.ZERO, clock.millis());
  }

  private int counted(String outcome) {
    var name = "nexus_alerts_sent_total{result=\"" + outcome + "\"} ";
    return meters
        .page(PageFormat.forAccept(""))
        .lines()
        .filter(line -> line.startsWith(name))
        .mapToInt(line -> (int) Double.parseDouble(line.substring(name.length())))
        .sum();
  }

  private static Stream<String> ids(Upstream receiver) {
    return receiver.chats().stream().map(each -> each.header("webhook-id").orElseThrow());
  }

  private static String hook(Upstream receiver) {
    return "http://127.0.0.1:" + receiver.port() + "/hooks/T0KEN";
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

  /** The body, if its signature is right by the scheme's own description. */
  private static JsonNode verified(UpstreamRequest sent) throws Exception {
    assertEquals("/hooks/T0KEN", sent.path());
    assertTrue(sent.header("Content-Type").orElseThrow().startsWith("application/json"));
    var id = sent.header("webhook-id").orElseThrow();
    var timestamp = sent.header("webhook-timestamp").orElseThrow();
    var key = Base64.getDecoder().decode(SECRET.substring("whsec_".length()));
    var mac = Mac.getInstance("HmacSHA256");
    mac.init(new SecretKeySpec(key, "HmacSHA256"));
    var signed = id + "." + timestamp + "." + sent.text();
    var signature = mac.doFinal(signed.getBytes(StandardCharsets.UTF_8));
    assertEquals(
        "v1," + Base64.getEncoder().encodeToString(signature),
        sent.header("webhook-signature").orElseThrow());
    var body = sent.json();
    assertEquals(
        Long.parseLong(timestamp), Instant.parse(body.path("timestamp").asText()).getEpochSecond());
    return body;
  }
}
