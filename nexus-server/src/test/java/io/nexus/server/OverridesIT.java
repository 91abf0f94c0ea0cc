package io.nexus.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.nexus.control.money.Money;
import io.nexus.ledger.jdbc.testing.PostgresServer;
import io.nexus.server.RawHttp.Answer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Overrides of a budget of the file, on two launched gateways that share one PostgreSQL. */
@Timeout(240)
class OverridesIT {

  private static final String ADMIN = "Authorization: Bearer nx-admin";
  private static final int CLIENTS = 16;

  /** The attempts of each; all can succeed with at most 32 increases. */
  private static final int TRIES = 2;

  @AutoClose private static final PostgresServer server = PostgresServer.started();

  @TempDir private Path temp;

  private final AtomicBoolean stop = new AtomicBoolean();
  private final Set<String> seen = ConcurrentHashMap.newKeySet();

  private static Answer budget(
      LaunchedGateway gateway, String method, String path, String body, String... headers)
      throws IOException {
    var all = new ArrayList<>(List.of(headers));
    all.add(ADMIN);
    try (var client = gateway.connect()) {
      client.request(method, "/admin/v1/budgets/filed" + path, body, all.toArray(String[]::new));
      return client.read();
    }
  }

  private static JsonNode shown(LaunchedGateway gateway) throws IOException {
    return GatewayBox.json(budget(gateway, "GET", "", ""));
  }

  private static void await(Callable<Boolean> condition) throws Exception {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
    while (!condition.call()) {
      assertTrue(System.nanoTime() < end, "it did not come about");
      TimeUnit.MILLISECONDS.sleep(10);
    }
  }

  private static void awaitLimit(String limit, LaunchedGateway... gateways) throws Exception {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
    for (var gateway : gateways) {
      for (var budget = shown(gateway); ; budget = shown(gateway)) {
        if (budget.path("limit").asText().equals(limit)) {
          break;
        }
        assertTrue(System.nanoTime() < end, "not " + limit + ": " + budget);
        TimeUnit.MILLISECONDS.sleep(10);
      }
    }
  }

  /** Sends requests until it is stopped, whatever the answers. */
  private String askOn(LaunchedGateway gateway) throws IOException {
    while (!stop.get()) {
      try (var client = gateway.connect()) {
        var answer = client.post(Chats.PATH, Station.ask());
        seen.add(
            answer.status() == 200
                ? "200"
                : answer.status() + GatewayBox.json(answer).at("/error/code").asText());
      }
    }
    return "";
  }

  @Test
  void override_takenOffUnderLoad_bindsBothAndDropsNothing() throws Exception {
    var ledger = server.newLedger();
    try (var station =
            Station.open(temp)
                .with("NEXUS_LEDGER_PASSWORD", PostgresServer.PASSWORD)
                .with("NEXUS_ADMIN_KEY", "nx-admin");
        var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var gateways = new ArrayList<LaunchedGateway>();
      for (var node : List.of("a", "b")) {
        gateways.add(
            station.gateway(
                node,
                """
                [[budgets]]
                name = "filed"
                limit = 0.60
                window = "lifetime"
                hard_limit_action = "reject"
                [ledger]
                url = "%s"
                node = "%s"
                """
                    .formatted(ledger.url(), node)));
      }
      var one = gateways.getFirst();
      var other = gateways.getLast();
      assertEquals(200, budget(one, "PATCH", "", "{\"limit\":0.2}").status());
      awaitLimit("0.2", one, other);
      var clients = new ArrayList<Future<String>>();
      for (int i = 0; i < 4; i++) {
        var gateway = gateways.get(i % 2);
        clients.add(threads.submit(() -> askOn(gateway)));
      }
      try {
        awaitBilled(station, "0.19");
        station.assertBill("0.20", 95, "overridden");
        assertEquals(200, budget(other, "DELETE", "", "").status());
        awaitBilled(station, "0.57");
      } finally {
        stop.set(true);
      }
      for (var client : clients) {
        assertEquals("", client.get());
      }
      station.assertBill("0.60", 95, "as the file has it");
      assertEquals(Set.of("200", "429insufficient_quota"), seen);
      assertEquals("false", shown(one).path("overridden").asText());

      int raised = raisedAtOnce(gateways);
      var limit = Money.usd("0.60").nanos() + raised * 1_000_000L;
      var inForce = new Money(limit).toUsd().toPlainString();
      awaitLimit(inForce, one, other);
      assertEquals(raised, shown(one).path("increases").size());
      var undone = station.nexus("a", "budget", "undo-increase", "filed", "--url", other.url());
      assertEquals(0, undone.exit(), undone.out());
      awaitLimit("0.6", one, other);
    }
  }

  private static void awaitBilled(Station station, String least) throws Exception {
    await(() -> station.upstream().billNanos() >= Money.usd(least).nanos());
  }

  /** Many raise the limit at once, each only as it has seen the budget; how many have. */
  private static int raisedAtOnce(List<LaunchedGateway> gateways) throws Exception {
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var clients = new ArrayList<Callable<Integer>>();
      for (int i = 0; i < CLIENTS; i++) {
        var gateway = gateways.get(i % gateways.size());
        clients.add(() -> raised(gateway));
      }
      int raised = 0;
      for (var client : threads.invokeAll(clients)) {
        raised += client.get();
      }
      assertTrue(raised >= 1, "nobody could");
      return raised;
    }
  }

  private static int raised(LaunchedGateway gateway) throws IOException {
    int raised = 0;
    for (int i = 0; i < TRIES; i++) {
      var version = "If-Match: \"" + shown(gateway).path("version").asText() + '"';
      var more = "{\"amount\":0.001,\"expires_at\":\"2100-01-01T00:00:00Z\"}";
      var answer = budget(gateway, "POST", "/increase", more, version);
      assertTrue(answer.status() == 200 || answer.status() == 412, answer::text);
      raised += answer.status() == 200 ? 1 : 0;
    }
    return raised;
  }
}
