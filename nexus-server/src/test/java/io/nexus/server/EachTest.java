package io.nexus.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.nexus.server.RawHttp.Answer;
import io.nexus.server.mock.Upstream;
import io.nexus.server.mock.UpstreamUsage;
import io.nexus.server.mock.UpstreamUsage.Prices;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Budgets of each user and each session, through the gateway. */
class EachTest {

  private static final String ADMIN = "Authorization: Bearer nx-admin";
  private static final String CONFIG =
      """
      [[keys]]
      name = "app"
      key_env = "KEY_APP"
      trust_user = true
      [budget]
      hard_limit_action = "reject"
      [[budgets]]
      name = "each-user"
      per = "user"
      limit = 0.002
      max_values = 3
      window = "daily"
      [[budgets]]
      name = "each-session"
      per = "session"
      match = { model = "big" }
      limit = 0.001
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
            .with("KEY_APP", "sk-app-0123456789")
            .start();
  }

  @AfterEach
  void stop() throws IOException {
    box.close();
    upstream.close();
  }

  private Answer ask(String user, String model, String header) throws IOException {
    var named = user.isEmpty() ? "\"n\":1" : "\"user\":\"" + user + '"';
    var body = Chats.body(model, "\"max_tokens\":100", named);
    return Chats.send(box, body, "Authorization: Bearer sk-app-0123456789", header);
  }

  private Answer ask(String user) throws IOException {
    return ask(user, "small", "X-None: none");
  }

  private JsonNode admin(int status, String method, String path, String body) throws IOException {
    try (var client = box.connect()) {
      client.request(method, "/admin/v1/budgets" + path, body, ADMIN);
      var answer = client.read();
      assertEquals(status, answer.status(), answer::text);
      return GatewayBox.json(answer);
    }
  }

  private static void refusedBy(String budget, Answer answer) throws IOException {
    assertEquals(429, answer.status(), answer::text);
    assertEquals(budget, GatewayBox.json(answer).at("/error/budget/name").asText());
  }

  private List<String> names() throws IOException {
    var names = new ArrayList<String>();
    admin(200, "GET", "", "").path("data").forEach(each -> names.add(each.path("name").asText()));
    return names;
  }

  @Test
  void each_user_isLimitedForItselfAndOverriddenByName() throws Exception {
    assertEquals(200, ask("ann").status());
    assertEquals(200, ask("ann").status());
    refusedBy("each-user/ann", ask("ann"));
    assertEquals(200, ask("bob").status());
    assertEquals(200, ask("").status(), "nobody is limited per user");
    assertEquals(List.of("each-user", "each-user/ann", "each-user/bob", "each-session"), names());

    var template = admin(200, "GET", "/each-user", "");
    assertEquals("user", template.path("per").asText());
    assertEquals(2, template.path("values").asInt());
    assertEquals(3, template.path("max_values").asInt());
    var ann = admin(200, "PATCH", "/each-user%2Fann", "{\"limit\":0.003}");
    assertTrue(ann.path("overridden").asBoolean());
    assertTrue(ann.path("per").isNull());
    assertEquals("0.002", ann.path("configured_limit").asText());
    assertEquals(200, ask("ann").status());
    refusedBy("each-user/ann", ask("ann"));
    admin(
        200,
        "POST",
        "/each-user%2Fann/increase",
        "{\"amount\":0.001,\"expires_at\":\"2026-03-10T13:00:00Z\"}");
    assertEquals(200, ask("ann").status());
    assertEquals("0.004", admin(200, "GET", "/each-user%2Fann", "").path("limit").asText());

    assertEquals("0.002", admin(200, "DELETE", "/each-user%2Fann", "").path("limit").asText());
    refusedBy("each-user/ann", ask("ann"));
    admin(200, "PATCH", "/each-user%2Fann", "{\"disabled\":true}");
    assertEquals(200, ask("ann").status());
    admin(200, "PATCH", "/each-user%2Fann", "{\"disabled\":false}");
    admin(200, "POST", "/each-user%2Fann/reset", "");
    assertEquals(200, ask("ann").status());

    admin(200, "PATCH", "/each-user", "{\"limit\":0.001}");
    refusedBy("each-user/ann", ask("ann"));
    refusedBy("each-user/bob", ask("bob"));
    admin(404, "GET", "/each-user%2F", "");
    admin(404, "GET", "/none%2Fann", "");
  }

  @Test
  void each_moreUsersThanRoom_shareOneLimit() throws Exception {
    for (var user : List.of("a", "b", "c", "d", "e")) {
      assertEquals(200, ask(user).status(), user);
    }
    refusedBy("each-user", ask("f"));
    assertEquals(200, ask("a").status());
  }

  @Test
  void each_oddUser_isShownByADigest() throws Exception {
    var odd = "x".repeat(300);
    assertEquals(200, ask(odd).status());
    assertEquals(200, ask(odd).status());
    var refused = ask(odd);
    var name = GatewayBox.json(refused).at("/error/budget/name").asText();
    assertTrue(name.matches("each-user/~[0-9a-f]{32}"), name);
    assertEquals(
        "0.002", admin(200, "GET", "/" + name.replace("/", "%2F"), "").path("spent").asText());
  }

  @Test
  void each_session_isStoppedAlone() throws Exception {
    assertEquals(200, ask("", "big", "x-claude-code-session-id: s-1").status());
    refusedBy("each-session/s-1", ask("", "big", "x-claude-code-session-id: s-1"));
    assertEquals(200, ask("", "big", "x-claude-code-session-id: s-2").status());
    assertEquals(200, ask("", "small", "x-claude-code-session-id: s-1").status());
    assertEquals(200, ask("", "big", "X-None: none").status());
  }

  @Test
  void create_perByTheAdminApi_countsEachAndIsChecked() throws Exception {
    var made = admin(201, "POST", "", "{\"name\":\"k\",\"per\":\"key\",\"limit\":0.001}");
    assertEquals("key", made.path("per").asText());
    assertEquals(10_000, made.path("max_values").asInt());
    assertEquals(200, ask("").status());
    refusedBy("k/app", ask(""));
    admin(200, "DELETE", "/k", "");
    assertEquals(200, ask("").status());
    assertEquals(
        "per",
        admin(400, "POST", "", "{\"name\":\"k\",\"per\":\"x\",\"limit\":1}")
            .at("/error/param")
            .asText());
    assertEquals(
        "name",
        admin(400, "POST", "", "{\"name\":\"team\",\"per\":\"key\",\"limit\":1}")
            .at("/error/param")
            .asText());
    assertEquals(
        "max_values",
        admin(400, "POST", "", "{\"name\":\"k\",\"max_values\":5,\"limit\":1}")
            .at("/error/param")
            .asText());
  }
}
