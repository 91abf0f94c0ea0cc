package io.nexus.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nexus.control.money.Money;
import io.nexus.server.mock.Upstream;
import io.nexus.server.mock.UpstreamUsage;
import io.nexus.server.mock.UpstreamUsage.Prices;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The console of the launched gateway, as people have it: in a browser. */
class ConsoleIT {

  private static final Map<String, String> ENVIRONMENT =
      Map.of("APP", "nx-app", "WEB", "nx-web", "NEXUS_ADMIN_KEY", "nx-admin", "TOM", "nx-tom");
  private static final String TOML =
      """
      [budget]
      monthly_limit = 100
      [[budgets]]
      name = "apps"
      match = { team = "apps" }
      limit = 5
      window = "daily"
      hard_limit_action = "reject"
      [[budgets]]
      name = "webs"
      match = { team = "webs" }
      limit = 7
      [[budgets]]
      name = "tiny"
      match = { key = "web" }
      limit = 0.01
      mode = "shadow"
      [[alerts]]
      name = "half"
      budgets = "tiny"
      thresholds = [50]
      url = "http://127.0.0.1:9"
      [[teams]]
      name = "nights"
      limit = 12.5
      models = ["m"]
      [[keys]]
      name = "app"
      key_env = "APP"
      team = "apps"
      tags = ["batch", "night"]
      [[keys]]
      name = "web"
      key_env = "WEB"
      team = "webs"
      [[admin_keys]]
      name = "tom"
      key_env = "TOM"
      role = "team_admin"
      team = "webs"
      """;

  /** Of each page, what stands on it once it has its figures. */
  private static final Map<String, String> PAGES =
      Map.of(
          "overview", ".chart canvas",
          "budgets", ".budget .bar",
          "keys", "tbody tr",
          "spend", ".chart canvas",
          "requests", "tbody tr",
          "requests?source=ledger", "tbody tr",
          "try", "#message",
          "backends", "#prices",
          "settings", "pre");

  private static final Map<String, String> PAGES_OF_A_TEAM =
      Map.of(
          "budgets", ".budget .bar",
          "keys", "tbody tr",
          "spend", ".chart canvas",
          "requests", "tbody tr",
          "requests?source=ledger", "tbody tr",
          "try", "#message");

  @TempDir private static Path temp;
  private static Upstream upstream;
  private static LaunchedGateway gateway;
  private static String axe;

  private Browser browser;

