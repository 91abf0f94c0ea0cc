package io.nexus.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
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

/** Limits beside money that are made and changed while the gateway runs, and those of teams. */
class ChangedLimitsTest {

  private static final String ADMIN = "Authorization: Bearer nx-admin";
  private static final String CONFIG =
      """
      [[limits]]
      name = "fair"
      match = { team = "red" }
      requests = 1
      window = "365d"
      [[limits]]
      name = "each"
      per = "key"
      requests = 4
      window = "365d"
      [[teams]]
      name = "blue"
      limits = { requests = 2, window = "365d" }
      [[keys]]
      name = "ann"
      key_env = "KEY_ANN"
      team = "red"
      [[keys]]
      name = "eve"
      key_env = "KEY_EVE"
      team = "blue"
      [[keys]]
      name = "own"
      key_env = "KEY_OWN"
      limits = { requests = 1, window = "365d" }
      [[admin_keys]]
      name = "olga"
      key_env = "VIEWER"
      role = "viewer"
      [routing]
      max_retries = 0
      [[backends]]
      name = "home"
      type = "generic"
      location = "local"
      url = "{0}"
      models = ["m"]
      requests_per_minute = 1000
      """;

  private Upstream upstream;
  private GatewayBox box;

  @BeforeEach
  void start() throws IOException {
    upstream = Upstream.answering("Hello", UpstreamUsage.of(8, 20));
    box =
        GatewayBox.of(CONFIG, upstream)
            .with("NEXUS_ADMIN_KEY", "nx-admin")
            .with("VIEWER", "nx-viewer")
            .with("KEY_ANN", "sk-ann-0123456789")
            .with("KEY_EVE", "sk-eve-0123456789")
            .with("KEY_OWN", "sk-own-0123456789")
            .start();
  }

  @AfterEach
  void stop() throws IOException {
    box.close();
    upstream.close();
  }

  private Answer ask(String key) throws IOException {
    return Chats.send(box, GatewayBox.ask(), "Authorization: Bearer " + key);
  }

  private Answer askAs(String name) throws IOException {
    return ask("sk-" + name + "-0123456789");
  }

  private Answer send(String method, String path, String body, String... headers)
      throws IOException {
    try (var client = box.connect()) {
      client.request(method, "/admin/v1/" + path, body, headers);
      return client.read();
    }
  }

  private JsonNode admin(int status, String method, String path, String body) throws IOException {
    var answer = send(method, path, body, ADMIN);
    assertEquals(status, answer.status(), answer::text);
    return GatewayBox.json(answer);
  }

  private static void assertLimited(String limit, Answer answer) throws IOException {
    assertEquals(429, answer.status(), answer::text);
    var message = GatewayBox.json(answer).at("/error/message").asText();
    assertTrue(message.contains("'" + limit + "'"), message);
  }

  @Test
  void limit_ofTheFile_isOverriddenAndRestored() throws Exception {
    assertEquals(200, askAs("ann").status());
    assertLimited("fair", askAs("ann"));

    var raised = admin(200, "PATCH", "limits/fair", "{\"requests\":2}");
    assertEquals(2, raised.path("requests").asInt());
    assertEquals(1, raised.at("/configured/requests").asInt());
    assertEquals(1, raised.at("/used/0/used").asInt(), "it goes on with its count");
    assertTrue(raised.path("overridden").asBoolean());
    assertEquals("configuration", raised.path("source").asText());
    assertEquals(200, askAs("ann").status());
    assertLimited("fair", askAs("ann"));

    admin(200, "PATCH", "limits/fair", "{\"disabled\":true}");
    assertEquals(200, askAs("ann").status());
    admin(200, "PATCH", "limits/fair", "{\"disabled\":null,\"requests\":null}");
    assertLimited("fair", askAs("ann"));
    admin(200, "PATCH", "limits/fair", "{\"requests\":9}");
    var restored = admin(200, "DELETE", "limits/fair", "");
    assertEquals(1, restored.path("requests").asInt());
    assertFalse(restored.path("overridden").asBoolean());
    assertLimited("fair", askAs("ann"));

    var wrong = admin(400, "PATCH", "limits/fair", "{\"tokens\":5}");
    assertEquals("tokens", wrong.at("/error/param").asText());
    assertEquals("requests", paramOf("PATCH", "limits/fair", "{\"requests\":0}"));
    assertEquals("window", paramOf("PATCH", "limits/fair", "{\"window\":\"1m\"}"));
    admin(409, "POST", "limits", "{\"name\":\"fair\",\"requests\":1}");
    admin(404, "PATCH", "limits/none", "{\"requests\":1}");
    assertEquals(
        "[limit.restore, limit.override, limit.override, limit.override, limit.override]",
        admin(200, "GET", "changes", "").path("data").findValuesAsText("action").toString());
  }

