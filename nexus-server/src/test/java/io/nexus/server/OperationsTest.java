package io.nexus.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nexus.server.RawHttp.Answer;
import io.nexus.server.mock.Upstream;
import io.nexus.server.mock.UpstreamUsage;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Changes by administrators to a running gateway, and their records. */
class OperationsTest {

  private static final String CLOUD = "/admin/v1/backends/cloud";

  private AdminBox box;

  @BeforeEach
  void start() throws IOException {
    box = new AdminBox();
  }

  @AfterEach
  void stop() throws IOException {
    box.close();
  }

  private Answer ask() throws IOException {
    return box.send("POST", GatewayBox.CHAT, AdminBox.CHAT, AdminBox.ALICE);
  }

  @Test
  void backend_drained_getsNoRequestUntilItIsEnabled() throws Exception {
    assertEquals(200, ask().status());
    var drained = box.admin(200, "POST", CLOUD + "/drain", "");
    assertTrue(drained.path("drained").asBoolean() && drained.path("up").asBoolean());
    assertFalse(drained.path("healthy").asBoolean());
    assertEquals(503, ask().status());
    assertTrue(box.admin(200, "POST", CLOUD + "/probe", "").path("drained").asBoolean());
    assertEquals(503, ask().status());
    box.admin(200, "POST", "/admin/v1/reload", "");
    assertEquals(503, ask().status(), "a reload changes nothing of it");
    var enabled = box.admin(200, "POST", CLOUD + "/enable", "");
    assertTrue(enabled.path("healthy").asBoolean(), enabled::toString);
    assertEquals(200, ask().status());
    var changes = box.admin(200, "GET", "/admin/v1/changes?target=cloud", "").path("data");
    assertEquals(List.of("backend.enable", "backend.drain"), changes.findValuesAsText("action"));
    box.admin(404, "POST", "/admin/v1/backends/none/drain", "");
  }

  @Test
  void backend_ofAnotherVersion_isLeftAsItIs() throws Exception {
    box.admin(200, "POST", CLOUD + "/drain", "");
    var answer = box.send("POST", CLOUD + "/enable", "", AdminBox.ADMIN, "If-Match: \"77\"");
    assertEquals(412, answer.status(), answer::text);
    assertTrue(box.admin(200, "GET", CLOUD, "").path("drained").asBoolean());
  }

  @Test
  void backend_probed_isUpOrDownAtOnce() throws Exception {
    var toml =
        """
        [server]
        admin_key_env = "ADMIN"
        [[backends]]
        name = "b"
        type = "generic"
        location = "local"
        url = "{0}"
        """;
    var upstream = Upstream.answering("Hi", UpstreamUsage.of(1, 1)).models("m");
    try (var gateway = GatewayBox.of(toml, upstream).with("ADMIN", "the-admin-key").start();
        var client = gateway.connect()) {
      var up = GatewayBox.json(client.post("/admin/v1/backends/b/probe", "", AdminBox.ADMIN));
      assertEquals("m", up.at("/models/0").asText(), up::toString);
      upstream.close();
      var down = GatewayBox.json(client.post("/admin/v1/backends/b/probe", "", AdminBox.ADMIN));
      assertFalse(down.path("up").asBoolean(true), down::toString);
    }
  }

  @Test
  void reason_isKeptWithTheChange() throws Exception {
    var said =
        box.send(
            "PATCH",
            "/admin/v1/budgets/research",
            "{\"limit\":2}",
            AdminBox.ADMIN,
            "X-Nexus-Reason: 100% of f%C3%BCnf + 1");
    assertEquals(200, said.status(), said::text);
    box.send("POST", CLOUD + "/drain", "", AdminBox.ADMIN, "X-Nexus-Reason: it burns");
    box.admin(200, "POST", CLOUD + "/enable", "");
    var changes = box.admin(200, "GET", "/admin/v1/changes", "").path("data");
    assertTrue(changes.at("/0/reason").isNull());
    assertEquals("it burns", changes.at("/1/reason").asText());
    assertEquals("100% of f%C3%BCnf + 1", changes.at("/2/reason").asText());
    box.send(
        "PATCH",
        "/admin/v1/budgets/research",
        "{\"limit\":3}",
        AdminBox.ADMIN,
        "X-Nexus-Reason: f%C3%BCnf%0Aund");
    var found = box.admin(200, "GET", "/admin/v1/changes?search=und", "").path("data");
    assertEquals("fünf und", found.at("/0/reason").asText());
    var tooLong = "X-Nexus-Reason: " + "x".repeat(501);
    assertEquals(400, box.send("POST", CLOUD + "/drain", "", AdminBox.ADMIN, tooLong).status());
  }

