package io.nexus.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The rights of a key, and their changes. The clock is stopped at noon of 2026-03-10. */
class KeyRulesTest {

  private static final String KEYS = "/admin/v1/keys";

  @SuppressWarnings("NullAway.Init")
  private AdminBox box;

  @BeforeEach
  void start() throws IOException {
    box = new AdminBox();
  }

  @AfterEach
  void stop() throws IOException {
    box.close();
  }

  private String made(String rules) throws IOException {
    var body = "{\"name\":\"carol\"" + (rules.isEmpty() ? "" : "," + rules) + "}";
    return bearer(box.admin(201, "POST", KEYS, body));
  }

  private static String bearer(JsonNode key) {
    return "Authorization: Bearer " + key.path("key").asText();
  }

  private RawHttp.Answer chat(String key) throws IOException {
    return box.send("POST", GatewayBox.CHAT, AdminBox.CHAT, key);
  }

  private void refused(int status, String code, String key) throws IOException {
    var answer = chat(key);
    assertEquals(status, answer.status(), answer::text);
    assertEquals(code, GatewayBox.json(answer).at("/error/code").asText());
  }

  @Test
  void models_ofAKey_refuseOthersAndHideThem() throws Exception {
    var key = made("\"models\":[\"gpt-*\",\"other\"]");
    refused(403, "model_not_allowed", key);
    assertEquals(0, GatewayBox.json(box.send("GET", "/v1/models", "", key)).at("/data").size());
    assertEquals(404, box.send("GET", "/v1/models/m", "", key).status());
    assertEquals(403, box.send("POST", "/v1/explain", AdminBox.CHAT, key).status());
    box.admin(200, "PATCH", KEYS + "/carol", "{\"models\":[\"m*\"]}");
    assertEquals(200, chat(key).status());
    assertEquals(1, GatewayBox.json(box.send("GET", "/v1/models", "", key)).at("/data").size());
    assertEquals(1, box.upstream.chats().size());
  }

  @Test
  void apis_ofAKey_refuseOthers() throws Exception {
    refused(403, "api_not_allowed", made("\"apis\":[\"embeddings\"]"));
    box.admin(200, "PATCH", KEYS + "/carol", "{\"apis\":null}");
    var key = box.admin(200, "GET", KEYS + "/carol", "");
    assertEquals("[]", key.path("apis").toString());
  }

  @Test
  void expiresAt_reached_refusesTheKey() throws Exception {
    var key = made("\"expires_at\":\"2026-03-10T13:00:00+01:00\"");
    refused(401, "invalid_api_key", key);
    box.admin(200, "PATCH", KEYS + "/carol", "{\"expires_at\":\"2026-03-10T12:00:01Z\"}");
    assertEquals(200, chat(key).status());
    box.gateway.clock().set(Instant.parse("2026-03-10T12:00:01Z"));
    refused(401, "invalid_api_key", key);
  }

  @Test
  void disabled_aKeyOfTheFile_isRefusedUntilTheOverrideIsTakenOff() throws Exception {
    var shown = box.admin(200, "PATCH", KEYS + "/alice", "{\"disabled\":true}");
    assertTrue(shown.path("overridden").asBoolean());
    assertEquals("configuration", shown.path("source").asText());
    assertEquals("process", shown.path("lasts").asText());
    refused(401, "invalid_api_key", AdminBox.ALICE);
    shown = box.admin(200, "PATCH", KEYS + "/alice", "{\"disabled\":null}");
    assertFalse(shown.path("overridden").asBoolean());
    assertEquals(200, chat(AdminBox.ALICE).status());
  }

  @Test
  void limit_ofAKey_isABudgetOfItsOwn() throws Exception {
    var key = made("\"limit\":2,\"window\":\"daily\",\"over_budget_status\":\"402\"");
    assertEquals(200, chat(key).status());
    var own = box.admin(200, "GET", "/admin/v1/budgets/key/carol", "");
    assertEquals("0.2", own.path("spent").asText());
    assertEquals("daily", own.path("window").asText());
    assertEquals("{\"key\":\"carol\"}", own.path("match").toString());
    box.admin(200, "PATCH", "/admin/v1/budgets/key/carol", "{\"limit\":0.2}");
    var refused = chat(key);
    assertEquals(503, refused.status(), "local-only, and no local backend");
    box.admin(200, "DELETE", "/admin/v1/budgets/key/carol", "");
    box.admin(200, "PATCH", KEYS + "/carol", "{\"limit\":5}");
    assertEquals(200, chat(key).status(), "the spend goes on under a higher limit");
    own = box.admin(200, "GET", "/admin/v1/budgets/key/carol", "");
    assertEquals("0.4", own.path("spent").asText());
    box.admin(200, "PATCH", KEYS + "/carol", "{\"limit\":null,\"window\":null}");
    box.admin(404, "GET", "/admin/v1/budgets/key/carol", "");
  }

  @Test
  void overBudgetStatus_ofAKey_winsOverTheBudgets() throws Exception {
    var key = made("\"team\":\"research\",\"over_budget_status\":402");
    box.admin(200, "PATCH", "/admin/v1/budgets/research", "{\"limit\":0}");
    refused(402, "budget_exceeded", key);
    refused(429, "insufficient_quota", AdminBox.ALICE);
  }

