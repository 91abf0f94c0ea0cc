package io.nexus.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nexus.control.ledger.LedgerSettings;
import io.nexus.ledger.jdbc.testing.PostgresServer;
import java.nio.file.Path;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The console of one of two launched gateways that share a PostgreSQL. */
class ConsoleLedgerIT {

  private static final String ADMIN = "Authorization: Bearer nx-admin";
  private static final double SEEN_MILLIS = 2_000;

  @AutoClose private static final PostgresServer server = PostgresServer.started();

  @TempDir private Path temp;

  private static LaunchedGateway gateway(Station station, String node, LedgerSettings ledger)
      throws Exception {
    return station.gateway(
        node,
        """
        [budget]
        monthly_limit = 5
        [ledger]
        url = "%s"
        node = "%s"
        """
            .formatted(ledger.url(), node));
  }

  @Test
  void budgets_changedOnAnotherGateway_showWithinTwoSecondsAndTheLedgersAbsenceIsSaid()
      throws Exception {
    try (var station =
            Station.open(temp)
                .with("NEXUS_LEDGER_PASSWORD", PostgresServer.PASSWORD)
                .with("NEXUS_ADMIN_KEY", "nx-admin");
        var browser = Browser.start()) {
      var ledger = server.newLedger();
      var one = gateway(station, "a", ledger);
      var other = gateway(station, "b", ledger);
      browser.open(other.url() + "/console");
      browser.type("#key", "nx-admin");
      browser.click("button[type=submit]");
      ConsoleFixture.go(browser, "budgets");
      browser.awaitElement(".budget .bar");
      double fastest = Double.MAX_VALUE;
      for (int i = 1; i < 6 && fastest > SEEN_MILLIS; i++) {
        ConsoleFixture.watchFor(browser, "$6.00000000" + i);
        try (var client = one.connect()) {
          client.request(
              "PATCH", "/admin/v1/budgets/global", "{\"limit\":6.00000000" + i + "}", ADMIN);
          assertEquals(200, client.read().status());
        }
        long answered = System.currentTimeMillis();
        fastest = Math.min(fastest, ConsoleFixture.shownAt(browser) - answered);
      }
      assertTrue(fastest < SEEN_MILLIS, fastest + " ms");
      server.kill();
      browser.awaitElement("#away time");
      server.restart();
      browser.await("!document.querySelector('#away')");
      assertEquals("", browser.text(".notice.bad"));
    }
  }
}
