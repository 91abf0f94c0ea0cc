package io.nexus.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.nexus.control.ledger.LedgerSettings;
import io.nexus.ledger.jdbc.testing.PostgresServer;
import io.nexus.server.mock.Upstream;
import io.nexus.server.mock.UpstreamReply;
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

  @AutoClose private static final PostgresServer server = PostgresServer.started();

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

  /** How often each thing was told. */
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

      // What comes last shows that both have looked at all that was before.
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
}
