package io.nexus.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nexus.control.ledger.LedgerSettings;
import io.nexus.ledger.jdbc.testing.PostgresServer;
import io.nexus.server.RawHttp.Answer;
import io.nexus.server.mock.UpstreamUsage.Prices;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A ledger that the command moves between SQLite and PostgreSQL, and gateways on both. */
@Timeout(300)
class LedgerMoveIT {

  private static final String SQLITE = "jdbc:sqlite:nexus-data/ledger.db";

  /** What one request for the odd model costs: seven tokens at no round price. */
  private static final long ODD_NANOS = 7 * 9_999;

  /** The budget that is made while the gateway runs: ten requests and two odd ones. */
  private static final long LIMIT_NANOS = 10 * Station.REQUEST_NANOS + 2 * ODD_NANOS;

  private static final String MADE =
      """
      {"name": "made", "match": {"team": "research"}, "limit": 0.050139986, "window": "lifetime",
       "hard_limit_action": "reject"}
      """;

  @AutoClose private static final PostgresServer server = PostgresServer.started();

  @TempDir private Path temp;

  private Station station() throws IOException {
    var station =
        Station.open(temp)
            .with("NEXUS_LEDGER_PASSWORD", PostgresServer.PASSWORD)
            .with("NEXUS_ADMIN_KEY", "nx-admin");
    station.upstream().price("odd", Prices.of("0", "9.999"));
    return station;
  }

  private static String config(Station station) {
    return """
    [budget]
    monthly_limit = 100
    [[limits]]
    name = "twice-a-year"
    requests = 2
    window = "365d"
    match = { model = "odd" }
    [[backends]]
    name = "odd"
    type = "openai"
    url = "%s"
    models = ["odd"]
    [[pricing]]
    model = "odd"
    input = 0
    output = 9.999
    """
        .formatted(station.upstream().url());
  }

  private static String config(Station station, LedgerSettings ledger) {
    return config(station) + "[ledger]\nurl = \"" + ledger.url() + "\"\n";
  }

  private static Answer ask(LaunchedGateway gateway, String key) throws IOException {
    return post(gateway, key, Station.ask());
  }

  private static Answer askOdd(LaunchedGateway gateway, String key) throws IOException {
    return post(gateway, key, Chats.body("odd", "\"max_tokens\":7"));
  }

  private static Answer post(LaunchedGateway gateway, String key, String body) throws IOException {
    try (var client = gateway.connect()) {
      return client.post(Chats.PATH, body, "Authorization: Bearer " + key);
    }
  }

  private static void assertServed(Answer answer) {
    assertEquals(200, answer.status(), answer::text);
  }

  private static void assertRefused(String code, Answer answer) throws IOException {
    assertEquals(429, answer.status(), answer::text);
    assertEquals(code, GatewayBox.json(answer).at("/error/code").asText());
  }

  /** What of each budget is spent and held, and its limit, in nano-dollars. */
  private static Map<String, String> budgets(LaunchedGateway gateway) throws IOException {
    var all = new TreeMap<String, String>();
    for (var each : gateway.admin(200, "GET", "/budgets", "").path("data")) {
      var figures = new StringBuilder();
      for (var field : new String[] {"spent", "held", "limit"}) {
        figures.append(GatewayBox.nanos(each.path(field))).append(' ');
      }
      all.put(each.path("name").asText(), figures.append(each.path("source").asText()).toString());
    }
    return all;
  }

  /** All records, line by line. */
  private static String records(Station station, String name) throws Exception {
    var ran = station.nexus(name, "ledger", "export");
    assertEquals(0, ran.exit(), ran.out());
    return ran.out();
  }

  private static void assertMoves(Station station, String from, String to) throws Exception {
    var moved = station.move("one", from, to);
    assertEquals(0, moved.exit(), moved.out());
    assertTrue(moved.out().contains("all agree"), moved.out());
  }

  private static void assertMoveRefused(Station station, String from, String to, String why)
      throws Exception {
    var refused = station.move("one", from, to);
    assertEquals(1, refused.exit(), refused.out());
    assertTrue(refused.out().contains(why), refused.out());
  }

  @Test
  void move_toPostgres_gatewayThereGoesOnWithKeysBudgetsSpendAndCounts() throws Exception {
    var ledger = server.newLedger();
    try (var station = station()) {
      var before = station.gateway("one", config(station));
      before.admin(201, "POST", "/budgets", MADE);
      var made = "{\"name\":\"ci\",\"team\":\"research\"}";
      var key = before.admin(201, "POST", "/keys", made).path("key").asText();
      for (int i = 0; i < 4; i++) {
        assertServed(ask(before, key));
      }
      assertServed(askOdd(before, key));
      long spent = 4 * Station.REQUEST_NANOS + ODD_NANOS;
      var figures = budgets(before);
      assertEquals(spent + " 0 " + LIMIT_NANOS + " admin", figures.get("made"));
      var changes = before.admin(200, "GET", "/changes", "").path("data");
      before.close();
      assertMoves(station, SQLITE, ledger.url());

      var after = station.gateway("two", config(station, ledger));
      assertEquals(figures, budgets(after));
      assertEquals(changes, after.admin(200, "GET", "/changes", "").path("data"));
      assertEquals(records(station, "one"), records(station, "two"));
      assertEquals(spent, station.spentNanos("two"));
      assertServed(askOdd(after, key));
      assertRefused("rate_limited", askOdd(after, key));
      for (int i = 4; i < 10; i++) {
        assertServed(ask(after, key));
      }
      assertRefused("insufficient_quota", ask(after, key));
      after.close();

      var there = records(station, "two");
      assertMoveRefused(station, SQLITE, ledger.url(), "there is a ledger already: name an empty");
      assertEquals(there, records(station, "two"));
      assertEquals(LIMIT_NANOS, station.spentNanos("two"));
      assertEquals(LIMIT_NANOS, station.upstream().billNanos());
      assertEquals(spent, station.spentNanos("one"), "the file stays as it was");
      station.assertVerified("two");
    }
  }

  @Test
  void move_gatewayRunsOrWasKilled_isRefusedUntilItHasStopped() throws Exception {
    var ledger = server.newLedger();
    try (var station = station()) {
      var killed = station.gateway("one", config(station));
      var key = killed.admin(201, "POST", "/keys", "{\"name\":\"ci\"}").path("key").asText();
      assertServed(ask(killed, key));
      assertMoveRefused(station, SQLITE, ledger.url(), "another gateway");
      assertServed(ask(killed, key));
      killed.kill();
      assertMoveRefused(station, SQLITE, ledger.url(), "money that they have not settled");
      station.gateway("one", config(station)).close();
      assertMoves(station, SQLITE, ledger.url());

      // It has drawn nothing: it has not been asked.
      var idle = station.gateway("two", config(station, ledger));
      var back = "jdbc:sqlite:back.db";
      assertMoveRefused(station, ledger.url(), back, "gateways run on it");
      assertServed(ask(idle, key));
      idle.close();
      assertMoves(station, ledger.url(), back);
      station.rewrite("two", ledger.url(), "jdbc:sqlite:../one/back.db");
      assertEquals(3 * Station.REQUEST_NANOS, station.spentNanos("two"));
      station.assertVerified("two");
    }
  }
}
