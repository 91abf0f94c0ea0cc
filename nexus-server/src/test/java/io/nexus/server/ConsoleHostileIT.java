package io.nexus.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.json.JsonMapper;
import io.nexus.server.mock.UpstreamReply;
import io.nexus.server.mock.UpstreamUsage;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The console where names and texts are as hostile as clients and upstreams can make them. */
class ConsoleHostileIT extends ConsoleFixture {

  private static final String MARKUP =
      "<img src=x onerror='window.hacked=1'><script>window.hacked=1</script>\"javascript:hacked()";
  private static final String LONG = MARKUP + "x".repeat(120) + " \u202e\ud83d\ude00{{7*7}}";

  private static final Map<String, String> PAGES =
      Map.of(
          "overview", ".chart canvas",
          "budgets", ".budget .bar",
          "keys", "tbody tr",
          "spend?by=user", "tfoot",
          "spend?by=tag&every=hour", "tfoot",
          "requests", "tbody tr",
          "requests?source=ledger", "tbody tr",
          "backends", "#prices",
          "settings", "pre");

  private static int ask(String model, String user) throws Exception {
    var body =
        Map.of(
            "model",
            model,
            "user",
            user,
            "messages",
            List.of(Map.of("role", "user", "content", MARKUP)));
    try (var client = gateway.connect()) {
      var text = new JsonMapper().writeValueAsString(body);
      var tags = "X-Nexus-Tags: " + MARKUP.replace(",", "") + "," + "y".repeat(200);
      return client.post(GatewayBox.CHAT, text, "Authorization: Bearer nx-app", tags).status();
    }
  }

  private static void admin(String path, Object body) throws Exception {
    try (var client = gateway.connect()) {
      var text = new JsonMapper().writeValueAsString(body);
      var answer = client.post("/admin/v1/" + path, text, "Authorization: Bearer nx-admin");
      assertEquals(201, answer.status(), answer::text);
    }
  }

  @Test
  void everyPage_onATelephone_showsThemAsTextAndFitsThem() throws Exception {
    var match = new HashMap<String, String>(Map.of("user", LONG));
    admin("budgets", Map.of("name", "of-long", "match", match, "limit", 1));
    admin("keys", Map.of("name", "k".repeat(64), "team", LONG, "user", LONG, "notes", MARKUP));
    assertEquals(200, ask("m", LONG));
    assertEquals(404, ask(LONG + LONG, LONG + LONG));
    upstream.script(
        _ ->
            UpstreamReply.refuse(
                400, "{\"error\":{\"message\":\"" + "<script>window.hacked=1</script>" + "\"}}"));
    assertEquals(400, ask("m", MARKUP));
    upstream.script(request -> UpstreamReply.chat(request, MARKUP, UpstreamUsage.of(1, 1)));
    signIn(browser, "nx-admin");
    browser.size(360, 800);
    // Where days begin at other times than for the gateway, and hours at a quarter.
    browser.command("Emulation.setTimezoneOverride", Map.of("timezoneId", "Asia/Kathmandu"));
    var findings = new ArrayList<String>();
    for (var page : PAGES.entrySet()) {
      go(browser, page.getKey());
      browser.awaitElement(page.getValue());
      browser.await("!document.querySelector('.spinner')");
      check(page.getKey(), findings);
    }
    go(browser, "requests");
    browser.awaitElement("tbody button");
    var opened = browser.run("return document.querySelectorAll('tbody button').length").asInt();
    for (int i = 0; i < opened; i++) {
      browser.run("document.querySelectorAll('tbody button')[arguments[0]].click()", i);
      browser.awaitElement("dialog dl");
      check("request " + i, findings);
      browser.press("Close");
    }
    go(browser, "try?model=m");
    browser.type("#client-key", "nx-app");
    browser.press("Send");
    browser.awaitText("onerror='window.hacked=1'");
    check("try", findings);
    assertEquals(List.of(), findings);
    assertClean(browser);
  }

  private void check(String page, List<String> findings) throws Exception {
    var seen =
        browser.run(
            "return [Boolean(window.hacked), document.querySelectorAll('#app :is(img, script, iframe)').length,"
                + " document.documentElement.scrollWidth, location.href]");
    assertEquals("false", seen.path(0).asText(), page);
    assertEquals(0, seen.path(1).asInt(), page);
    assertTrue(seen.path(2).asInt() <= 360, page + " needs " + seen.path(2));
    findings.addAll(findings(page));
  }

  @Test
  void gateway_goneAndBackOnItsPort_isSaidAndForgotten() throws Exception {
    signIn(browser, "nx-admin");
    go(browser, "budgets");
    browser.awaitElement(".budget .bar");
    var environment = new HashMap<>(ENVIRONMENT);
    environment.put("NEXUS_SERVER__PORT", Integer.toString(gateway.port()));
    gateway.close();
    browser.awaitText("The gateway does not answer. The figures are the last ones known.");
    assertTrue(browser.text("body").contains("apps"));
    gateway =
        LaunchedGateway.start(
            gateway.folder(),
            TOML + GatewayBox.ONE_CLOUD.replace("{0}", upstream.url()),
            environment);
    browser.await("!document.body.innerText.includes('does not answer')");
    // Everything is loaded: later changes arrive by events.
    watchFor(browser, "changed from $7.00");
    try (var client = gateway.connect()) {
      client.request(
          "PATCH", "/admin/v1/budgets/webs", "{\"limit\":8}", "Authorization: Bearer nx-admin");
      assertEquals(200, client.read().status());
    }
    assertTrue(shownAt(browser) > 0);
  }

  /** A gateway without requests and without models. */
  @Test
  void everyPage_ofAnEmptyGateway_saysWhatToDo() throws Exception {
    var folder = gateway.folder().resolve("empty");
    try (var empty = LaunchedGateway.start(folder, "", Map.of("NEXUS_ADMIN_KEY", "nx-admin"))) {
      browser.open(empty.url() + "/console");
      browser.type("#key", "nx-admin");
      browser.click("button[type=submit]");
      var findings = new ArrayList<String>();
      for (var page : PAGES.keySet()) {
        go(browser, page);
        browser.awaitElement("main .notice, main #configuration");
        browser.await("!document.querySelector('.spinner')");
        assertEquals("", browser.text(".notice.bad"), page);
        findings.addAll(findings(page));
      }
      assertEquals(List.of(), findings);
      assertEquals(List.of(), browser.problems());
    }
  }
}