  private String paramOf(String method, String path, String body) throws IOException {
    return admin(400, method, path, body).at("/error/param").asText();
  }

  @Test
  void limit_madeChangedDeleted_holdsAtOnce() throws Exception {
    var made =
        admin(
            201,
            "POST",
            "limits",
            "{\"name\":\"new\",\"requests\":1,\"window\":\"365d\",\"match\":{\"model\":\"m*\"}}");
    assertEquals("admin", made.path("source").asText());
    assertEquals("process", made.path("lasts").asText());
    assertEquals(200, askAs("eve").status());
    assertLimited("new", askAs("eve"));
    assertTrue(page().contains("nexus_limit_used{limit=\"new\""), this::page);

    var stale = send("PATCH", "limits/new", "{\"requests\":2}", ADMIN, "If-Match: \"999\"");
    assertEquals(412, stale.status(), stale::text);
    var seen = "If-Match: \"" + made.path("version").asText() + '"';
    var changed = send("PATCH", "limits/new", "{\"requests\":2,\"parallel\":7}", ADMIN, seen);
    assertEquals(200, changed.status(), changed::text);
    assertEquals("365d", GatewayBox.json(changed).path("window").asText());
    assertEquals(7, GatewayBox.json(changed).path("parallel").asInt());
    assertEquals(200, askAs("eve").status());
    assertLimited("new", askAs("own"));

    var listed = admin(200, "GET", "limits?sort=-utilization_percent&limit=1", "");
    assertEquals(
        "team/blue", listed.at("/data/0/name").asText(), "as full as the other, and behind");
    assertEquals(6, listed.path("total").asInt());
    assertEquals(
        List.of("new"),
        admin(200, "GET", "limits?source=admin", "").path("data").findValuesAsText("name").stream()
            .distinct()
            .toList());
    admin(400, "GET", "limits?sort=used", "");

    admin(200, "DELETE", "limits/new", "");
    admin(404, "GET", "limits/new", "");
    assertFalse(page().contains("nexus_limit_used{limit=\"new\""), "its gauges are gone");
    assertEquals(200, askAs("own").status());
  }

