package io.nexus.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.nexus.server.RawHttp.Answer;
import io.nexus.server.mock.Upstream;
import io.nexus.server.mock.UpstreamUsage;
import io.nexus.server.mock.UpstreamUsage.Prices;
import java.io.IOException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Settings for all keys of a team, in the file and made by the admin API. */
class TeamsTest {

  private static final String ADMIN = "Authorization: Bearer nx-admin";
  private static final String CONFIG =
      """
      [[teams]]
      name = "red"
      limit = 0.002
      models = ["b*"]
      [[keys]]
      name = "ann"
      key_env = "KEY_ANN"
      team = "red"
      models = ["big", "small"]
      [[keys]]
      name = "bob"
      key_env = "KEY_BOB"
      team = "red"
      [[keys]]
      name = "eve"
      key_env = "KEY_EVE"
      team = "blue"
      [budget]
      hard_limit_action = "reject"
      [[backends]]
      name = "east"
      type = "openai"
      url = "{0}"
      models = ["big", "small"]
      [[pricing]]
      model = "*"
      input = 0
      output = 10
      """;

  private Upstream upstream;
  private GatewayBox box;

  /** Each request costs a thousandth of a dollar. */
  @BeforeEach
  void start() throws IOException {
    upstream = Upstream.answering("Hello", UpstreamUsage.of(8, 100)).price(Prices.of("0", "10"));
    box =
        GatewayBox.of(CONFIG, upstream)
            .with("NEXUS_ADMIN_KEY", "nx-admin")
            .asking("nx-admin")
            .with("KEY_ANN", "sk-ann-0123456789")
            .with("KEY_BOB", "sk-bob-0123456789")
            .with("KEY_EVE", "sk-eve-0123456789")
            .start();
  }

  @AfterEach
  void stop() throws IOException {
    box.close();
    upstream.close();
  }

  private static String key(String name) {
    return "Authorization: Bearer sk-" + name + "-0123456789";
  }

  private Answer ask(String name, String model) throws IOException {
    return Chats.send(box, Chats.body(model, "\"max_tokens\":100"), key(name));
  }

  private JsonNode admin(int status, String method, String path, String body, String... headers)
      throws IOException {
    try (var client = box.connect()) {
      var all = new String[headers.length + 1];
      System.arraycopy(headers, 0, all, 1, headers.length);
      all[0] = ADMIN;
      client.request(method, "/admin/v1/" + path, body, all);
      var answer = client.read();
      assertEquals(status, answer.status(), answer::text);
      return GatewayBox.json(answer);
    }
  }

  private static void assertRefused(int status, String pointer, String text, Answer answer)
      throws IOException {
    assertEquals(status, answer.status(), answer::text);
    assertEquals(text, GatewayBox.json(answer).at("/error" + pointer).asText());
  }

  private String listed(String name) throws IOException {
    try (var client = box.connect()) {
      var answer = client.get("/v1/models", key(name));
      return GatewayBox.json(answer).path("data").findValuesAsText("id").toString();
    }
  }

  @Test
  void team_ofTheFile_sharesABudgetAndNarrowsModels() throws Exception {
    assertEquals(200, ask("ann", "big").status());
    assertEquals(200, ask("bob", "big").status());
    assertRefused(429, "/budget/name", "team/red", ask("ann", "big"));
    assertRefused(403, "/code", "model_not_allowed", ask("bob", "small"));
    assertRefused(403, "/code", "model_not_allowed", ask("ann", "small"));
    assertEquals("[big]", listed("ann"));
    assertEquals("[big]", listed("bob"));
    assertEquals("[big, small]", listed("eve"));
    assertEquals(200, ask("eve", "small").status());

    assertEquals("0.002", admin(200, "GET", "budgets/team%2Fred", "").path("spent").asText());
    admin(200, "PATCH", "budgets/team%2Fred", "{\"limit\":0.003}");
    assertEquals(200, ask("ann", "big").status());
    var told = admin(409, "PATCH", "teams/red", "{\"limit\":1}").path("error");
    assertEquals("defined_in_file", told.path("code").asText());
    assertTrue(told.path("message").asText().contains("team/red"), told::toString);
    admin(409, "DELETE", "teams/red", "");
    admin(409, "POST", "teams", "{\"name\":\"red\"}");
  }

  @Test
  void team_madeChangedDeleted_holdsAtOnceAndIsRecorded() throws Exception {
    var made =
        admin(201, "POST", "teams", "{\"name\":\"blue\",\"limit\":0.001,\"window\":\"daily\"}");
    assertEquals("team/blue", made.path("budget").asText());
    assertEquals("admin", made.path("source").asText());
    assertEquals(200, ask("eve", "small").status());
    assertRefused(429, "/budget/name", "team/blue", ask("eve", "small"));

    var stale = "If-Match: \"999\"";
    admin(412, "PATCH", "teams/blue", "{\"limit\":1}", stale);
    var seen = "If-Match: \"" + made.path("version").asText() + '"';
    var changed = admin(200, "PATCH", "teams/blue", "{\"limit\":0.002,\"models\":[\"big\"]}", seen);
    assertEquals("daily", changed.path("window").asText());
    assertRefused(403, "/code", "model_not_allowed", ask("eve", "small"));
    assertEquals("[big]", listed("eve"));
    assertEquals(200, ask("eve", "big").status());
    assertEquals(2, admin(200, "GET", "teams", "").path("data").size());

    admin(200, "DELETE", "teams/blue", "");
    admin(404, "GET", "teams/blue", "");
    assertEquals(200, ask("eve", "small").status());
    assertEquals(
        "[team.delete, team.change, team.create]",
        admin(200, "GET", "changes", "").path("data").findValuesAsText("action").toString());
    assertFalse(page().contains("budget=\"team/blue\""), "its gauges are gone");
    assertTrue(page().contains("budget=\"team/red\""));
  }

  private String page() throws IOException {
    try (var client = box.connect()) {
      return client.get("/metrics").text();
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"limit\":1}|name",
        "{\"name\":\"a b\"}|name",
        "{\"name\":\"x\",\"limit\":-1}|limit",
        "{\"name\":\"x\",\"window\":\"daily\"}|window",
        "{\"name\":\"x\",\"limit\":1,\"window\":\"often\"}|window",
        "{\"name\":\"x\",\"models\":\"big\"}|models",
        "{\"name\":\"x\",\"models\":[\"\"]}|models",
        "{\"name\":\"x\",\"limits\":1}|limits",
        "{\"name\":\"x\",\"notes\":\"\"}|notes",
      })
  void create_badValue_isTold(String body, String param) throws Exception {
    assertEquals(param, admin(400, "POST", "teams", body).at("/error/param").asText());
  }
}
