package io.nexus.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

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
import org.junit.jupiter.api.io.TempDir;

/** A launched gateway with a console, and a real Chromium that looks at it. */
abstract class ConsoleFixture {

  static final Map<String, String> ENVIRONMENT =
      Map.of(
          "APP", "nx-app",
          "WEB", "nx-web",
          "NEXUS_ADMIN_KEY", "nx-admin",
          "TOM", "nx-tom",
          "EVE", "nx-eve");
  static final String TOML =
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
      [[admin_keys]]
      name = "eve"
      key_env = "EVE"
      role = "viewer"
      """;

  @TempDir private static Path temp;
  static Upstream upstream;
  static LaunchedGateway gateway;
  static String axe;

  Browser browser;

  @BeforeAll
  static void start() throws Exception {
    try (var in =
        ConsoleFixture.class
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

  static void ask(String key, int times) throws IOException {
    for (int i = 0; i < times; i++) {
      assertEquals(200, status(key));
    }
  }

  static int status(String key) throws IOException {
    try (var client = gateway.connect()) {
      client.request("POST", GatewayBox.CHAT, GatewayBox.ask(), "Authorization: Bearer " + key);
      return client.read().status();
    }
  }

  static void signIn(Browser browser, String key) throws Exception {
    browser.open(gateway.url() + "/console");
    browser.type("#key", key);
    browser.click("button[type=submit]");
  }

  static void go(Browser browser, String page) throws Exception {
    browser.awaitElement(".top");
    browser.run("location.hash = '#/' + arguments[0]", page);
  }

  /** Has the page note when it first shows a text, in milliseconds of the epoch. */
  static void watchFor(Browser browser, String text) throws Exception {
    browser.run(
        """
        const text = arguments[0];
        window.shownAt = 0;
        const look = () => {
          if (!window.shownAt && document.body.innerText.includes(text)) {
            window.shownAt = performance.timeOrigin + performance.now();
          }
        };
        new MutationObserver(look).observe(document.body, { subtree: true, childList: true, characterData: true });
        look();
        """,
        text);
  }

  /** When it did. */
  static double shownAt(Browser browser) throws Exception {
    browser.await("window.shownAt");
    return browser.run("return window.shownAt").asDouble();
  }

  /** The pages had no errors, and called only the gateway. */
  static void assertClean(Browser browser) throws IOException {
    assertEquals(List.of(), browser.problems());
    var requested = browser.requested();
    assertFalse(requested.isEmpty());
    for (var address : requested) {
      assertTrue(address.startsWith(gateway.url() + "/"), address);
    }
  }

  List<String> findings(String page) throws IOException {
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
}