  private String page() {
    try (var client = box.connect()) {
      return client.get("/metrics").text();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void limit_ofOneValue_isOverriddenByItself() throws Exception {
    var one = admin(200, "PATCH", "limits/each%2Fann", "{\"disabled\":true}");
    assertEquals("each/ann", one.path("name").asText());
    admin(200, "PATCH", "limits/each%2Feve", "{\"requests\":1}");
    assertEquals(200, askAs("eve").status());
    assertLimited("each/eve", askAs("eve"));
    assertEquals("each/eve", admin(200, "GET", "limits/each", "").at("/used/0/name").asText());
    admin(200, "DELETE", "limits/each%2Feve", "");
    assertEquals(200, askAs("eve").status());
    assertEquals(2, admin(200, "GET", "limits/each%2Feve", "").at("/used/0/used").asInt());
    admin(404, "GET", "limits/fair%2Feve", "");
  }

  @Test
  void limits_ofTeamsAndKeys_holdAndCanBeOverridden() throws Exception {
    assertEquals(200, askAs("own").status());
    assertLimited("key/own", askAs("own"));
    assertEquals(200, askAs("eve").status());
    assertEquals(200, askAs("eve").status());
    assertLimited("team/blue", askAs("eve"));
    admin(200, "PATCH", "limits/team%2Fblue", "{\"requests\":3}");
    assertEquals(200, askAs("eve").status());
    assertLimited("team/blue", askAs("eve"));
    assertEquals(2, admin(200, "GET", "teams/blue", "").at("/limits/requests").asInt());
    var quota = admin(200, "PATCH", "limits/backend%2Fhome", "{\"requests\":1}");
    assertEquals(1000, quota.at("/configured/requests").asInt());

    var green = "{\"name\":\"green\",\"limits\":{\"requests\":1,\"window\":\"365d\"}}";
    admin(201, "POST", "teams", green);
    var key =
        admin(201, "POST", "keys", "{\"name\":\"gus\",\"team\":\"green\"}").path("key").asText();
    admin(200, "DELETE", "limits/backend%2Fhome", "");
    assertEquals(200, ask(key).status());
    assertLimited("team/green", ask(key));
    var more =
        admin(200, "PATCH", "teams/green", "{\"limits\":{\"requests\":null,\"parallel\":5}}");
    assertEquals("365d", more.at("/limits/window").asText());
    assertTrue(more.at("/limits/requests").isMissingNode());
    assertEquals(200, ask(key).status());
    admin(200, "PATCH", "keys/gus", "{\"limits\":{\"requests\":1}}");
    assertEquals(200, ask(key).status());
    assertLimited("key/gus", ask(key));
    assertEquals("1m", admin(200, "GET", "keys/gus", "").at("/limits/window").asText());
    admin(200, "PATCH", "teams/green", "{\"limits\":null}");
    admin(404, "GET", "limits/team%2Fgreen", "");
  }

  @Test
  void viewer_looksAtLimits_andChangesNone() throws Exception {
    var viewer = "Authorization: Bearer nx-viewer";
    assertEquals(200, send("GET", "limits", "", viewer).status());
    assertEquals(200, send("GET", "limits/fair", "", viewer).status());
    assertEquals(403, send("PATCH", "limits/fair", "{\"requests\":2}", viewer).status());
    assertEquals(403, send("POST", "limits", "{}", viewer).status());
    assertEquals(403, send("DELETE", "limits/fair", "", viewer).status());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "limits|{\"requests\":1}|name",
        "limits|{\"name\":\"x\"}|requests",
        "limits|{\"name\":\"x\",\"requests\":-1}|requests",
        "limits|{\"name\":\"x\",\"tokens\":1.5}|tokens",
        "limits|{\"name\":\"x\",\"requests\":1,\"window\":\"lifetime\"}|window",
        "limits|{\"name\":\"x\",\"requests\":1,\"per\":\"moon\"}|per",
        "limits|{\"name\":\"x\",\"requests\":1,\"max_values\":5}|max_values",
        "limits|{\"name\":\"team\",\"requests\":1,\"per\":\"key\"}|name",
        "limits|{\"name\":\"x\",\"requests\":1,\"action\":\"warn\"}|action",
        "limits|{\"name\":\"x\",\"requests\":1,\"time_zone\":\"Mars\"}|time_zone",
        "teams|{\"name\":\"x\",\"limits\":{}}|limits",
        "teams|{\"name\":\"x\",\"limits\":{\"requests\":0}}|limits",
        "teams|{\"name\":\"x\",\"limits\":{\"moons\":1}}|limits",
        "keys|{\"name\":\"x\",\"limits\":{\"window\":\"1m\"}}|limits",
      })
  void create_badValue_isTold(String path, String body, String param) throws Exception {
    assertEquals(param, paramOf("POST", path, body));
  }
}
