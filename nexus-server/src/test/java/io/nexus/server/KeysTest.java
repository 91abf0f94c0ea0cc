package io.nexus.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.nexus.config.ConfigResult.Invalid;
import io.nexus.config.NexusConfig;
import io.nexus.server.cli.NexusCommand;
import io.nexus.server.mock.Upstream;
import io.nexus.server.mock.UpstreamUsage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KeysTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Authorization: Bearer key-of-alice",
        "authorization: bEARER  key-of-alice",
        "x-api-key: key-of-alice",
        "x-api-key: key-of-bob"
      })
  void chat_aKnownKey_isServed(String header) throws Exception {
    try (var box = new AdminBox()) {
      var answer = box.send("POST", "/v1/chat/completions", AdminBox.CHAT, header);
      assertEquals(200, answer.status(), answer::text);
      assertTrue(
          box.upstream.chats().getFirst().headers().stream()
              .noneMatch(sent -> sent.value().contains("key-of")));
    }
  }

  @Test
  void guardedRoutes_noKnownKey_answer401InTheEnvelope() throws Exception {
    try (var box = new AdminBox();
        var log = LogCapture.open()) {
      for (var route :
          List.of(
              "POST /v1/chat/completions",
              "POST /v1/explain",
              "GET /v1/models",
              "GET /v1/stats",
              "GET /v1/key")) {
        int space = route.indexOf(' ');
        var method = route.substring(0, space);
        var path = route.substring(space + 1);
        for (var header :
            List.of(
                "X-None: none",
                "Authorization: Bearer key-of-mallory",
                "Authorization: Basic key-of-alice",
                "x-api-key: ",
                AdminBox.ADMIN)) {
          if (path.equals("/v1/stats") && header.equals(AdminBox.ADMIN)) {
            continue; // It shows all budgets to an administrator.
          }
          var body = method.equals("POST") ? AdminBox.CHAT : "";
          var answer = box.send(method, path, body, header);
          assertEquals(401, answer.status(), route + " with " + header);
          var error = GatewayBox.json(answer).path("error");
          assertEquals("invalid_api_key", error.path("code").asText());
          assertEquals("invalid_request_error", error.path("type").asText());
          assertFalse(answer.text().contains("key-of"), answer::text);
        }
      }
      assertTrue(box.upstream.chats().isEmpty());
      assertFalse(log.text().contains("key-of"), log::text);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"/health", "/health/live", "/health/ready", "/metrics", "/openapi.json"})
  void openRoutes_noKey_areServed(String path) throws Exception {
    try (var box = new AdminBox()) {
      assertEquals(200, box.send("GET", path, "").status());
    }
  }

  @Test
  void key_ofAClient_showsItsOwnBudgetsOnly() throws Exception {
    try (var box = new AdminBox()) {
      box.send("POST", "/v1/chat/completions", AdminBox.CHAT, AdminBox.ALICE);
      box.send("POST", "/v1/chat/completions", AdminBox.CHAT, "x-api-key: key-of-bob");
      var answer = box.send("GET", "/v1/key", "", AdminBox.ALICE);
      assertEquals("no-store", answer.header("Cache-Control").orElseThrow());
      var key = GatewayBox.json(answer);
      assertEquals("alice", key.path("name").asText());
      assertEquals("research", key.path("team").asText());
      assertEquals("al", key.path("user").asText());
      assertEquals("[\"batch\"]", key.path("tags").toString());
      assertEquals(
          List.of("global every_request", "research every_request", "m-only some_requests"),
          named(key.path("budgets")));
      var research = key.path("budgets").get(1);
      assertEquals("2.5", research.path("limit").asText());
      assertEquals("0.2", research.path("spent").asText());
      assertEquals("0", research.path("held").asText());
      assertEquals("2.3", research.path("remaining").asText());
      assertEquals("Normal", research.path("status").asText());
      assertEquals("2026-03-11T00:00:00Z", research.path("resets_at").asText());
      assertEquals("0.4", key.path("budgets").get(0).path("spent").asText());
    }
  }

  @Test
  void key_whereThereAreNoKeys_isNobodys() throws Exception {
    try (var upstream = Upstream.answering("Hi", UpstreamUsage.of(1, 1));
        var gateway = GatewayBox.start("[budget]\nmonthly_limit = 1", upstream)) {
      var key = gateway.json("/v1/key");
      assertTrue(key.path("name").isNull());
      assertEquals(List.of("global every_request"), named(key.path("budgets")));
    }
  }

  @Test
  void start_reachableByOthersWithoutKeys_isRefused(@TempDir Path folder) throws IOException {
    var file = Files.writeString(folder.resolve("nexus.toml"), "[server]\nhost = \"0.0.0.0\"\n");
    var refused = assertInstanceOf(Invalid.class, NexusConfig.load(file, Map.of()));
    assertTrue(refused.problems().toString().contains("there are no [[keys]]"));
    var arguments = new String[] {"serve", "--config", file.toString(), "--port", "0"};
    assertEquals(2, NexusCommand.run(arguments));
  }

  private static List<String> named(JsonNode budgets) {
    var names = new ArrayList<String>();
    StreamSupport.stream(budgets.spliterator(), false)
        .map(each -> each.path("name").asText() + " " + each.path("applies_to").asText())
        .forEach(names::add);
    return names;
  }

  @Test
  void stats_ofAClient_showItsOwnBudgetsOnly() throws Exception {
    var toml =
        """
        [budget]
        monthly_limit = 10
        [[budgets]]
        name = "alice"
        match = { key = "alice" }
        limit = 1
        [[budgets]]
        name = "bob"
        match = { key = "bob" }
        limit = 2
        [[keys]]
        name = "alice"
        key_env = "ALICE"
        [[keys]]
        name = "bob"
        key_env = "BOB"
        """;
    try (var box =
        GatewayBox.of(toml)
            .with("ALICE", "key-of-alice")
            .with("BOB", "key-of-bob")
            .with("NEXUS_ADMIN_KEY", "key-of-admin")
            .start()) {
      assertEquals(List.of("global", "alice"), budgetNames(box, "key-of-alice"));
      assertEquals(List.of("global", "bob"), budgetNames(box, "key-of-bob"));
      assertEquals(List.of("global", "alice", "bob"), budgetNames(box, "key-of-admin"));
    }
  }

  private static List<String> budgetNames(GatewayBox box, String key) throws Exception {
    var answer = box.connect().get("/v1/stats", "Authorization: Bearer " + key);
    var names = new ArrayList<String>();
    GatewayBox.json(answer).path("budgets").forEach(each -> names.add(each.path("name").asText()));
    return names;
  }
}
