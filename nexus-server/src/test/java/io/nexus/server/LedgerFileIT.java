package io.nexus.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nexus.control.money.Money;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Operations on a ledger: copies, restores, resets, repricing, and renamed budgets. */
@Timeout(240)
class LedgerFileIT {

  private static final String ADMIN = "Authorization: Bearer nx-admin";
  private static final String TEN_CENTS = budget("0.1");

  @TempDir private Path temp;

  private static String budget(String limit) {
    return """
    [budget]
    monthly_limit = %s
    [ledger]
    lease_ttl_seconds = 5
    """
        .formatted(limit);
  }

  private Station station() throws Exception {
    return Station.open(temp).with("NEXUS_ADMIN_KEY", "nx-admin");
  }

  private static void spend(LaunchedGateway gateway, int requests) throws Exception {
    for (int i = 0; i < requests; i++) {
      try (var client = gateway.connect()) {
        var answer = client.post(Chats.PATH, Station.ask());
        assertEquals(200, answer.status(), answer::text);
      }
    }
  }

  private static long shown(LaunchedGateway gateway) throws Exception {
    return GatewayBox.nanos(gateway.json("/v1/stats").at("/budget/current_spending_usd"));
  }

  private static void reset(LaunchedGateway gateway) throws Exception {
    try (var client = gateway.connect()) {
      var answer = client.post("/admin/v1/budgets/global/reset", "{}", ADMIN);
      assertEquals(200, answer.status(), answer::text);
    }
  }

  private static void awaitPosted(LaunchedGateway gateway) throws Exception {
    gateway.await(_ -> pending(gateway) == 0);
  }

