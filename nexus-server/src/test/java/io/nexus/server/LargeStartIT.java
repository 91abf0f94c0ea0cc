package io.nexus.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nexus.control.ledger.LedgerSettings;
import io.nexus.ledger.jdbc.testing.PostgresServer;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Starts of a launched gateway on a PostgreSQL that has ten thousand keys and a hundred thousand
 * values of a budget, beside starts on an empty one.
 */
@Timeout(300)
class LargeStartIT {

  private static final int KEYS = 10_000;
  private static final int VALUES = 100_000;
  private static final int STARTS = Integer.getInteger("nexus.starts", 1);

  /** Of a machine that does much else; on a quiet one it is under a second. */
  private static final Duration MOST = Duration.ofSeconds(5);

  @AutoClose private static final PostgresServer server = PostgresServer.started();

  @TempDir private Path temp;

  private record Start(long millis, long megabytes) {

    Start better(Start other) {
      return new Start(Math.min(millis, other.millis), Math.min(megabytes, other.megabytes));
    }
  }

  private static LaunchedGateway gateway(Station station, String node, LedgerSettings ledger)
      throws Exception {
    return station.gateway(
        node,
        """
        [[keys]]
        name = "file"
        key_env = "NEXUS_KEY_FILE"
        trust_user = true
        [[budgets]]
        name = "each-user"
        per = "user"
        limit = 1000
        window = "lifetime"
        [ledger]
        url = "%s"
        node = "%s"
        """
            .formatted(ledger.url(), node));
  }

  private static int ask(LaunchedGateway gateway, String key, String user) throws IOException {
    var body = Station.ask().replaceFirst("\\{", "{\"user\":\"" + user + "\",");
    try (var client = gateway.connect()) {
      return client.post(Chats.PATH, body, "Authorization: Bearer " + key).status();
    }
  }

  /** A start, until a key lets a client in. */
  private static Start measured(Station station, String node, LedgerSettings ledger, String key)
      throws Exception {
    long began = System.nanoTime();
    try (var gateway = gateway(station, node, ledger);
        var client = gateway.connect()) {
      assertEquals(200, client.get("/v1/key", "Authorization: Bearer " + key).status());
      long millis = (System.nanoTime() - began) / 1_000_000;
      return new Start(millis, gateway.residentMegabytes());
    }
  }

  /** Adds this number of keys, and of users with spend. */
  private static void fill(LedgerSettings ledger) throws Exception {
    var schema = ledger.url().replaceFirst(".*currentSchema=(\\w+).*", "$1");
    server.execute(
        """
        SET search_path TO %1$s;
        INSERT INTO nexus_setting (kind, name, value, version)
          SELECT 'key', 'k' || i, '{"at":"2026-01-01T00:00:00Z","made":{"name":"k' || i
            || '","sha256":"' || encode(sha256(('secret-' || i)::bytea), 'hex')
            || '","team":"t' || i %% 100 || '"}}', i
          FROM generate_series(1, %2$d) i;
        INSERT INTO nexus_change
            (version, at, actor, address, action, target, value_before, value_after, reason)
          SELECT i, 0, 'a', '', 'key.create', 'k' || i, 'null', '{}', ''
          FROM generate_series(1, %2$d) i;
        INSERT INTO nexus_balance (budget, cycle_start, cycle_end, spend_limit, settled,
            outstanding, last_granted)
          SELECT 'each-user/v' || i, cycle_start, cycle_end, spend_limit, 1000000000, 0, 0
          FROM nexus_balance, generate_series(1, %3$d) i WHERE budget = 'each-user/first'
        """
            .formatted(schema, KEYS, VALUES));
  }

  @Test
  void start_manyKeysAndValues_takesHardlyLonger() throws Exception {
    var empty = server.newLedger();
    var full = server.newLedger();
    try (var station =
        Station.open(temp)
            .with("NEXUS_LEDGER_PASSWORD", PostgresServer.PASSWORD)
            .with("NEXUS_KEY_FILE", "key-of-the-file")
            .with("NEXUS_ADMIN_KEY", "nx-admin")) {
      try (var gateway = gateway(station, "full", full)) {
        assertEquals(200, ask(gateway, "key-of-the-file", "first"));
      }
      fill(full);
      var withNone = measured(station, "empty", empty, "key-of-the-file");
      var withMany = measured(station, "full", full, "secret-" + KEYS);
      for (int i = 1; i < STARTS; i++) {
        withNone = withNone.better(measured(station, "empty", empty, "key-of-the-file"));
        withMany = withMany.better(measured(station, "full", full, "secret-" + KEYS));
      }
      System.out.printf(
          "A start with %d keys and %d values takes %d ms and %d MB, an empty one %d ms and %d MB%n",
          KEYS, VALUES, withMany.millis, withMany.megabytes, withNone.millis, withNone.megabytes);
      assertTrue(
          withMany.millis - withNone.millis < MOST.toMillis(), withMany + " beside " + withNone);
      try (var gateway = gateway(station, "full", full);
          var client = gateway.connect()) {
        assertEquals(200, ask(gateway, "key-of-the-file", "v" + VALUES));
        var budget =
            GatewayBox.json(
                client.get(
                    "/admin/v1/budgets/each-user%2Fv" + VALUES, "Authorization: Bearer nx-admin"));
        assertTrue(budget.path("spent").asDouble() >= 1, budget::toString);
      }
    }
  }
}
