package io.nexus.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nexus.control.ledger.LedgerSettings;
import io.nexus.ledger.jdbc.testing.PostgresServer;
import io.nexus.server.mock.Upstream;
import io.nexus.server.mock.UpstreamReply;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Effects of one launched gateway on the budgets of another that shares its PostgreSQL. */
@Timeout(240)
class SharedLedgerIT {

  private static final Duration BACK_WITHIN = Duration.ofSeconds(15);

  @AutoClose private static final PostgresServer server = PostgresServer.started();

  @TempDir private Path temp;

  private Station station() throws IOException {
    return Station.open(temp)
        .with("NEXUS_LEDGER_PASSWORD", PostgresServer.PASSWORD)
        .with("NEXUS_ADMIN_KEY", "nx-admin");
  }

  private static LaunchedGateway gateway(
      Station station, String node, LedgerSettings ledger, String limit) throws Exception {
    return station.gateway(node, "[budget]\nmonthly_limit = " + limit + "\n" + on(ledger, node));
  }

  private static String on(LedgerSettings ledger, String node) {
    return """
    [ledger]
    url = "%s"
    node = "%s"
    lease_ttl_seconds = 5
    """
        .formatted(ledger.url(), node);
  }

  private static int ask(LaunchedGateway gateway) throws IOException {
    try (var client = gateway.connect()) {
      return client.post(Chats.PATH, Station.ask()).status();
    }
  }

  private static void spendAll(LaunchedGateway... gateways) throws Exception {
    try (var crowd = Crowd.start(gateways[0].port(), 4, _ -> Station.ask())) {
      for (int i = 1; i < gateways.length; i++) {
        crowd.add(gateways[i].port(), 4, _ -> Station.ask());
      }
      crowd.awaitRefused();
    }
  }

  private static void awaitServed(LaunchedGateway gateway) throws Exception {
    long start = System.nanoTime();
    while (ask(gateway) != 200) {
      var waited = Duration.ofNanos(System.nanoTime() - start);
      assertTrue(waited.compareTo(BACK_WITHIN) < 0, "still refused after " + waited);
      TimeUnit.MILLISECONDS.sleep(50);
    }
  }

  @Test
  void threshold_seenByBoth_isToldOnceAlsoAfterARestart() throws Exception {
    var ledger = server.newLedger();
    try (var station = station();
        var receiver = Upstream.start(_ -> UpstreamReply.refuse(204, ""))) {
      var toml =
          """
          [budget]
          monthly_limit = 0.05
          [[alerts]]
          name = "ops"
          thresholds = [10, 50]
          url = "%s"
          """
              .formatted(receiver.url());
      var one = station.gateway("a", toml + on(ledger, "a"));
      var other = station.gateway("b", toml + on(ledger, "b"));
      assertEquals(200, ask(one));
      receiver.awaitChat(1);
      for (int i = 0; i < 4; i++) {
        assertEquals(200, ask(other));
      }
      receiver.awaitChat(2);
      // Each looks a last time when it stops.
      one.close();
      other.close();
      station.gateway("a", toml + on(ledger, "a")).close();
      var told = receiver.chats().stream().map(each -> each.json().path("threshold").asInt());
      assertEquals(List.of(10, 50), told.toList());
    }
  }

  @Test
  void requests_limitsThatDiffer_shareTheLowerOne() throws Exception {
    var ledger = server.newLedger();
    try (var station = station()) {
      var rich = gateway(station, "a", ledger, "2");
      var poor = gateway(station, "b", ledger, "1");
      spendAll(rich, poor);
      station.assertBill("1", 95, "two gateways");
      assertTrue(rich.log().contains("limit"), rich.log());
      rich.close();
      poor.close();
      station.assertVerified("a");
    }
  }

  /** Their months begin half a day apart; the bounds of the cycle are the ledger's. */
  @Test
  void requests_timeZonesThatDiffer_shareOneCycle() throws Exception {
    var ledger = server.newLedger();
    try (var station = station()) {
      var one = gateway(station, "a", ledger, "1\ntime_zone = \"Pacific/Kiritimati\"");
      var other = gateway(station, "b", ledger, "1\ntime_zone = \"America/Los_Angeles\"");
      spendAll(one, other);
      station.assertBill("1", 95, "two gateways");
      assertTrue(other.log().contains("time_zone"), other.log());
    }
  }