  private static long pending(LaunchedGateway gateway) {
    try {
      return gateway.metrics().count("nexus_ledger_records_pending");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The money served before it refuses, in nano-dollars. */
  private static long spendAll(Station station, LaunchedGateway gateway) throws Exception {
    long before = station.upstream().billNanos();
    try (var crowd = Crowd.start(gateway.port(), 4, _ -> Station.ask())) {
      crowd.awaitRefused();
    }
    return station.upstream().billNanos() - before;
  }

  @Test
  void stop_clean_leavesAllInTheFileAlone() throws Exception {
    try (var station = station()) {
      var gateway = station.gateway("one", TEN_CENTS);
      spend(gateway, 10);
      gateway.close();
      Files.createDirectories(station.ledger("copy").getParent());
      Files.copy(station.ledger("one"), station.ledger("copy"));
      Files.copy(
          station.folder("one").resolve("nexus.toml"),
          station.folder("copy").resolve("nexus.toml"));
      assertEquals(10 * Station.REQUEST_NANOS, station.spentNanos("copy"));
    }
  }

  @Test
  void restore_copiedOverAfterACleanStop_isWhatCounts() throws Exception {
    try (var station = station()) {
      var gateway = station.gateway("one", TEN_CENTS);
      spend(gateway, 4);
      awaitPosted(gateway);
      var backup = station.folder("one").resolve("backup.db");
      var made = station.nexus("one", "ledger", "backup", backup.toString());
      assertEquals(0, made.exit(), made.out());
      spend(gateway, 6);
      gateway.close();
      Files.copy(backup, station.ledger("one"), StandardCopyOption.REPLACE_EXISTING);
      assertEquals(4 * Station.REQUEST_NANOS, station.spentNanos("one"));
      var again = station.gateway("one", TEN_CENTS);
      again.await(_ -> true);
      // Grants at the time of the copy may count as spent, since their use is unknown.
      long left = 16 * Station.REQUEST_NANOS;
      long spent = spendAll(station, again);
      assertTrue(spent <= left && spent >= left - 4 * Station.REQUEST_NANOS, "spent " + spent);
      again.close();
      station.assertVerified("one");
    }
  }

  @Test
  void reprice_downwardsAfterAReset_givesNoCredit() throws Exception {
    try (var station = station()) {
      var gateway = station.gateway("one", TEN_CENTS);
      spend(gateway, 20);
      awaitPosted(gateway);
      reset(gateway);
      gateway.await(stats -> GatewayBox.nanos(stats.at("/budget/current_spending_usd")) == 0);
      station.rewrite("one", "output = 10", "output = 5");
      var repriced = station.nexus("one", "ledger", "reprice", "--since", "1d");
      assertEquals(0, repriced.exit(), repriced.out());
      TimeUnit.SECONDS.sleep(6); // A lease time: until then a gateway need not have looked.
      assertEquals(Money.usd("0.1").nanos(), spendAll(station, gateway));
      gateway.close();
      station.assertVerified("one");
    }
  }

  @Test
  void reset_thousandsOfRecordsWait_forgivesAllAlsoAfterAKill() throws Exception {
    try (var station = station()) {
      var gateway = station.gateway("one", budget("100"));
      spend(gateway, 1);
      awaitPosted(gateway);
      try (var _ = SqliteLock.take(station.ledger("one"))) {
        var bodies = Chats.body("m", "\"max_tokens\":64");
        try (var _ = Crowd.start(gateway.port(), 20, _ -> bodies)) {
          gateway.await(_ -> pending(gateway) > 2000);
        }
        gateway.await(stats -> GatewayBox.nanos(stats.at("/budget/held_usd")) == 0);
        reset(gateway);
        assertEquals(0, shown(gateway));
        gateway.kill();
      }
      var again = station.gateway("one", budget("100"));
      awaitPosted(again);
      again.await(stats -> GatewayBox.nanos(stats.at("/budget/current_spending_usd")) == 0);
      again.close();
      station.assertVerified("one");
    }
  }

  @Test
  void requests_limitsThatMeanUnlimited_leaveTheOthersExact() throws Exception {
    var toml =
        """
        [budget]
        monthly_limit = 9000000000
        [[budgets]]
        name = "small"
        limit = 0.1
        [[budgets]]
        name = "large"
        limit = 5000000000
        """;
    try (var station = station()) {
      var gateway = station.gateway("one", toml);
      assertEquals(Money.usd("0.1").nanos(), spendAll(station, gateway));
      gateway.await(stats -> GatewayBox.nanos(stats.at("/budget/held_usd")) == 0);
      gateway.close();
      assertEquals(Money.usd("0.1").nanos(), station.spentNanos("one"));
      station.assertVerified("one");
    }
  }

  @Test
  void verify_afterPruneAndReprice_agrees() throws Exception {
    try (var station = station()) {
      var gateway = station.gateway("one", TEN_CENTS);
      spend(gateway, 4);
      awaitPosted(gateway);
      var pruned = station.nexus("one", "ledger", "prune", "--before", "0s");
      assertEquals(0, pruned.exit(), pruned.out());
      spend(gateway, 4);
      awaitPosted(gateway);
      station.rewrite("one", "output = 10", "output = 5");
      var repriced = station.nexus("one", "ledger", "reprice", "--since", "1d");
      assertEquals(0, repriced.exit(), repriced.out());
      station.assertVerified("one");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "time_zone = \"Pacific/Kiritimati\"",
        "window = \"weekly\"",
        "billing_cycle_start_day = 17"
      })
  void start_budgetDefinedAnew_carriesItsSpendOrSaysHowMuch(String change) throws Exception {
    var before = scoped("");
    try (var station = station()) {
      var gateway = station.gateway("one", before);
      spend(gateway, 10);
      gateway.close();
      var again = station.gateway("one", scoped(change));
      long spent = spendAll(station, again);
      var log = again.log();
      boolean carried = spent <= 10 * Station.REQUEST_NANOS;
      assertTrue(carried || (log.contains("0.05") && log.contains("nexus ledger carry")), log);
    }
  }

  private static String scoped(String change) {
    return "[[budgets]]\nname = \"team\"\n" + change + "\nlimit = 0.1\n";
  }
}
