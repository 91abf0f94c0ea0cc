package io.nexus.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nexus.control.ledger.LedgerSettings;
import io.nexus.ledger.jdbc.testing.Line.Cut;
import io.nexus.ledger.jdbc.testing.PostgresServer;
import io.nexus.server.mock.UpstreamReply;
import io.nexus.server.mock.UpstreamReply.Pace;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Launched gateways that share a PostgreSQL, over lines that are long, frozen or cut. */
@Timeout(240)
class PostgresWeatherIT {

  private static final Duration BACK_WITHIN = Duration.ofSeconds(15);

  @AutoClose private static final PostgresServer server = PostgresServer.started();

  @TempDir private Path temp;

  private Station station() throws IOException {
    return Station.open(temp).with("NEXUS_LEDGER_PASSWORD", PostgresServer.PASSWORD);
  }

  private static String toml(String node, String url, String limit, String more) {
    return """
    [budget]
    monthly_limit = %s
    %s
    [ledger]
    url = "%s"
    node = "%s"
    lease_ttl_seconds = 5
    """
        .formatted(limit, more, url, node);
  }

  private static String toml(String node, LedgerSettings settings, String limit) {
    return toml(node, settings.url(), limit, "");
  }

  private static void await(Duration patience, String what, BooleanSupplier condition)
      throws InterruptedException {
    long end = System.nanoTime() + patience.toNanos();
    while (!condition.getAsBoolean()) {
      assertTrue(System.nanoTime() < end, what);
      TimeUnit.MILLISECONDS.sleep(20);
    }
  }

  private static int post(LaunchedGateway gateway, String body) throws IOException {
    try (var client = gateway.connect()) {
      return client.post(Chats.PATH, body).status();
    }
  }

  @Test
  void requests_lineOf240Milliseconds_spendNearlyAllAndNeverMore() throws Exception {
    var direct = server.newLedger();
    try (var station = station();
        var line = server.line()) {
      line.delay(120);
      var gateway = station.gateway("a", toml("a", server.through(line, direct), "1"));
      try (var crowd = Crowd.start(gateway.port(), 100, _ -> Station.ask())) {
        station.assertBill("1", 95, crowd.awaitRefused());
      }
      gateway.close();
      assertEquals(station.upstream().billNanos(), station.spentNanos("a"));
      station.assertVerified("a");
    }
  }

  @Test
  void requests_driverRewritesBatches_areCountedOnce() throws Exception {
    var url = server.newLedger().url() + "&reWriteBatchedInserts=true";
    try (var station = station()) {
      var gateway = station.gateway("a", toml("a", url, "1", ""));
      try (var crowd = Crowd.start(gateway.port(), 20, _ -> Station.ask())) {
        station.assertBill("1", 95, crowd.awaitRefused());
      }
      gateway.close();
      assertEquals(station.upstream().billNanos(), station.spentNanos("a"));
      station.assertVerified("a");
    }
  }

  @Test
  void requests_threeGatewaysOnLinesOf50Milliseconds_spendNearlyAllAndNeverMore() throws Exception {
    var direct = server.newLedger();
    try (var station = station();
        var line = server.line()) {
      line.delay(25);
      var gateways = new ArrayList<LaunchedGateway>();
      for (var name : List.of("a", "b", "c")) {
        gateways.add(station.gateway(name, toml(name, server.through(line, direct), "2")));
      }
      try (var crowd = Crowd.start(gateways.getFirst().port(), 20, _ -> Station.ask())) {
        for (var other : gateways.subList(1, 3)) {
          crowd.add(other.port(), 20, _ -> Station.ask());
        }
        station.assertBill("2", 95, crowd.awaitRefused());
      }
      for (var gateway : gateways) {
        gateway.close();
      }
      assertEquals(station.upstream().billNanos(), station.spentNanos("a"));
      station.assertVerified("a");
    }
  }

  /** Draws anew for a few requests each time, so that a ledger that is away shows at once. */
  private static String hungry(String node, LedgerSettings settings) {
    return toml(node, settings.url(), "1000", "on_error = \"closed\"") + "max_chunk = 0.02\n";
  }