  @Test
  void rotate_aKey_takesTheFormerOneForATime() throws Exception {
    var former = made("");
    var body = "{\"grace_seconds\":60}";
    var rotated = box.admin(200, "POST", KEYS + "/carol/rotate", body);
    assertEquals("2026-03-10T12:01:00Z", rotated.path("former_until").asText());
    var current = bearer(rotated);
    assertEquals(200, chat(former).status());
    assertEquals(200, chat(current).status());
    box.gateway.clock().set(Instant.parse("2026-03-10T12:01:00Z"));
    refused(401, "invalid_api_key", former);
    assertEquals(200, chat(current).status());
    box.admin(409, "POST", KEYS + "/alice/rotate", "{}");
  }

  @Test
  void user_ofABody_countsOnlyForATrustedKey() throws Exception {
    box.admin(
        201,
        "POST",
        "/admin/v1/budgets",
        "{\"name\":\"al\",\"match\":{\"user\":\"victim\"},\"limit\":0.2}");
    var chat = AdminBox.CHAT.replace("\"max_tokens\"", "\"user\":\"victim\",\"max_tokens\"");
    var plain = made("");
    assertEquals(200, box.send("POST", GatewayBox.CHAT, chat, plain).status());
    assertEquals("0", spent("al"));
    box.admin(200, "PATCH", KEYS + "/carol", "{\"trust_user\":true}");
    assertEquals(503, box.send("POST", GatewayBox.CHAT, chat, plain).status());
    box.admin(200, "PATCH", "/admin/v1/budgets/al", "{\"limit\":2}");
    assertEquals(200, box.send("POST", GatewayBox.CHAT, chat, plain).status());
    assertEquals("0.2", spent("al"));
  }

  private String spent(String budget) throws IOException {
    return box.admin(200, "GET", "/admin/v1/budgets/" + budget, "").path("spent").asText();
  }

  @Test
  void lastUse_ofAKey_isShown() throws Exception {
    var key = made("");
    assertTrue(box.admin(200, "GET", KEYS + "/carol", "").path("last_used_at").isNull());
    chat(key);
    assertEquals(
        "2026-03-10T12:00:00Z",
        box.admin(200, "GET", KEYS + "/carol", "").path("last_used_at").asText());
  }

  @Test
  void ifMatch_anotherVersion_changesNothing() throws Exception {
    var made = box.send("POST", KEYS, "{\"name\":\"carol\"}", AdminBox.ADMIN);
    var tag = made.header("ETag").orElseThrow();
    var ifMatch = "If-Match: " + tag;
    var first = box.send("PATCH", KEYS + "/carol", "{\"team\":\"a\"}", AdminBox.ADMIN, ifMatch);
    assertEquals(200, first.status(), first::text);
    var second = box.send("PATCH", KEYS + "/carol", "{\"team\":\"b\"}", AdminBox.ADMIN, ifMatch);
    assertEquals(412, second.status(), second::text);
    assertEquals(first.header("ETag"), second.header("ETag"));
    assertEquals("a", box.admin(200, "GET", KEYS + "/carol", "").path("team").asText());
    var budget = "/admin/v1/budgets/research";
    var never = box.send("PATCH", budget, "{\"limit\":9}", AdminBox.ADMIN, "If-Match: \"7\"");
    assertEquals(412, never.status());
    var wrong = box.send("PATCH", budget, "{\"limit\":9}", AdminBox.ADMIN, "If-Match: soon");
    assertEquals(400, wrong.status());
  }

  @Test
  void wrongRules_any_areSaidByField() throws Exception {
    var wrong =
        List.of(
            "models|\"models\":\"gpt-4\"",
            "models|\"models\":[\"\"]",
            "apis|\"apis\":[\"chats\"]",
            "expires_at|\"expires_at\":\"soon\"",
            "disabled|\"disabled\":1",
            "priority|\"priority\":\"highest\"",
            "over_budget_status|\"over_budget_status\":\"418\"",
            "limit|\"limit\":-1",
            "window|\"limit\":1,\"window\":\"fortnightly\"",
            "window|\"window\":\"daily\"",
            "sha256|\"sha256\":\"00\"");
    var said = new ArrayList<String>();
    for (var each : wrong) {
      int bar = each.indexOf('|');
      var body = "{\"name\":\"carol\"," + each.substring(bar + 1) + "}";
      var error = box.admin(400, "POST", KEYS, body).path("error");
      said.add(error.path("param").asText() + "|" + each.substring(bar + 1));
    }
    assertEquals(wrong, said);
    assertEquals(2, box.admin(200, "GET", KEYS, "").path("data").size());
  }

  @Test
  void list_filteredAndInPages_showsThatPart() throws Exception {
    for (int i = 0; i < 3; i++) {
      box.admin(201, "POST", KEYS, "{\"name\":\"k" + i + "\",\"team\":\"t\"}");
    }
    var first = box.admin(200, "GET", KEYS + "?team=t&limit=2", "");
    assertEquals(List.of("k0", "k1"), first.findValuesAsText("name"));
    assertTrue(first.path("has_more").asBoolean());
    var next = box.admin(200, "GET", KEYS + "?team=t&limit=2&after=k1", "");
    assertEquals(List.of("k2"), next.findValuesAsText("name"));
    assertFalse(next.path("has_more").asBoolean());
  }
}
