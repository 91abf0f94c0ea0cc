package io.nexus.server;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.nexus.server.mock.Upstream;
import io.nexus.server.mock.UpstreamUsage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/**
 * The console of a launched gateway with ten thousand budgets and a million records of a month in
 * its SQLite file: how long each page takes. Only on demand: its figures are of a machine that does
 * nothing else.
 */
@EnabledIfSystemProperty(named = "nexus.records", matches = "\\d+")
class ConsoleSizeIT {

  private static final int RECORDS = Integer.getInteger("nexus.records", 1_000_000);
  private static final int BUDGETS = 10_000;
  private static final int TRIES = 3;
  private static final long MOST_MILLIS = 1_000;
  private static final Map<String, String> ENVIRONMENT =
      Map.of("APP", "nx-app", "NEXUS_ADMIN_KEY", "nx-admin");

  /** Of each page, what stands on it once it has all its figures. */
  private static final Map<String, String> PAGES =
      new TreeMap<>(
          Map.of(
              "overview", ".chart canvas",
              "budgets", ".budget .bar",
              "budgets?search=u9999&sort=spent", ".budget .bar",
              "keys", "tbody tr",
              "spend?since=30d", "tfoot",
              "spend?by=user&since=24h", "tfoot",
              "requests?source=ledger", "tbody tr",
              "requests?source=ledger&user=u77", "tbody tr",
              "backends", "#prices",
              "settings", "pre"));

  private static final List<String> QUERIES =
      List.of(
          "overview",
          "standings?limit=50",
          "standings?sort=spent&search=u99&offset=50",
          "spend?by=api&every=hour&since=30d&groups=1",
          "spend?by=model&every=hour&since=30d&groups=8",
          "spend?by=team&since=30d&groups=8",
          "spend?by=model&every=hour&since=24h&team=t7",
          "records?limit=100",
          "records?user=u77&limit=100",
          "records?outcome=unknown&limit=100");

  /** A report on each record of the month, while a bar shows the elapsed time. */
  private static final List<String> LONG_QUERIES =
      List.of("spend?by=key&since=30d&groups=1000", "spend?by=user&every=day&since=30d&groups=7");

  /** Makes budgets as the admin API does, and copies the one record over the last thirty days. */
  private static final String FILL =
      """
      import json, sqlite3, sys
      file, budgets, records = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
      db = sqlite3.connect(file)
      for i in range(budgets):
          made = {"name": f"b{i}", "match": {"user": f"u{i}"}, "limit": 1 + i % 7}
          value = json.dumps({"at": "2026-01-01T00:00:00Z", "made": made})
          db.execute("INSERT INTO nexus_setting (kind, name, value, version) VALUES ('budget', ?, ?, ?)",
                     (made["name"], value, i + 1))
          db.execute("INSERT INTO nexus_change (version, at, actor, address, action, target, value_before,"
                     " value_after, reason) VALUES (?, 0, 'a', '', 'budget.create', ?, 'null', ?, '')",
                     (i + 1, made["name"], json.dumps(made)))
      new = {
          "request_id": "'req_copy' || i",
          "at": f"at - i * 2592000000 / {records}",
          "model": "'m' || (i % 20)",
          "team": "'t' || (i % 50)",
          "caller_key": "'k' || (i % 200)",
          "caller_user": "'u' || (i % 10000)",
      }
      names = [row[1] for row in db.execute("PRAGMA table_info(nexus_spend)")]
      db.execute(f"INSERT INTO nexus_spend ({', '.join(names)})"
                 f" WITH RECURSIVE c(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM c WHERE i < {records})"
                 f" SELECT {', '.join(new.get(name, name) for name in names)} FROM nexus_spend, c")
      # The next start makes the sums, as of a ledger of before there were any.
      db.execute("DROP TABLE nexus_sum")
      db.execute("ALTER TABLE nexus_balance DROP COLUMN limit_epoch")
      db.execute("DELETE FROM nexus_schema WHERE version > 9")
      db.commit()
      """;

  @TempDir private Path temp;

  private final List<String> slow = new ArrayList<>();

  private static String toml(String url) {
    var toml =
        """
        [budget]
        monthly_limit = 1000000
        [[keys]]
        name = "app"
        key_env = "APP"
        """;
    return toml + GatewayBox.ONE_CLOUD.replace("{0}", url);
  }