  @BeforeAll
  static void start() throws Exception {
    try (var in =
        ConsoleIT.class
            .getClassLoader()
            .getResourceAsStream("META-INF/resources/webjars/axe-core/4.6.3/axe.min.js")) {
      axe = new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
    // 1000 x $0.0000025 + 100 x $0.00001 = $0.0035 a request.
    upstream = Upstream.answering("Hello", UpstreamUsage.of(1000, 100)).models("m");
    upstream.price(Prices.of("2.5", "10"));
    gateway =
        LaunchedGateway.start(
            temp.resolve("run"),
            TOML + GatewayBox.ONE_CLOUD.replace("{0}", upstream.url()),
            ENVIRONMENT);
    ask("nx-app", 3);
    ask("nx-web", 2);
  }

  @AfterAll
  static void stop() throws Exception {
    gateway.close();
    upstream.close();
  }

  @BeforeEach
  void open() throws Exception {
    browser = Browser.start();
  }

  @AfterEach
  void leave() throws Exception {
    browser.close();
  }

  private static void ask(String key, int times) throws IOException {
    for (int i = 0; i < times; i++) {
      assertEquals(200, status(key));
    }
  }

  private static int status(String key) throws IOException {
    try (var client = gateway.connect()) {
      client.request("POST", GatewayBox.CHAT, GatewayBox.ask(), "Authorization: Bearer " + key);
      return client.read().status();
    }
  }

  private static void signIn(Browser browser, String key) throws Exception {
    browser.open(gateway.url() + "/console");
    browser.type("#key", key);
    browser.click("button[type=submit]");
  }

  private static void go(Browser browser, String page) throws Exception {
    browser.awaitElement(".top");
    browser.run("location.hash = '#/' + arguments[0]", page);
  }

  /** Nothing went wrong on the pages, and nothing but the gateway was asked. */
  private static void assertClean(Browser browser) throws IOException {
    assertEquals(List.of(), browser.problems());
    var requested = browser.requested();
    assertFalse(requested.isEmpty());
    for (var address : requested) {
      assertTrue(address.startsWith(gateway.url() + "/"), address);
    }
  }

  private List<String> findings(String page) throws IOException {
    var found =
        browser.runAsync(
            axe
                + """
                ;const done = arguments[arguments.length - 1];
                axe.run(document, { resultTypes: ["violations"] }).then(
                  (result) => done(result.violations
                    .filter((each) => ["serious", "critical"].includes(each.impact))
                    .map((each) => each.id + ": " + each.nodes.map((node) =>
                      node.target + " " + node.failureSummary).join("; "))),
                  (problem) => done([String(problem)]));
                """);
    var findings = new ArrayList<String>();
    found.forEach(each -> findings.add(page + ": " + each.asText()));
    return findings;
  }

  @Test
  void signIn_wrongKey_isToldAndNothingIsKept() throws Exception {
    signIn(browser, "nx-wrong");
    browser.awaitText("This key is not known here.");
    // The gateway's refusals of the key are what the browser logs here.
    assertTrue(browser.problems().stream().allMatch(each -> each.contains("status of 40")));
    browser.type("#key", "nx-admin");
    browser.click("button[type=submit]");
    browser.awaitElement(".figures");
    var kept =
        browser.run(
            "return JSON.stringify([{...localStorage}, {...sessionStorage}, document.cookie,"
                + " location.href])");
    assertFalse(kept.asText().contains("nx-"), kept.asText());
    browser.open(gateway.url() + "/console");
    browser.awaitElement("#key");
    assertClean(browser);
  }

  @Test
  void everyPage_lightAndDark_isWholeAndAccessible() throws Exception {
    signIn(browser, "nx-admin");
    var findings = new ArrayList<String>();
    for (var page : PAGES.entrySet()) {
      for (var scheme : List.of("light", "dark")) {
        browser.scheme(scheme);
        go(browser, page.getKey());
        browser.awaitElement(page.getValue());
        findings.addAll(findings(page.getKey() + " " + scheme));
      }
    }
    assertEquals(List.of(), findings);
    assertClean(browser);
  }

  @Test
  void everyPage_fromNarrowToWide_needsNoScrollingAcross() throws Exception {
    signIn(browser, "nx-admin");
    for (int width : List.of(360, 2560)) {
      browser.size(width, 900);
      for (var page : PAGES.entrySet()) {
        go(browser, page.getKey());
        browser.awaitElement(page.getValue());
        int needed = browser.run("return document.documentElement.scrollWidth").asInt();
        assertTrue(needed <= width, page.getKey() + " needs " + needed + " of " + width);
      }
    }
    assertClean(browser);
  }

  @Test
  void overview_whileRequestsRun_followsThem() throws Exception {
    signIn(browser, "nx-admin");
    browser.awaitElement(".figures");
    var before = gateway.json("/v1/stats", "Authorization: Bearer nx-admin");
    ask("nx-app", 2);
    long total = before.at("/requests/total").asLong() + 2;
    browser.awaitText(total + " since the start");
    go(browser, "requests");
    browser.awaitElement("tbody tr");
    browser.press(browser.run("return document.querySelector('tbody button').ariaLabel").asText());
    browser.awaitText("capability-match");
    browser.awaitText("$0.0035");
    assertClean(browser);
  }

  @Test
  void overview_alertsAndToday_areShown() throws Exception {
    signIn(browser, "nx-admin");
    browser.awaitText("has reached 50 % of $0.01");
    browser.run(
        "const range = document.querySelector('#range'); range.value = 'today';"
            + "range.dispatchEvent(new Event('change'))");
    browser.awaitText("Spent in this time: $0.0");
    go(browser, "keys");
    browser.await(
        "[...document.querySelectorAll('tr')].some(row =>"
            + " row.innerText.includes('nights') && row.innerText.includes('$12.50 monthly'))");
    assertClean(browser);
  }

  @Test
  void limit_changedOnThePage_refusesTheNextRequestAndIsSeenElsewhere() throws Exception {
    try (var other = Browser.start()) {
      signIn(other, "nx-admin");
      go(other, "budgets?search=apps");
      other.awaitElement(".budget");
      signIn(browser, "nx-admin");
      go(browser, "budgets?search=apps");
      browser.press("Change budget apps");
      browser.type("#limit", "0.000000001");
      browser.press("Review …");
      browser.awaitText("goes from $5.00 to $0.000000001");
      browser.press("Confirm: change the limit");
      other.awaitText("changed from $5.00");
      assertEquals(429, status("nx-app"));
      go(browser, "settings");
      browser.awaitText("budget.limit");
      browser.press("Undo");
      other.await("!document.body.innerText.includes('changed from')");
      go(browser, "budgets?search=apps");
      browser.press("Change budget apps");
      browser.press("Back to the file's limit");
      browser.awaitText("is that of nexus.toml again");
      assertEquals(200, status("nx-app"));
      assertClean(browser);
      assertClean(other);
    }
  }

  @Test
  void key_madeOnThePage_worksUntilItIsRevoked() throws Exception {
    signIn(browser, "nx-admin");
    go(browser, "keys");
    browser.press("Create a key");
    browser.type("#key-name", "made");
    browser.type("#key-team", "webs");
    browser.press("Review …");
    browser.press("Confirm: create it");
    browser.awaitElement("#secret");
    var secret = browser.text("#secret");
    assertEquals(200, status(secret));
    browser.press("Done");
    browser.await("!document.body.innerText.includes('" + secret + "')");
    browser.press("Revoke key made");
    browser.type("#sure", "made");
    browser.press("Review …");
    browser.press("Confirm: revoke it");
    browser.awaitText("Key made is revoked");
    assertEquals(401, status(secret));
    assertClean(browser);
  }

  @Test
  void backend_drainedOnThePageForAReason_getsNothingUntilItIsEnabled() throws Exception {
    signIn(browser, "nx-admin");
    go(browser, "backends");
    browser.press("Drain cloud");
    browser.type("#reason", "it burns – für jetzt");
    browser.press("Review …");
    browser.press("Confirm: drain it");
    browser.awaitText("Backend cloud is drained");
    assertEquals(503, status("nx-app"));
    browser.press("Probe cloud");
    browser.awaitText("Backend cloud is up");
    browser.press("Enable cloud");
    browser.awaitText("gets requests again");
    assertEquals(200, status("nx-app"));
    go(browser, "settings");
    browser.awaitText("it burns – für jetzt");
    browser.awaitText("port = 0  # NEXUS_SERVER__PORT");
    browser.press("Reload nexus.toml");
    browser.awaitText("nexus.toml is in force as it is now.");
    assertClean(browser);
  }

  @Test
  void budget_switchedToShadowOnThePage_refusesNothing() throws Exception {
    try (var other = gateway.connect()) {
      other.request(
          "PATCH", "/admin/v1/budgets/webs", "{\"limit\":0}", "Authorization: Bearer nx-admin");
      assertEquals(200, other.read().status());
    }
    assertEquals(503, status("nx-web"));
    signIn(browser, "nx-admin");
    go(browser, "budgets?search=webs");
    browser.press("Change budget webs");
    browser.run("document.querySelector('input[value=mode]').click()");
    browser.press("Review …");
    browser.press("Confirm: only report");
    browser.awaitText("shadow: reports only");
    assertEquals(200, status("nx-web"));
    try (var other = gateway.connect()) {
      other.request("DELETE", "/admin/v1/budgets/webs", "", "Authorization: Bearer nx-admin");
      assertEquals(200, other.read().status());
    }
    browser.await("!document.body.innerText.includes('shadow: reports only')");
    assertClean(browser);
    browser.press("Undo");
    browser.awaitText("Not undone: Somebody else has changed this since");
  }

  @Test
  void spend_ofThePage_equalsTheCommands() throws Exception {
    var ran = LaunchedGateway.run(gateway.folder(), ENVIRONMENT, "spend", "--by", "key", "--json");
    assertEquals(0, ran.exit(), ran.out());
    signIn(browser, "nx-admin");
    go(browser, "spend?by=key&since=7d");
    browser.awaitElement("tfoot");
    var spend = GatewayBox.parse(ran.out());
    for (var line : spend.path("data")) {
      var name = line.path("group").asText();
      assertEquals(GatewayBox.nanos(line.path("cost_usd")), nanos(name), name);
    }
    assertEquals(GatewayBox.nanos(spend.at("/total/cost_usd")), nanos("Total"));
    assertClean(browser);
  }

  /** The cost in the row of that name. */
  private long nanos(String name) throws Exception {
    var text =
        browser.run(
            "return [...document.querySelectorAll('#figures ~ *, .table tr')].find(row =>"
                + " row.querySelector?.('th[scope=row]')?.innerText === arguments[0])"
                + "?.querySelector('.money')?.innerText ?? ''",
            name);
    assertTrue(text.asText().startsWith("$"), name + ": " + text);
    return Money.usd(text.asText().substring(1).replace(",", "")).nanos();
  }

  /** Of an administrator of the team webs: nothing that is of apps may ever stand on the page. */
  @Test
  void teamAdmin_onEachPage_seesAndSteersItsTeamAlone() throws Exception {
    signIn(browser, "nx-tom");
    browser.awaitText("tom, team webs");
    var findings = new ArrayList<String>();
    for (var page : PAGES_OF_A_TEAM.entrySet()) {
      go(browser, page.getKey());
      browser.awaitElement(page.getValue());
      var shown = browser.text("body");
      assertFalse(shown.matches("(?s).*\\b(apps?|global)\\b.*"), page.getKey() + shown);
      findings.addAll(findings(page.getKey()));
    }
    assertEquals(List.of(), findings);
    assertEquals(
        "Budgets,Keys and teams,Spend,Requests,Try it",
        browser
            .run("return [...document.querySelectorAll('nav a')].map(a => a.innerText).join()")
            .asText());
    go(browser, "budgets");
    browser.press("Change budget webs");
    browser.awaitText("It was laid down for your team");
    browser.press("Close");
    go(browser, "keys");
    browser.press("Create a key");
    browser.type("#key-name", "toms");
    browser.type("#key-limit", "0.000000001");
    browser.press("Review …");
    browser.press("Confirm: create it");
    browser.awaitElement("#secret");
    var secret = browser.text("#secret");
    browser.press("Done");
    assertEquals(503, status(secret));
    try (var client = gateway.connect()) {
      var body = "{\"name\":\"of-nobody\",\"limit\":3,\"match\":{\"user\":\"nobody\"}}";
      client.request("POST", "/admin/v1/budgets", body, "Authorization: Bearer nx-tom");
      assertEquals(201, client.read().status());
    }
    go(browser, "budgets?search=of-nobody");
    browser.press("Change budget of-nobody");
    browser.type("#limit", "2");
    browser.press("Review …");
    browser.press("Confirm: change the limit");
    browser.awaitText("Limit of of-nobody: $2.00");
    go(browser, "keys");
    browser.press("Revoke key toms");
    browser.type("#sure", "toms");
    browser.press("Review …");
    browser.press("Confirm: revoke it");
    browser.awaitText("Key toms is revoked");
    assertEquals(401, status(secret));
    assertClean(browser);
  }

  @Test
  void usage_ofAClientsKey_isItsOwnAlone() throws Exception {
    signIn(browser, "nx-web");
    browser.awaitElement(".bar");
    browser.awaitElement("tfoot");
    var page = browser.text("body");
    assertTrue(page.contains("webs") && page.contains("My usage"), page);
    assertFalse(page.contains("apps") || page.contains("Budgets"), page);
    assertEquals(List.of(), findings("usage"));
    go(browser, "try");
    browser.type("#model", "m");
    browser.press("Send");
    browser.awaitText("x-nexus-cost");
    browser.awaitText("Would hold");
    // The admin API's refusal of a client's key at the sign-in is what the browser logs here.
    var problems = browser.problems();
    assertTrue(problems.stream().allMatch(each -> each.contains("/self")), problems.toString());
  }
}