  @Test
  void limit_loweredOnOneGateway_holdsForTheOther() throws Exception {
    var ledger = server.newLedger();
    try (var station = station()) {
      var one = gateway(station, "a", ledger, "2");
      var other = gateway(station, "b", ledger, "2");
      for (int i = 0; i < 40; i++) {
        assertEquals(200, ask(other));
      }
      one.admin(200, "PATCH", "/budgets/global", "{\"limit\":0.5}");
      spendAll(one, other);
      station.assertBill("0.5", 95, "two gateways");
    }
  }

  @Test
  void refusal_resetOnAnotherGateway_endsSoon() throws Exception {
    var ledger = server.newLedger();
    try (var station = station()) {
      var one = gateway(station, "a", ledger, "0.5");
      var other = gateway(station, "b", ledger, "0.5");
      spendAll(one, other);
      assertNotEquals(200, ask(other));
      one.admin(200, "POST", "/budgets/global/reset", "{}");
      awaitServed(other);
      spendAll(one, other);
      station.assertBill("1", 95, "0.5 before the reset, and again after it");
    }
  }

  @Test
  void refusal_peerWasKilledAndIsBack_ends() throws Exception {
    var ledger = server.newLedger();
    try (var station = station()) {
      var peer = gateway(station, "a", ledger, "1");
      var other = gateway(station, "b", ledger, "1");
      assertEquals(200, ask(peer));
      peer.kill();
      spendAll(other);
      long before = station.upstream().billNanos();
      var again = gateway(station, "a", ledger, "1");
      awaitServed(other);
      spendAll(other, again);
      station.assertBill("1", 95, before + " nano-dollars while the peer was dead");
    }
  }

  @Test
  void refusal_repriceFreedMoney_ends() throws Exception {
    var ledger = server.newLedger();
    try (var station = station()) {
      var one = gateway(station, "a", ledger, "0.5");
      spendAll(one);
      one.await(_ -> pending(one) == 0);
      station.rewrite("a", "output = 10", "output = 5");
      var repriced = station.nexus("a", "ledger", "reprice", "--since", "1d");
      assertEquals(0, repriced.exit(), repriced.out());
      awaitServed(one);
    }
  }

  private static long pending(LaunchedGateway gateway) {
    try {
      return gateway.metrics().count("nexus_ledger_records_pending");
    } catch (IOException e) {
      return -1;
    }
  }

  /** Each is used by one tag; all begin without a draw. */
  @Test
  void requests_threeHundredBudgetsOnALineOf5Milliseconds_doNotWait() throws Exception {
    int budgets = 300;
    int rounds = 5;
    var toml =
        IntStream.range(0, budgets)
            .mapToObj(
                i ->
                    "[[budgets]]\nname = \"b%d\"\nmatch = {tag = \"t%d\"}\nlimit = 1\n"
                        .formatted(i, i))
            .collect(Collectors.joining());
    var direct = server.newLedger();
    try (var station = station();
        var line = server.line()) {
      line.roundTrip(Duration.ofMillis(5));
      var gateway = station.gateway("a", toml + on(server.through(line, direct), "a"));
      assertEquals(200, ask(gateway));
      var next = new AtomicInteger();
      var failed = new AtomicInteger();
      var nanos = new long[budgets * rounds];
      try (var clients = Executors.newVirtualThreadPerTaskExecutor()) {
        for (int i = 0; i < 20; i++) {
          clients.execute(
              () -> {
                for (int n = next.getAndIncrement(); n < nanos.length; n = next.getAndIncrement()) {
                  try (var client = gateway.connect()) {
                    long start = System.nanoTime();
                    var answer =
                        client.post(Chats.PATH, Station.ask(), "X-Nexus-Tags: t" + n % budgets);
                    nanos[n] = System.nanoTime() - start;
                    failed.addAndGet(answer.status() == 200 ? 0 : 1);
                  } catch (IOException e) {
                    failed.incrementAndGet();
                  }
                }
              });
        }
      }
      assertEquals(0, failed.get());
      Arrays.sort(nanos);
      var p99 = Duration.ofNanos(nanos[nanos.length / 100 * 99]);
      assertTrue(p99.toMillis() < 1000, "p99 " + p99);
    }
  }
}