  /** Once the statement is lost, and once its answer. */
  @Test
  void requests_connectionFrozenTwice_areServedAgainWithinSeconds() throws Exception {
    var direct = server.newLedger();
    try (var station = station();
        var line = server.line()) {
      var cutOff = station.gateway("a", hungry("a", server.through(line, direct)));
      var other = station.gateway("b", hungry("b", direct));
      for (var gateway : List.of(cutOff, other)) {
        await(BACK_WITHIN, "not served at first", () -> isServed(gateway));
      }
      for (var trap :
          List.<Function<String, CountDownLatch>>of(line::freezeAt, line::freezeAfter)) {
        var frozen = trap.apply("global");
        await(
            BACK_WITHIN,
            "nothing was sent",
            () -> {
              var _ = isServed(cutOff);
              return frozen.getCount() == 0;
            });
        long since = System.nanoTime();
        for (var gateway : List.of(cutOff, other)) {
          await(BACK_WITHIN, "away since the freeze", () -> isServedAnew(gateway));
        }
        var took = Duration.ofNanos(System.nanoTime() - since);
        assertTrue(took.compareTo(BACK_WITHIN) <= 0, "both were back after " + took);
      }
      assertTrue(server.connections() < 10, server.connections() + " connections");
    }
  }

  private static boolean isServed(LaunchedGateway gateway) {
    try {
      return post(gateway, Station.ask()) == 200;
    } catch (IOException e) {
      return false;
    }
  }

  /** More than it can have had in hand. */
  private static boolean isServedAnew(LaunchedGateway gateway) {
    for (int i = 0; i < 12; i++) {
      if (!isServed(gateway)) {
        return false;
      }
    }
    return true;
  }

  @Test
  void refusal_peerHeldNearlyAllAndGaveItBack_endsSoon() throws Exception {
    var ledger = server.newLedger();
    var answer = new CountDownLatch(1);
    try (var station = station();
        var client = holdNearlyAll(station, answer, station.gateway("a", toml("a", ledger, "1")))) {
      var poor = List.of(station.gateway("b", toml("b", ledger, "1")), third(station, ledger));
      for (var gateway : poor) {
        assertNotEquals(200, post(gateway, Station.ask()), "refused while the peer holds it");
      }
      answer.countDown();
      assertEquals(200, client.read().status());
      for (var gateway : poor) {
        await(BACK_WITHIN, "refused though it was given back", () -> isServed(gateway));
      }
    } finally {
      answer.countDown();
    }
  }

  private static LaunchedGateway third(Station station, LedgerSettings ledger) throws Exception {
    return station.gateway("c", toml("c", ledger, "1"));
  }

  /**
   * A request that may cost 99.95 cents, so that the rest pays for no other, and in fact costs half
   * a cent when it is answered.
   */
  private static RawHttp holdNearlyAll(
      Station station, CountDownLatch answer, LaunchedGateway gateway) throws Exception {
    station
        .upstream()
        .script(
            request ->
                request.json().path("max_tokens").asInt() > 500
                    ? new UpstreamReply.Stalled(Pace.after(answer), Station.answer(request))
                    : Station.answer(request));
    var client = gateway.connect().patient(Duration.ofSeconds(60));
    client.request("POST", Chats.PATH, Chats.body("m", "\"max_tokens\":99950"));
    station.upstream().awaitChat(1);
    return client;
  }

  @Test
  void requests_anotherGatewayTookTheName_areRefusedAndTheProcessEnds() throws Exception {
    var ledger = server.newLedger();
    try (var station = station()) {
      var fenced = station.gateway("a", toml("same", ledger.url(), "1", "on_error = \"open\""));
      assertEquals(200, post(fenced, Station.ask()));
      var _ = station.gateway("b", toml("same", ledger, "1"));
      try (var _ = Crowd.start(fenced.port(), 4, _ -> Station.ask())) {
        int exit = fenced.awaitExit(Duration.ofSeconds(60)).orElse(-1);
        assertTrue(exit > 2, "a code of its own: " + exit + "\n" + fenced.log());
      }
      station.assertBill("1", 0, fenced.log());
    }
  }

  @Test
  void ready_ledgerCutOffAndClosed_saysNoUntilItIsBack() throws Exception {
    var direct = server.newLedger();
    try (var station = station();
        var line = server.line()) {
      var toml = toml("a", server.through(line, direct).url(), "1", "on_error = \"closed\"");
      var gateway = station.gateway("a", toml);
      await(BACK_WITHIN, "ready at first", () -> isReady(gateway));
      line.cut(Cut.RESET);
      await(Duration.ofSeconds(30), "ready though cut off", () -> !isReady(gateway));
      line.mend();
      await(Duration.ofSeconds(30), "not ready again", () -> isReady(gateway));
      assertEquals(200, post(gateway, Station.ask()));
    }
  }

  private static boolean isReady(LaunchedGateway gateway) {
    try (var client = gateway.connect()) {
      return client.get("/health/ready").status() == 200;
    } catch (IOException e) {
      return false;
    }
  }
}
