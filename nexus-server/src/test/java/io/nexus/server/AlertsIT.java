package io.nexus.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.nexus.control.ledger.LedgerSettings;
import io.nexus.ledger.jdbc.testing.PostgresServer;
import io.nexus.server.mock.Upstream;
import io.nexus.server.mock.UpstreamReply;
import io.nexus.server.mock.UpstreamReply.Break;
import io.nexus.server.mock.UpstreamReply.HangUp;
import io.nexus.server.mock.UpstreamRequest;
import io.nexus.server.mock.UpstreamUsage;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * What two launched gateways that share a PostgreSQL tell a webhook: which of it once, which each.
 */
@Timeout(240)
class AlertsIT {

  /** What stands in prompts, and must not come to a webhook. */
  private static final String PROMPT = "the heron flies at dawn";

  /** One of each test's own: one of them kills it. */
  @AutoClose private final PostgresServer server = PostgresServer.started();

  private static final UpstreamUsage ONE = UpstreamUsage.of(8, 1);

  @TempDir private Path temp;

  private static LaunchedGateway gateway(
      Station station, String node, LedgerSettings ledger, Upstream shaky) throws Exception {
    return station.gateway(
        node,
        """
        [[budgets]]
        name = "all"
        limit = 0.10
        window = "lifetime"
        hard_limit_action = "reject"
        match = { model = "m" }
        [[alerts]]
        name = "ops"
        thresholds = [20, 50]
        on = ["threshold", "refused", "backend_down", "ledger_away", "unpriced"]
        url_env = "HOOK"
        [health_check]
        interval_seconds = 1
        failure_threshold = 1
        [ledger]
        url = "%s"
        node = "%s"
        [[backends]]
        name = "shaky"
        type = "generic"
        location = "cloud"
        url = "%s"
        models = ["nobody-knows-it"]
        """
            .formatted(ledger.url(), node, shaky.url()));
  }

  private static int ask(LaunchedGateway gateway, String model) throws IOException {
    try (var client = gateway.connect()) {
      return client.post(Chats.PATH, Chats.body(model, "\"max_tokens\":500")).status();
    }
  }

  private static String what(UpstreamRequest sent) {
    var json = sent.json();
    return json.path("type").asText() + about(json, "threshold") + about(json, "model");
  }

  private static String about(JsonNode json, String field) {
    return json.has(field) ? " " + json.path(field).asText() : "";
  }

  /** The number of messages of each kind. */
  private static Map<String, Long> told(Upstream receiver) {
    return receiver.chats().stream()
        .collect(Collectors.groupingBy(AlertsIT::what, Collectors.counting()));
  }

  private static List<String> nodes(Upstream receiver, String type) {
    return receiver.chats().stream()
        .map(UpstreamRequest::json)
        .filter(json -> json.path("type").asText().equals(type))
        .map(json -> json.path("node").asText())
        .sorted()
        .toList();
  }

  @Test
  void events_ofTwoGateways_areToldOnceOrByWhoeverSeesThem() throws Exception {
    var receiver = Upstream.start(_ -> UpstreamReply.refuse(204, ""));
    var shaky = Upstream.answering("Hi", UpstreamUsage.of(8, 100));
    try (receiver;
        shaky;
        var station =
            Station.open(temp)
                .with("NEXUS_LEDGER_PASSWORD", PostgresServer.PASSWORD)
                .with("NEXUS_ADMIN_KEY", "nx-admin")
                .with("HOOK", receiver.url() + "/hook")) {
      var ledger = server.newLedger();
      var one = gateway(station, "a", ledger, shaky);
      var other = gateway(station, "b", ledger, shaky);
      try (var crowd = Crowd.start(one.port(), 2, _ -> Station.ask())) {
        crowd.add(other.port(), 2, _ -> Station.ask());
        crowd.awaitRefused();
      }
      receiver.awaitChat(3);
      assertEquals(200, ask(one, "nobody-knows-it"));
      receiver.awaitChat(4);
      assertEquals(200, ask(other, "nobody-knows-it"));
      other.close();
      other = gateway(station, "b", ledger, shaky);
      assertEquals(200, ask(other, "nobody-knows-it"));

      // The last message shows that both have checked everything before it.
      shaky.close();
      receiver.awaitChat(6);
      assertEquals(List.of("a", "b"), nodes(receiver, "backend.down"));
      var before = Instant.now();
      server.kill();
      receiver.awaitChat(8);
      assertEquals(List.of("a", "b"), nodes(receiver, "ledger.away"));
      var overview = one.json("/admin/v1/overview", "Authorization: Bearer nx-admin");
      var since = Instant.parse(overview.path("ledger_away_since").asText());
      assertTrue(since.isAfter(before), since::toString);
      assertEquals(
          Map.of(
              "budget.threshold_reached 20", 1L,
              "budget.threshold_reached 50", 1L,
              "budget.refused", 1L,
              "request.unpriced nobody-knows-it", 1L,
              "backend.down", 2L,
              "ledger.away", 2L),
          told(receiver));
      assertEquals(List.of("a"), nodes(receiver, "request.unpriced"));
      var ids = new TreeSet<String>();
      receiver.chats().forEach(each -> ids.add(each.header("webhook-id").orElseThrow()));
      assertEquals(receiver.chats().size(), ids.size());
    }
  }