  private void fill() throws IOException, InterruptedException {
    var file = temp.resolve("run/nexus-data/ledger.db").toString();
    var command =
        List.of("python3", "-c", FILL, file, Integer.toString(BUDGETS), Integer.toString(RECORDS));
    assertEquals(0, new ProcessBuilder(command).inheritIO().start().waitFor());
  }

  private LaunchedGateway start(Upstream upstream) throws Exception {
    return LaunchedGateway.start(temp.resolve("run"), toml(upstream.url()), ENVIRONMENT);
  }

  private static long millisSince(long nanos) {
    return (System.nanoTime() - nanos) / 1_000_000;
  }

  private void report(String what, long millis) {
    System.out.printf("The console takes %d ms for %s%n", millis, what);
    if (millis >= MOST_MILLIS) {
      slow.add(what + ": " + millis + " ms");
    }
  }

  private static long best(LaunchedGateway gateway, String query) throws IOException {
    long best = Long.MAX_VALUE;
    for (int i = 0; i < TRIES; i++) {
      try (var client = gateway.connect()) {
        long began = System.nanoTime();
        var answer = client.get("/admin/v1/" + query, "Authorization: Bearer nx-admin");
        assertEquals(200, answer.status(), answer::text);
        best = Math.min(best, millisSince(began));
      }
    }
    return best;
  }

  /** The page with its figures, from the click on. */
  private static long shown(Browser browser, String page, String element) throws Exception {
    browser.run("location.hash = '#/try'");
    browser.awaitElement("#message");
    browser.run("location.hash = '#/' + arguments[0]; window.began = performance.now()", page);
    var there = "document.querySelector('" + element + "') && !document.querySelector('.spinner')";
    return browser
        .runAsync(
            "const done = arguments[arguments.length - 1];"
                + "const look = () => "
                + there
                + " ? done(performance.now() - window.began) : setTimeout(look, 5); look();")
        .asLong();
  }

  private static void signIn(Browser browser, LaunchedGateway gateway) throws Exception {
    browser.open(gateway.url() + "/console");
    browser.type("#key", "nx-admin");
    browser.click("button[type=submit]");
    browser.awaitElement(".top");
  }

  @Test
  void console_largeLedger_showsEachPageWithinASecond() throws Exception {
    try (var upstream = Upstream.answering("Hello", UpstreamUsage.of(1000, 100))) {
      try (var gateway = start(upstream);
          var client = gateway.connect()) {
        var asked = client.post(GatewayBox.CHAT, GatewayBox.ask(), "Authorization: Bearer nx-app");
        assertEquals(200, asked.status(), asked::text);
      }
      fill();
      try (var gateway = start(upstream);
          var browser = Browser.start()) {
        browser.open(gateway.url() + "/console");
        browser.awaitElement("#key");
        var loaded =
            browser.run(
                "const all = [...performance.getEntriesByType('navigation'), ...performance.getEntriesByType('resource')];"
                    + "return [all.reduce((sum, each) => sum + each.transferSize, 0),"
                    + " Math.round(performance.getEntriesByType('navigation')[0].loadEventEnd)]");
        System.out.printf("The console's first load is %s bytes%n", loaded.path(0));
        report("the first load, until a key can be typed", loaded.path(1).asLong());
        var total = gateway.json("/admin/v1/spend?since=40d", "Authorization: Bearer nx-admin");
        assertEquals(RECORDS + 1, total.at("/total/requests").asInt(), total::toString);
        var standings = gateway.json("/admin/v1/standings", "Authorization: Bearer nx-admin");
        assertEquals(BUDGETS + 1, standings.path("total").asInt(), standings::toString);
        for (var query : QUERIES) {
          report("GET " + query, best(gateway, query));
        }
        for (var query : LONG_QUERIES) {
          System.out.printf(
              "The console takes %d ms for GET %s, which may%n", best(gateway, query), query);
        }
        signIn(browser, gateway);
        for (var page : PAGES.entrySet()) {
          long best = Long.MAX_VALUE;
          for (int i = 0; i < TRIES; i++) {
            best = Math.min(best, shown(browser, page.getKey(), page.getValue()));
          }
          report("the page " + page.getKey(), best);
        }
      }
    }
    assertEquals(List.of(), slow);
  }
}
