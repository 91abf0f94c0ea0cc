package io.nexus.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.nexus.server.RawHttp.Answer;
import io.nexus.server.mock.Upstream;
import io.nexus.server.mock.UpstreamReply;
import io.nexus.server.mock.UpstreamReply.Pace;
import io.nexus.server.mock.UpstreamUsage;
import io.nexus.server.mock.UpstreamUsage.Prices;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Billing cycles of a running gateway, by a clock that is turned and not waited for. */
class CyclesTest {

  /** A budget of ten requests, each of which costs a thousandth of a dollar. */
  private static final String CONFIG =
      """
      [budget]
      monthly_limit = 0.01
      billing_cycle_start_day = %d
      time_zone = "%s"
      hard_limit_action = "reject"
      [[backends]]
      name = "cloud"
      type = "openai"
      url = "{0}"
      models = ["m"]
      [[pricing]]
      model = "m"
      input = 0
      output = 10
      """;

  private static final String BODY = Chats.body("m", "\"max_tokens\":100");
  private static final Prices PRICES = Prices.of("0", "10");

  private static void spend(GatewayBox box) throws Exception {
    for (int i = 0; i < 10; i++) {
      assertEquals(200, Chats.send(box, BODY).status());
    }
    assertEquals(429, Chats.send(box, BODY).status());
  }

  @ParameterizedTest
  @CsvSource({
    // Day and zone, now, the start of this cycle and of the next two.
    "31, UTC, 2026-02-10T12:00:00Z, 2026-01-31T00:00:00Z, 2026-02-28T00:00:00Z,"
        + " 2026-03-31T00:00:00Z",
    "31, UTC, 2028-02-28T23:59:59Z, 2028-01-31T00:00:00Z, 2028-02-29T00:00:00Z,"
        + " 2028-03-31T00:00:00Z",
    "29, UTC, 2026-01-29T00:00:00Z, 2026-01-29T00:00:00Z, 2026-02-28T00:00:00Z,"
        + " 2026-03-29T00:00:00Z",
    "29, Europe/Berlin, 2026-03-10T12:00:00Z, 2026-02-27T23:00:00Z, 2026-03-28T23:00:00Z,"
        + " 2026-04-28T22:00:00Z",
    "1, Europe/Berlin, 2026-03-10T12:00:00Z, 2026-02-28T23:00:00Z, 2026-03-31T22:00:00Z,"
        + " 2026-04-30T22:00:00Z",
    "25, Europe/Berlin, 2026-10-24T21:59:59Z, 2026-09-24T22:00:00Z, 2026-10-24T22:00:00Z,"
        + " 2026-11-24T23:00:00Z",
    "15, America/New_York, 2026-12-31T12:00:00Z, 2026-12-15T05:00:00Z, 2027-01-15T05:00:00Z,"
        + " 2027-02-15T05:00:00Z",
  })
  void cycle_turns_atTheInstantThatRefusalsName(
      int day, String zone, String now, String start, String turn, String next) throws Exception {
    try (Upstream upstream = Upstream.answering("Hi", UpstreamUsage.of(8, 100));
        GatewayBox box = GatewayBox.of(CONFIG.formatted(day, zone), upstream).at(now).start();
        LogCapture log = LogCapture.open()) {
      JsonNode budget = box.stats().path("budget");
      assertEquals(start, budget.path("cycle_start").asText());
      assertEquals(turn, budget.path("next_reset").asText());
      spend(box);
      Answer refused = Chats.send(box, BODY);
      assertEquals(turn, GatewayBox.json(refused).at("/error/budget/resets_at").asText());
      boolean near = Duration.between(Instant.parse(now), Instant.parse(turn)).toSeconds() <= 60;
      assertEquals(near, refused.header("Retry-After").isPresent());

      box.clock().set(Instant.parse(turn).minusSeconds(60));
      assertEquals("60", Chats.header(Chats.send(box, BODY), "Retry-After"));
      box.clock().set(Instant.parse(turn).minusMillis(1));
      Answer last = Chats.send(box, BODY);
      assertEquals(429, last.status());
      assertEquals("1", Chats.header(last, "Retry-After"));
      assertEquals(0, log.count("budget reset"));

      box.clock().set(Instant.parse(turn));
      Answer first = Chats.send(box, BODY);
      assertEquals(200, first.status());
      assertEquals("0.009", Chats.header(first, "X-Nexus-Budget-Remaining"));
      assertEquals(1, log.count("INFO Monthly budget reset: $0.01 available"), log::text);
      budget = box.stats().path("budget");
      assertEquals(turn, budget.path("cycle_start").asText());
      assertEquals(next, budget.path("next_reset").asText());
      assertEquals(1_000_000, GatewayBox.nanos(budget.path("current_spending_usd")));
    }
  }

  @Test
  void crossings_areToldOnceInEveryCycle() throws Exception {
    try (Upstream upstream = Upstream.answering("Hi", UpstreamUsage.of(8, 100));
        GatewayBox box = GatewayBox.start(CONFIG.formatted(1, "UTC"), upstream);
        LogCapture log = LogCapture.open()) {
      for (var turn : List.of("2026-04-01T00:00:00Z", "2026-05-01T00:00:00Z")) {
        spend(box);
        box.clock().set(Instant.parse(turn));
      }
      spend(box);
      assertEquals(3, log.count("Budget soft limit reached"), log::text);
      assertEquals(3, log.count("Budget hard limit reached: reject"), log::text);
      assertEquals(2, log.count("Monthly budget reset: $0.01 available"), log::text);
      MetricsPage metrics = MetricsPage.of(box);
      assertEquals(3, metrics.count("nexus_budget_soft_limit_activations_total"));
      assertEquals(3, metrics.count("nexus_budget_hard_limit_activations_total"));
    }
  }

  @Test
  void stream_overTheTurn_settlesInItsOwnCycle() throws Exception {
    Semaphore permits = new Semaphore(0);
    UpstreamUsage usage = UpstreamUsage.of(8, 100);
    try (Upstream upstream =
            Upstream.start(
                request ->
                    request.streaming()
                        ? UpstreamReply.stream(request, List.of("a ", "b ", "c"), usage)
                            .paced(Pace.permits(permits))
                        : UpstreamReply.completion(request, "Hi", usage));
        GatewayBox box = GatewayBox.start(CONFIG.formatted(1, "UTC"), upstream);
        RawHttp client = RawHttp.connect(box.port())) {
      upstream.price(PRICES);
      permits.release();
      client.open(Chats.PATH, Chats.body("m", "\"max_tokens\":100", "\"stream\":true"));
      assertTrue(client.event().orElseThrow().data().contains("a "));
      assertEquals(1_000_000, GatewayBox.nanos(box.stats().at("/budget/held_usd")));

      box.clock().set(Instant.parse("2026-04-01T00:00:00Z"));
      JsonNode fresh = box.stats().path("budget");
      assertEquals(0, GatewayBox.nanos(fresh.path("held_usd")));
      assertEquals(10_000_000, GatewayBox.nanos(fresh.path("remaining_usd")));
      spend(box);

      permits.release(100);
      assertEquals("[DONE]", client.events().getLast().data());
      JsonNode stats = box.idle();
      JsonNode budget = stats.path("budget");
      assertEquals(10_000_000, GatewayBox.nanos(budget.path("current_spending_usd")));
      assertEquals(0, GatewayBox.nanos(budget.path("held_usd")));
      assertEquals(11_000_000, upstream.billNanos());
      assertEquals(11_000_000, GatewayBox.nanos(stats.at("/backends/0/spend_usd")));
    }
  }
}
