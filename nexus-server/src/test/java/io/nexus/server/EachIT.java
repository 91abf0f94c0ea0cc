package io.nexus.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nexus.control.ledger.LedgerSettings;
import io.nexus.ledger.jdbc.testing.PostgresServer;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Budgets of each user and session on launched gateways that share one PostgreSQL. */
@Timeout(240)
class EachIT {

  private static final String ADMIN = "Authorization: Bearer nx-admin";
  private static final String TAGS = "X-Nexus-Tags: ";
  private static final String SESSION = "x-claude-code-session-id: ";

  @AutoClose private static final PostgresServer server = PostgresServer.started();

  @TempDir private Path temp;

  private Station station() throws IOException {
    return Station.open(temp)
        .with("NEXUS_LEDGER_PASSWORD", PostgresServer.PASSWORD)
        .with("NEXUS_ADMIN_KEY", "nx-admin");
  }

  private static LaunchedGateway gateway(Station station, String node, LedgerSettings ledger)
      throws Exception {
    return gateway(station, node, ledger, "0.10");
  }

  private static LaunchedGateway gateway(
      Station station, String node, LedgerSettings ledger, String limit) throws Exception {
    return station.gateway(
        node,
        """
        [[budgets]]
        name = "each-user"
        per = "user"
        limit = %s
        window = "lifetime"
        [[budgets]]
        name = "each-session"
        per = "session"
        limit = 0.02
        window = "lifetime"
        [[budgets]]
        name = "few"
        per = "tag:few-"
        max_values = 2
        limit = 0.01
        window = "lifetime"
        [ledger]
        url = "%s"
        node = "%s"
        """
            .formatted(limit, ledger.url(), node));
  }

  private static String asked(String user) {
    return Station.ask().replaceFirst("\\{", "{\"user\":\"" + user + "\",");
  }

  private static int ask(LaunchedGateway gateway, String user, String... headers)
      throws IOException {
    try (var client = gateway.connect()) {
      return client.post(Chats.PATH, asked(user), headers).status();
    }
  }

  private static void spend(String user, LaunchedGateway... gateways) throws Exception {
    try (var crowd = new Crowd()) {
      for (var gateway : gateways) {
        crowd.add(gateway.port(), 4, _ -> asked(user));
      }
      crowd.awaitRefused();
    }
  }

  private static BigDecimal spent(LaunchedGateway gateway, String budget) throws IOException {
    try (var client = gateway.connect()) {
      var answer = client.get("/admin/v1/budgets/" + budget.replace("/", "%2F"), ADMIN);
      assertEquals(200, answer.status(), answer::text);
      return GatewayBox.json(answer).path("spent").decimalValue();
    }
  }

  private static void awaitSpent(LaunchedGateway gateway, String budget, String least)
      throws Exception {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
    while (spent(gateway, budget).compareTo(new BigDecimal(least)) < 0) {
      assertTrue(System.nanoTime() < end, () -> "less than " + least + " spent of " + budget);
      TimeUnit.MILLISECONDS.sleep(20);
    }
  }

  @Test
  void each_overTwoGatewaysRestartAndKill_neverPassesItsLimit() throws Exception {
    var ledger = server.newLedger();
    try (var station = station()) {
      var one = gateway(station, "a", ledger);
      var other = gateway(station, "b", ledger);
      spend("ann", one, other);
      station.assertBill("0.10", 95, "ann on both");

      one.close();
      one = gateway(station, "a", ledger);
      awaitSpent(one, "each-user/ann", "0.095");
      spend("ann", one, other);
      station.assertBill("0.10", 95, "ann after a restart");

      try (var crowd = Crowd.start(other.port(), 4, _ -> asked("bob"))) {
        for (int i = 0; i < 5; i++) {
          ask(one, "bob");
        }
        one.kill();
        one = gateway(station, "a", ledger);
        crowd.add(one.port(), 4, _ -> asked("bob"));
        crowd.awaitRefused();
      }
      spend("ann", one, other);
      station.assertBill("0.20", 90, "bob on both, one of them killed");

      // No key and no user: the agent's own header is enough.
      for (var gateway : List.of(one, other, one, other)) {
        assertEquals(200, ask(gateway, "", SESSION + "s-1"));
      }
      assertEquals(503, ask(one, "", SESSION + "s-1"));
      assertEquals(503, ask(other, "", SESSION + "s-1"));
      assertEquals(200, ask(one, "", SESSION + "s-2"));
    }
  }

  /** The first gateway has reported the lower limit, and has no request of ann after its start. */
  @Test
  void each_limitRaisedByARollingRestart_isSpentWhereverRequestsArrive() throws Exception {
    var ledger = server.newLedger();
    try (var station = station()) {
      var one = gateway(station, "a", ledger);
      var other = gateway(station, "b", ledger);
      spend("ann", one);
      one.close();
      one = gateway(station, "a", ledger, "0.20");
      other.close();
      other = gateway(station, "b", ledger, "0.20");
      spend("ann", other);
      station.assertBill("0.20", 95, "ann on the other one");
      assertEquals(200, ask(one, "bob"));
    }
  }

  /** Each request costs half of what a value may spend. */
  private static void spendAll(LaunchedGateway gateway, String value) throws IOException {
    assertEquals(200, ask(gateway, "", TAGS + value));
    assertEquals(200, ask(gateway, "", TAGS + value));
    assertEquals(503, ask(gateway, "", TAGS + value));
  }

  private static int status(LaunchedGateway gateway, String value) throws IOException {
    try (var client = gateway.connect()) {
      return client.get("/admin/v1/budgets/few%2F" + value, ADMIN).status();
    }
  }

  private static List<String> names(LaunchedGateway gateway) throws IOException {
    return gateway
        .json("/admin/v1/budgets?search=few", ADMIN)
        .path("data")
        .findValuesAsText("name");
  }

  @Test
  void each_ledgerInMemory_onlyThoseThatSpentNothingGiveWay() throws Exception {
    try (var station = Station.open(temp).with("NEXUS_ADMIN_KEY", "nx-admin")) {
      var gateway = gateway(station, "a", new LedgerSettings("memory", ""));
      spendAll(gateway, "few-1");
      assertEquals(200, status(gateway, "few-9"));
      spendAll(gateway, "few-2");
      assertEquals(List.of("few", "few/few-1", "few/few-2"), names(gateway), "few-9 gave way");
      assertEquals(200, ask(gateway, "", TAGS + "few-3"), "by the limit that others share");
      assertEquals("0.005", spent(gateway, "few").toPlainString());
      assertEquals(503, ask(gateway, "", TAGS + "few-1"), "its spend is not forgotten");
      assertEquals(503, ask(gateway, "", TAGS + "few-2"));
    }
  }
}