  private static LaunchedGateway watched(Station station, String node, LedgerSettings ledger)
      throws Exception {
    return station.gateway(
        node,
        """
        [[alerts]]
        name = "ops"
        on = ["unpriced", "unknown_outcome"]
        url_env = "HOOK"
        [health_check]
        failure_threshold = 1000
        [ledger]
        url = "%s"
        node = "%s"
        [[backends]]
        name = "unpriced"
        type = "generic"
        location = "cloud"
        url = "%s"
        models = ["%s-1", "%s-2", "%s-3", "%s-4"]
        """
            .formatted(ledger.url(), node, station.upstream().url(), node, node, node, node));
  }

  /** Asks in words that nobody else should read. */
  private static int confide(LaunchedGateway gateway, String model) throws IOException {
    try (var client = gateway.connect()) {
      var body = Chats.body(model, "\"max_tokens\":9").replace("\"Hi\"", "\"" + PROMPT + "\"");
      return client.post(Chats.PATH, body).status();
    }
  }

  /** How its backend answers the priced model; the others are always answered well. */
  private static void script(Station station, UpstreamReply reply) {
    station
        .upstream()
        .script(
            request ->
                request.model().equals("m") ? reply : UpstreamReply.chat(request, "Hi", ONE));
  }

  /**
   * Waits until the gateway has told all that was before. It tells of a model without a price at
   * the first look afterwards, and of another one at a later look.
   */
  private static void awaitTold(LaunchedGateway gateway, Upstream receiver, String... models)
      throws Exception {
    for (var model : models) {
      int before = receiver.chats().size();
      assertEquals(200, confide(gateway, model));
      receiver.awaitChat(before + 1);
    }
  }

  private static String whose(UpstreamRequest sent) {
    var json = sent.json();
    return what(sent) + " " + json.path("node").asText() + " " + json.path("count").asInt();
  }

  @Test
  void requests_neverAnswered_areToldByEachGatewayAtOnceAndThenNotForAnHour() throws Exception {
    var receiver = Upstream.start(_ -> UpstreamReply.refuse(204, ""));
    try (receiver;
        var station =
            Station.open(temp)
                .with("NEXUS_LEDGER_PASSWORD", PostgresServer.PASSWORD)
                .with("HOOK", receiver.url() + "/hook")) {
      var ledger = server.newLedger();
      var one = watched(station, "a", ledger);
      var other = watched(station, "b", ledger);
      for (var gateway : List.of(one, other, one)) {
        assertEquals(200, confide(gateway, "m"));
      }
      script(station, UpstreamReply.refuse(400, "{\"error\":{\"message\":\"no\"}}"));
      assertEquals(400, confide(one, "m"), "an answer, though no good one");
      awaitTold(one, receiver, "a-1", "a-2");
      awaitTold(other, receiver, "b-1", "b-2");

      script(station, new HangUp(Break.RESET));
      assertTrue(confide(one, "m") >= 500);
      receiver.awaitChat(5);
      script(station, UpstreamReply.refuse(504, "<html>Gateway Time-out</html>"));
      assertTrue(confide(other, "m") >= 500);
      receiver.awaitChat(6);
      assertTrue(confide(one, "m") >= 500);
      script(station, new HangUp(Break.CLOSE));
      assertTrue(confide(one, "m") >= 500);
      awaitTold(one, receiver, "a-3", "a-4");

      var told = receiver.chats();
      assertEquals(
          List.of(
              "request.unpriced a-1 a 1",
              "request.unpriced a-2 a 1",
              "request.unpriced b-1 b 1",
              "request.unpriced b-2 b 1",
              "request.outcome_unknown a 1",
              "request.outcome_unknown b 1",
              "request.unpriced a-3 a 1",
              "request.unpriced a-4 a 1"),
          told.stream().map(AlertsIT::whose).toList());
      for (var sent : told) {
        assertFalse(sent.text().contains("heron"), sent::text);
      }
    }
  }
}
