package io.nexus.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The console for restricted users: administrators of a team, and clients. */
class ConsoleRolesIT extends ConsoleFixture {

  private static final Map<String, String> PAGES_OF_A_TEAM =
      Map.of(
          "budgets", ".budget .bar",
          "keys", "tbody tr",
          "spend", ".chart canvas",
          "requests", "tbody tr",
          "requests?source=ledger", "tbody tr",
          "try", "#message");

  private static final Map<String, String> PAGES_OF_A_VIEWER =
      Map.of(
          "budgets", ".budget .bar",
          "keys", "tbody tr",
          "backends", "#prices",
          "settings", "pre");

  /** For an administrator of the team webs, the page never shows data of the team apps. */
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

  /** Each enabled button of a viewer works at the gateway. */
  @Test
  void viewer_onEachPage_findsNoButtonThatIsRefused() throws Exception {
    signIn(browser, "nx-eve");
    browser.awaitText("it sees everything and changes nothing");
    var findings = new ArrayList<String>();
    for (var page : PAGES_OF_A_VIEWER.entrySet()) {
      go(browser, page.getKey());
      browser.awaitElement(page.getValue());
      browser.awaitElement("main button:disabled[title*='role viewer']");
      findings.addAll(findings(page.getKey()));
      browser.run(
          "document.querySelectorAll('main button:not(:disabled)').forEach(b => b.click())");
      assertEquals("", browser.text("dialog"), page.getKey());
    }
    assertEquals(List.of(), findings);
    assertClean(browser);
  }

  @Test
  void usage_ofAKeyThatIsRevoked_isNobodysAnyMore() throws Exception {
    try (var client = gateway.connect()) {
      var made =
          client.post("/admin/v1/keys", "{\"name\":\"short\"}", "Authorization: Bearer nx-admin");
      signIn(browser, GatewayBox.json(made).path("key").asText());
      browser.awaitText("Key short");
      client.request("DELETE", "/admin/v1/keys/short", "", "Authorization: Bearer nx-admin");
      assertEquals(200, client.read().status());
    }
    browser.awaitText("does not take this key any more, so you are signed out");
    assertFalse(browser.text("body").contains("Key short"), browser.text("body"));
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
