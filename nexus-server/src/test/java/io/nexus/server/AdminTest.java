package io.nexus.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AdminTest {

  private static final String RESEARCH = "/admin/v1/budgets/research";

  @Test
  void admin_notItsKey_isRefused() throws Exception {
    try (var box = new AdminBox()) {
      assertEquals(401, box.send("GET", "/admin/v1/budgets", "").status());
      var wrong = box.send("GET", "/admin/v1/budgets", "", "Authorization: Bearer the-admin-kez");
      assertEquals(403, wrong.status());
      assertEquals("not_admin", GatewayBox.json(wrong).path("error").path("code").asText());
      assertEquals(403, box.send("POST", "/admin/v1/keys", "{}", AdminBox.ALICE).status());
      assertEquals(200, box.send("GET", "/admin/v1/keys", "", "x-api-key: the-admin-key").status());
    }
  }

  @Test
  void admin_noAdminKeyConfigured_isNotThere() throws Exception {
    try (var gateway = GatewayBox.start("[budget]\nmonthly_limit = 1")) {
      var answer = gateway.connect().get("/admin/v1/budgets", AdminBox.ADMIN);
      assertEquals(404, answer.status());
      assertEquals("unknown_url", GatewayBox.json(answer).path("error").path("code").asText());
    }
  }

  @Test
  void budgets_listed_showEveryBudgetExactly() throws Exception {
    try (var box = new AdminBox()) {
      box.send("POST", "/v1/chat/completions", AdminBox.CHAT, AdminBox.ALICE);
      var budgets = box.admin(200, "GET", "/admin/v1/budgets", "").path("data");
      assertEquals(4, budgets.size());
      var research = budgets.get(1);
      assertEquals("research", research.path("name").asText());
      assertEquals("2.5", research.path("limit").asText());
      assertEquals("0.2", research.path("spent").asText());
      assertEquals(8, research.path("utilization_percent").asInt());
      assertEquals("{\"team\":\"research\"}", research.path("match").toString());
      assertEquals("reject", research.path("hard_limit_action").asText());
    }
  }

  @Test
  void changeLimit_lowered_refusesAtOnceAndRaisedServesAgain() throws Exception {
    try (var box = new AdminBox()) {
      var lowered = box.admin(200, "PATCH", RESEARCH, "{\"limit\":0.123456789}");
      assertEquals("0.123456789", lowered.path("limit").asText());
      assertEquals("2.5", lowered.path("configured_limit").asText());
      var refused = box.send("POST", "/v1/chat/completions", AdminBox.CHAT, AdminBox.ALICE);
      assertEquals(429, refused.status(), refused::text);
      box.admin(200, "PATCH", RESEARCH, "{\"limit\":3}");
      var served = box.send("POST", "/v1/chat/completions", AdminBox.CHAT, AdminBox.ALICE);
      assertEquals(200, served.status(), served::text);
    }
  }

  @Test
  void increase_untilItExpires_isInForce() throws Exception {
    try (var box = new AdminBox()) {
      var body = "{\"amount\":0.5,\"expires_at\":\"2026-03-10T13:00:00+00:00\"}";
      var raised = box.admin(200, "POST", RESEARCH + "/increase", body);
      assertEquals("3", raised.path("limit").asText());
      box.gateway.clock().set(Instant.parse("2026-03-10T13:00:00Z"));
      var after = box.admin(200, "GET", "/admin/v1/budgets", "").path("data").get(1);
      assertEquals("2.5", after.path("limit").asText());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"research", "made"})
  void increases_takenOff_endAtOnce(String name) throws Exception {
    try (var box = new AdminBox()) {
      box.admin(201, "POST", "/admin/v1/budgets", "{\"name\":\"made\",\"limit\":2.5}");
      var path = "/admin/v1/budgets/" + name;
      for (var hour : List.of("13", "14", "15")) {
        var more = "{\"amount\":0.5,\"expires_at\":\"2026-03-10T" + hour + ":00:00Z\"}";
        box.admin(200, "POST", path + "/increase", more);
      }
      box.gateway.clock().set(Instant.parse("2026-03-10T13:00:00Z"));
      var raised = box.admin(200, "GET", path, "");
      assertEquals("3.5", raised.path("limit").asText());
      assertEquals(2, raised.path("increases").size(), "the first one is over");
      var one = "{\"increases\":[" + raised.at("/increases/1") + "]}";
      var seen = "If-Match: " + raised.path("version");
      assertEquals(200, box.send("PATCH", path, one, AdminBox.ADMIN, seen).status());
      assertEquals(412, box.send("PATCH", path, one, AdminBox.ADMIN, seen).status());
      assertEquals("3", box.admin(200, "GET", path, "").path("limit").asText());
      var none = box.admin(200, "PATCH", path, "{\"increases\":null}");
      assertEquals("2.5", none.path("limit").asText());
      assertEquals("[]", none.path("increases").toString());
      var change = box.admin(200, "GET", "/admin/v1/changes", "").at("/data/0");
      assertEquals("0.5", change.at("/before/increases/0/amount").asText(), change::toString);
      assertTrue(change.at("/after/increases").isMissingNode(), change::toString);
    }
  }

  @Test
  void increases_beyondTheirNumber_areRefused() throws Exception {
    try (var box = new AdminBox()) {
      var more = "{\"amount\":0.5,\"expires_at\":\"2026-03-10T13:00:00Z\"}";
      for (int i = 0; i < 32; i++) {
        box.admin(200, "POST", RESEARCH + "/increase", more);
      }
      var error = box.admin(409, "POST", RESEARCH + "/increase", more).path("error");
      assertEquals("too_many_increases", error.path("code").asText());
      box.gateway.clock().set(Instant.parse("2026-03-10T13:00:00Z"));
      var later = more.replace("13:00", "14:00");
      var raised = box.admin(200, "POST", RESEARCH + "/increase", later);
      assertEquals("3", raised.path("limit").asText(), "those that are over do not count");
    }
  }

  @Test
  void reset_spent_isForgotten() throws Exception {
    try (var box = new AdminBox()) {
      box.send("POST", "/v1/chat/completions", AdminBox.CHAT, AdminBox.ALICE);
      var reset = box.admin(200, "POST", RESEARCH + "/reset", "");
      assertEquals("0", reset.path("spent").asText());
      assertEquals("2.5", reset.path("remaining").asText());
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "PATCH|/admin/v1/budgets/research|{\"limit\":-1}|limit",
        "PATCH|/admin/v1/budgets/research|{\"limit\":\"1\"}|limit",
        "PATCH|/admin/v1/budgets/research|{\"limit\":1e12}|limit",
        "PATCH|/admin/v1/budgets/research|{\"limit\":1e-10}|limit",
        "PATCH|/admin/v1/budgets/research|{\"limit\":1e-999999999}|limit",
        "PATCH|/admin/v1/budgets/research|{}|limit",
        "PATCH|/admin/v1/budgets/research|{\"limit\":1,\"limits\":2}|limits",
        "PATCH|/admin/v1/budgets/research|{\"limit\":1,\"limit\":2}|null",
        "PATCH|/admin/v1/budgets/research|{\"limit\":1}}|null",
        "PATCH|/admin/v1/budgets/research|[]|null",
        "PATCH|/admin/v1/budgets/research|{\"limit\":NaN}|null",
        "POST|/admin/v1/budgets/research/increase|{\"amount\":0,\"expires_at\":\"2030-01-01T00:00:00Z\"}|amount",
        "POST|/admin/v1/budgets/research/increase|{\"amount\":1,\"expires_at\":\"2026-03-10T12:00:00Z\"}|expires_at",
        "POST|/admin/v1/budgets/research/increase|{\"amount\":1,\"expires_at\":\"tomorrow\"}|expires_at",
        "POST|/admin/v1/budgets/research/increase|{\"amount\":1}|expires_at",
        "PATCH|/admin/v1/budgets/research|{\"increases\":[{\"amount\":1}]}|increases",
        "PATCH|/admin/v1/budgets/research|{\"increases\":[{\"amount\":0,\"expires_at\":\"2030-01-01T00:00:00Z\"}]}|increases",
        "PATCH|/admin/v1/budgets/research|{\"increases\":[{\"amount\":1,\"expires_at\":\"2026-03-10T12:00:00Z\"}]}|increases",
        "PATCH|/admin/v1/budgets/research|{\"increases\":{\"amount\":1}}|increases",
        "POST|/admin/v1/keys|{}|name",
        "POST|/admin/v1/keys|{\"name\":\"a b\"}|name",
        "POST|/admin/v1/keys|{\"name\":\"ok\",\"team\":7}|team",
        "POST|/admin/v1/keys|{\"name\":\"ok\",\"user\":\"\\n\"}|user",
        "POST|/admin/v1/keys|{\"name\":\"ok\",\"tags\":\"batch\"}|tags",
        "POST|/admin/v1/keys|{\"name\":\"ok\",\"tags\":[\"a,b\"]}|tags",
      })
  void wrongInput_any_isSaidByFieldAndChangesNothing(
      String method, String path, String body, String param) throws Exception {
    try (var box = new AdminBox()) {
      var error = box.admin(400, method, path, body).path("error");
      assertEquals(param, error.path("param").asText());
      assertEquals("invalid_request_error", error.path("type").asText());
      assertEquals(0, box.admin(200, "GET", "/admin/v1/changes", "").path("data").size());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"nothing", "research%2Fx", "Research"})
  void changeLimit_unknownBudget_isNotFound(String name) throws Exception {
    try (var box = new AdminBox()) {
      var error = box.admin(404, "PATCH", "/admin/v1/budgets/" + name, "{\"limit\":1}");
      assertFalse(error.path("error").path("code").asText().isEmpty());
    }
  }

  @Test
  void keys_createdAndRevoked_letInAndOut() throws Exception {
    try (var box = new AdminBox();
        var log = LogCapture.open()) {
      var body = "{\"name\":\"carol\",\"team\":\"research\",\"tags\":[\"x\"]}";
      var created = box.admin(201, "POST", "/admin/v1/keys", body);
      var key = created.path("key").asText();
      assertTrue(key.matches("sk-nexus-[A-Za-z0-9_-]{43}"), key);
      var bearer = "Authorization: Bearer " + key;
      assertEquals(
          "research",
          GatewayBox.json(box.send("GET", "/v1/key", "", bearer)).path("team").asText());
      var list = box.send("GET", "/admin/v1/keys", "", AdminBox.ADMIN);
      assertEquals(3, GatewayBox.json(list).path("data").size());
      assertFalse(list.text().contains(key), list::text);
      assertEquals(409, box.send("POST", "/admin/v1/keys", body, AdminBox.ADMIN).status());

      assertTrue(box.admin(200, "DELETE", "/admin/v1/keys/carol", "").path("deleted").asBoolean());
      assertEquals(401, box.send("GET", "/v1/key", "", bearer).status());
      assertEquals(404, box.send("DELETE", "/admin/v1/keys/carol", "", AdminBox.ADMIN).status());
      assertFalse(log.text().contains(key), log::text);
      assertFalse(log.text().contains("the-admin-key"), log::text);
    }
  }

  @Test
  void keys_allRevoked_openTheGatewayToNobody() throws Exception {
    try (var box = new AdminBox()) {
      box.admin(200, "DELETE", "/admin/v1/keys/alice", "");
      box.admin(200, "DELETE", "/admin/v1/keys/bob", "");
      assertEquals(401, box.send("GET", "/v1/models", "").status());
    }
  }

  @Test
  void keys_firstOneCreated_closesTheGatewayToEverybodyElse() throws Exception {
    try (var gateway =
            GatewayBox.of("[budget]\nmonthly_limit = 1").with("NEXUS_ADMIN_KEY", "k").start();
        var client = gateway.connect()) {
      assertEquals(200, client.get("/v1/models").status());
      assertEquals(201, client.post("/admin/v1/keys", "{\"name\":\"a\"}", "x-api-key: k").status());
      assertEquals(401, client.get("/v1/models").status());
    }
  }

  @Test
  void changes_ofAllKinds_areRecordedNewestFirst() throws Exception {
    try (var box = new AdminBox();
        var log = LogCapture.open()) {
      box.admin(200, "PATCH", RESEARCH, "{\"limit\":4.5}");
      box.admin(201, "POST", "/admin/v1/keys", "{\"name\":\"carol\"}");
      box.admin(200, "DELETE", "/admin/v1/keys/carol", "");
      box.admin(200, "POST", RESEARCH + "/reset", "");
      var changes = box.admin(200, "GET", "/admin/v1/changes", "").path("data");
      assertEquals(4, changes.size());
      assertEquals("budget.reset", changes.get(0).path("action").asText());
      assertEquals("key.revoke", changes.get(1).path("action").asText());
      assertTrue(changes.get(1).path("after").isNull());
      assertEquals("carol", changes.get(2).path("after").path("name").asText());
      assertTrue(changes.get(2).path("after").path("key").isMissingNode());
      var limit = changes.get(3);
      assertEquals("research", limit.path("target").asText());
      assertEquals("2.5", limit.path("before").path("limit").asText());
      assertEquals("4.5", limit.path("after").path("limit").asText());
      assertEquals("2026-03-10T12:00:00Z", limit.path("at").asText());
      assertEquals("127.0.0.1", limit.path("by").path("address").asText());
      assertTrue(limit.path("by").path("admin_key").asText().matches("[0-9a-f]{8}"));
      assertEquals(4, log.count("Admin change: "));
      assertEquals(1, log.count("budget.limit of research by key "));
      assertEquals(1, box.admin(200, "GET", "/admin/v1/changes?limit=1", "").path("data").size());
      assertEquals(
          "limit",
          box.admin(400, "GET", "/admin/v1/changes?limit=0", "")
              .path("error")
              .path("param")
              .asText());
    }
  }

  @Test
  void keys_createdAtOnceByMany_areAllKnownAndNamesUnique() throws Exception {
    try (var box = new AdminBox()) {
      var created =
          IntStream.range(0, 32)
              .parallel()
              .filter(
                  i -> {
                    try {
                      var body = "{\"name\":\"k" + i / 2 + "\"}";
                      return box.send("POST", "/admin/v1/keys", body, AdminBox.ADMIN).status()
                          == 201;
                    } catch (IOException e) {
                      throw new UncheckedIOException(e);
                    }
                  })
              .count();
      assertEquals(16, created);
      assertEquals(18, box.admin(200, "GET", "/admin/v1/keys", "").path("data").size());
    }
  }

  @Test
  void wrongMethod_onAPathWithAName_namesThoseThatItTakes() throws Exception {
    try (var box = new AdminBox()) {
      var answer = box.send("PUT", RESEARCH, "", AdminBox.ADMIN);
      assertEquals(405, answer.status());
      assertEquals("GET, PATCH, DELETE", answer.header("Allow").orElseThrow());
      assertEquals(
          "GET, POST", box.send("DELETE", "/admin/v1/keys", "").header("Allow").orElseThrow());
    }
  }
}