  @Test
  void shadow_switchedOnAndOff_decidesOnTheNextRequest() throws Exception {
    box.admin(200, "PATCH", "/admin/v1/budgets/research", "{\"limit\":0}");
    assertEquals(429, ask().status());
    var shown = box.admin(200, "PATCH", "/admin/v1/budgets/research", "{\"mode\":\"shadow\"}");
    assertTrue(shown.path("shadow").asBoolean(), shown::toString);
    assertEquals(200, ask().status());
    box.admin(200, "PATCH", "/admin/v1/budgets/research", "{\"mode\":\"enforce\"}");
    assertEquals(429, ask().status());
    box.admin(200, "PATCH", "/admin/v1/budgets/research", "{\"mode\":\"shadow\"}");
    shown = box.admin(200, "PATCH", "/admin/v1/budgets/research", "{\"mode\":null}");
    assertFalse(shown.path("shadow").asBoolean());
    assertEquals(429, ask().status());
    box.admin(400, "PATCH", "/admin/v1/budgets/research", "{\"mode\":\"loose\"}");
  }

  @Test
  void forgive_unknownOutcomes_areTakenBack() throws Exception {
    box.admin(400, "POST", "/admin/v1/forgive", "{}");
    box.admin(400, "POST", "/admin/v1/forgive", "{\"since\":\"soon\"}");
    box.admin(
        400,
        "POST",
        "/admin/v1/forgive",
        "{\"since\":\"2026-01-02T00:00:00Z\",\"until\":\"2026-01-01T00:00:00Z\"}");
    assertEquals(200, ask().status());
    var none = box.admin(200, "POST", "/admin/v1/forgive", "{\"since\":\"2026-01-01T00:00:00Z\"}");
    assertEquals(0, none.path("forgiven").asInt(), none::toString);
    box.upstream.close();
  }

  @ParameterizedTest
  @CsvSource({
    "keys?sort=name,              alice bob",
    "keys?sort=-name,             bob alice",
    "keys?search=RESEA,           alice",
    "keys?search=batch,           alice",
    "keys?user=al,                alice",
    "keys?source=admin,           ''",
    "keys?disabled=false&limit=1, alice",
    "budgets?sort=name,           global m-only others research",
    "budgets?search=m-,           m-only",
    "budgets?sort=-name&limit=2,  research others",
    "budgets?status=HardLimit,    ''",
    "backends?healthy=true,       cloud",
    "backends?healthy=false,      ''",
  })
  void lists_askedForAPart_showThat(String query, String names) throws Exception {
    var list = box.admin(200, "GET", "/admin/v1/" + query, "");
    assertEquals(names, String.join(" ", list.path("data").findValuesAsText("name")), query);
    assertTrue(list.path("total").asInt() >= list.path("data").size(), list::toString);
  }

  @ParameterizedTest
  @CsvSource({
    "keys?sort=colour, sort",
    "keys?disabled=x, disabled",
    "keys?colour=x, colour",
    "budgets?sort=colour, sort",
    "budgets?limit=0, limit",
    "backends?healthy=x, healthy",
    "changes?after=x, after",
    "changes?colour=x, colour",
  })
  void lists_askedForNonsense_nameTheParameter(String query, String parameter) throws Exception {
    var answer = box.admin(400, "GET", "/admin/v1/" + query, "");
    assertEquals(parameter, answer.at("/error/param").asText(), answer::toString);
  }
}
