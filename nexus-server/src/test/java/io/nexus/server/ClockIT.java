package io.nexus.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nexus.control.money.Money;
import io.nexus.ledger.jdbc.testing.PostgresServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Launched gateways whose machine's clock is set while they run. A library between them and the
 * system, libfaketime, turns the time of day that they see, and leaves the count of nanoseconds.
 */
@Timeout(240)
class ClockIT {

  private static final long LIMIT = Money.usd("1").nanos();

  @TempDir private Path temp;
  private Path clock;

  @BeforeEach
  void setRight() throws IOException {
    clock = temp.resolve("clock");
    set(0);
  }

  /**
   * Another cycle each day, so that a gateway which followed the clock would have money anew. The
   * zone is one in which the day has just begun.
   */
  private static String daily() {
    int hour = LocalTime.now(ZoneOffset.UTC).getHour();
    var zone = hour <= 12 ? "Etc/GMT+" + hour : "Etc/GMT-" + (24 - hour);
    return """
    [[budgets]]
    name = "day"
    window = "daily"
    time_zone = "%s"
    limit = 1
    [ledger]
    lease_ttl_seconds = 5
    """
        .formatted(zone);
  }

  /** Shifts the time by this number of seconds, for all processes that use the file. */
  private void set(long seconds) throws IOException {
    var next = Files.writeString(temp.resolve("clock.next"), "%+d\n".formatted(seconds));
    Files.move(next, clock, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  private Station station() throws IOException {
    return Station.open(temp).with("NEXUS_LEDGER_PASSWORD", PostgresServer.PASSWORD);
  }

  /** One that goes by the file, which the library reads once a second. */
  private LaunchedGateway gateway(Station station, String toml) throws Exception {
    return station.gateway(
        "one",
        toml,
        "env",
        "LD_PRELOAD=" + library(),
        "FAKETIME_TIMESTAMP_FILE=" + clock,
        "FAKETIME_CACHE_DURATION=1",
        "FAKETIME_DONT_FAKE_MONOTONIC=1");
  }

  /** The lead of the gateway's clock, from the last line of its log. */
  private static long aheadSeconds(LaunchedGateway gateway) throws IOException {
    var last = gateway.log().strip().lines().toList().getLast();
    var shown = Instant.parse(last.substring(0, last.indexOf(' ')));
    return Duration.between(Instant.now(), shown).toSeconds();
  }

  private static Path library() throws IOException {
    try (Stream<Path> folders = Files.list(Path.of("/usr/lib"))) {
      return folders
          .map(folder -> folder.resolve("faketime/libfaketimeMT.so.1"))
          .filter(Files::exists)
          .findFirst()
          .orElseThrow(() -> new IOException("no libfaketime: apt-get install libfaketime"));
    }
  }

  private static long spent(LaunchedGateway gateway) throws IOException {
    return GatewayBox.nanos(gateway.json("/v1/stats").at("/budgets/0/current_spending_usd"));
  }

  private static void ask(LaunchedGateway gateway, int requests) throws IOException {
    for (int i = 0; i < requests; i++) {
      try (var client = gateway.connect()) {
        var answer = client.post(Chats.PATH, Station.ask());
        assertEquals(200, answer.status(), answer::text);
      }
    }
  }

  /** Half of the budget before, all of the rest after, and nothing beyond. */
  private void assertUnmoved(Station station, LaunchedGateway gateway, long seconds)
      throws Exception {
    ask(gateway, 100);
    set(seconds);
    TimeUnit.SECONDS.sleep(2); // The library reads the file once a second.
    long start = System.nanoTime();
    ask(gateway, 20);
    var took = Duration.ofNanos(System.nanoTime() - start);
    assertTrue(took.toSeconds() < 60, "20 requests took " + took);
    assertEquals(120 * Station.REQUEST_NANOS, spent(gateway));
    try (var crowd = Crowd.start(gateway.port(), 20, _ -> Station.ask())) {
      station.assertBill("1", 100, crowd.awaitRefused());
    }
    assertEquals(LIMIT, spent(gateway));
    long ahead = aheadSeconds(gateway);
    assertTrue(Math.abs(ahead - seconds) < 600, "the gateway saw a clock " + ahead + " s ahead");
    gateway.close();
    assertEquals(LIMIT, station.spentNanos("one"));
    station.assertVerified("one");
  }

  @ParameterizedTest
  @ValueSource(longs = {-3600, 86_400})
  void requests_clockSetBackAnHourOrForwardADay_goOnInTheSameCycle(long seconds) throws Exception {
    try (var station = station()) {
      assertUnmoved(station, gateway(station, daily()), seconds);
    }
  }

  @Test
  void requests_clockSetBackAnHourBesidePostgres_goOnInTheSameCycle() throws Exception {
    var server = new PostgresServer();
    try (var station = station()) {
      var url = "url = \"" + server.newLedger().url() + "\"\n";
      assertUnmoved(station, gateway(station, daily() + url), -3600);
    } finally {
      server.close();
    }
  }
}
