package io.nexus.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

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
import io.nexus.server.alert.SentNotices;
import io.nexus.server.mock.Upstream;
import io.nexus.server.mock.UpstreamReply;
import io.nexus.server.mock.UpstreamRequest;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** How messages are delivered, and which are sent once, without a gateway around them. */
class AlertDeliveryTest extends AlertFixture {

  private static final int ATTEMPTS = 4;

  private final GatewayBox.Clock clock =
      new GatewayBox.Clock(Instant.parse("2026-03-10T12:00:00Z"));
  private SentNotices notices = (_, _, _, _) -> true;
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
  void close_whileALookAsksWhatOthersHaveTold_waitsForTheAnswer() throws Exception {
    var asks = new CountDownLatch(1);
    var answer = new CountDownLatch(1);
    notices =
        (_, _, _, _) -> {
          asks.countDown();
          try {
            answer.await();
            return false;
          } catch (InterruptedException e) {
            return true;
          }
        };
    try (var receiver = Upstream.start(_ -> TAKEN)) {
      var alerts = alerts(receiver, AlertFormat.JSON, 20);
      exhaust();
      alerts.start();
      asks.await();
      var closing = new Thread(alerts::close);
      closing.start();
      while (closing.isAlive() && closing.getState() != Thread.State.BLOCKED) {
        Thread.onSpinWait();
      }
      answer.countDown();
      closing.join();
      assertEquals(List.of(), receiver.chats());
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
      var notices =
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
          notices);
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
    return new Alerts(List.of(config), budgets, meters.budget(), notices, sources, clock, backoff);
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
}
