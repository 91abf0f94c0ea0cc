package io.nexus.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.nexus.server.http.Route;
import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class OpenApiTest {

  private static final Pattern NAME = Pattern.compile("\\{(\\w+)}");

  @SuppressWarnings("NullAway.Init")
  private AdminBox box;

  @SuppressWarnings("NullAway.Init")
  private JsonNode document;

  private final Set<String> tried = new HashSet<>();

  @BeforeEach
  void start() throws IOException {
    box = new AdminBox();
    document = box.gateway.json("/openapi.json");
  }

  @AfterEach
  void stop() throws IOException {
    box.close();
  }

  @Test
  void document_andRoutes_agree() {
    var described = new TreeSet<String>();
    for (var path : document.path("paths").properties()) {
      for (var operation : path.getValue().properties()) {
        described.add(operation.getKey().toUpperCase(Locale.ROOT) + " " + path.getKey());
      }
    }
    var served = new TreeSet<String>();
    box.gateway
        .gateway()
        .routes()
        .forEach(route -> served.add(route.method() + " " + template(route)));
    assertEquals(described, served);
  }

  @Test
  void document_references_lead_somewhere() {
    assertEquals("3.1.0", document.path("openapi").asText());
    var ids = new HashSet<String>();
    for (var path : document.path("paths").properties()) {
      var names = new TreeSet<String>();
      NAME.matcher(path.getKey()).results().forEach(match -> names.add(match.group(1)));
      for (var operation : path.getValue()) {
        assertTrue(ids.add(operation.path("operationId").asText()), operation::toString);
        var parameters = new TreeSet<String>();
        for (var parameter : operation.path("parameters")) {
          if (parameter.path("in").asText().equals("path")) {
            parameters.add(parameter.path("name").asText());
          }
        }
        assertEquals(names, parameters, path.getKey());
        for (var needed : operation.path("security")) {
          needed
              .fieldNames()
              .forEachRemaining(
                  scheme ->
                      assertTrue(document.at("/components/securitySchemes").has(scheme), scheme));
        }
      }
    }
    for (var reference : document.findValuesAsText("$ref")) {
      assertTrue(document.at(reference.substring(1)).isObject(), reference);
    }
  }

  @Test
  void answers_ofEveryRoute_areAsDescribed() throws Exception {
    answered(200, "POST", "/v1/chat/completions", AdminBox.CHAT, AdminBox.ALICE);
    answered(400, "POST", "/v1/chat/completions", "{", AdminBox.ALICE);
    answered(401, "POST", "/v1/chat/completions", AdminBox.CHAT);
    var unknown = AdminBox.CHAT.replace("\"m\"", "\"x\"");
    answered(404, "POST", "/v1/chat/completions", unknown, AdminBox.ALICE);
    answered(200, "POST", "/v1/explain", AdminBox.CHAT, AdminBox.ALICE);
    var texts = "{\"model\":\"m\",\"prompt\":\"hi\",\"input\":[\"hi\"]}";
    for (var path : Set.of("/v1/completions", "/v1/embeddings")) {
      answered(200, "POST", path, texts, AdminBox.ALICE);
      answered(400, "POST", path, "{", AdminBox.ALICE);
      answered(401, "POST", path, texts);
    }
    answered(503, "POST", "/v1/moderations", texts, AdminBox.ALICE);
    answered(503, "POST", "/v1/responses/compact", texts, AdminBox.ALICE);
    var hi = "{\"model\":\"m\",\"input\":\"hi\",\"max_output_tokens\":100}";
    answered(200, "POST", "/v1/responses", hi, AdminBox.ALICE);
    answered(200, "POST", "/v1/responses/input_tokens", hi, AdminBox.ALICE);
    for (var path : Set.of("", "/compact", "/input_tokens")) {
      answered(400, "POST", "/v1/responses" + path, "{", AdminBox.ALICE);
    }
    answered(503, "POST", "/v1/images/generations", texts, AdminBox.ALICE);
    for (var path :
        List.of(
            "/v1/images/generations",
            "/v1/images/edits",
            "/v1/images/variations",
            "/v1/audio/speech",
            "/v1/audio/transcriptions",
            "/v1/audio/translations",
            "/v1/rerank",
            "/v2/rerank")) {
      answered(400, "POST", path, "{", AdminBox.ALICE);
    }
    google();
    for (var path : Set.of("/v1/messages", "/v1/messages/count_tokens")) {
      answered(200, "POST", path, AdminBox.CHAT, AdminBox.ALICE);
      answered(400, "POST", path, "{", AdminBox.ALICE);
      answered(401, "POST", path, AdminBox.CHAT);
    }
    answered(405, "GET", "/v1/responses", "", AdminBox.ALICE);
    answered(503, "POST", "/v1/conversations", "{}", AdminBox.ALICE);
    for (var operation :
        Set.of(
            "GET /v1/responses/x",
            "DELETE /v1/responses/x",
            "POST /v1/responses/x/cancel",
            "GET /v1/responses/x/input_items",
            "GET /v1/conversations/x",
            "POST /v1/conversations/x",
            "DELETE /v1/conversations/x",
            "GET /v1/conversations/x/items",
            "POST /v1/conversations/x/items",
            "GET /v1/conversations/x/items/y",
            "DELETE /v1/conversations/x/items/y")) {
      var parts = operation.split(" ", 2);
      answered(404, parts[0], parts[1], "", AdminBox.ALICE);
    }
    answered(200, "GET", "/v1/models/m", "", AdminBox.ALICE);
    answered(404, "GET", "/v1/models/none", "", AdminBox.ALICE);
    for (var path : Set.of("/v1/models", "/v1/stats", "/v1/spend", "/v1/key")) {
      answered(200, "GET", path, "", AdminBox.ALICE);
      answered(401, "GET", path, "");
    }
    answered(200, "GET", "/v1/spend?by=key,model", "", AdminBox.ADMIN);
    for (var path : Set.of("/health", "/health/live", "/health/ready", "/openapi.json")) {
      answered(200, "GET", path, "");
    }
    var metrics = box.send("GET", "/metrics", "");
    assertTrue(metrics.header("Content-Type").orElseThrow().startsWith("text/plain"));
    tried.add("GET /metrics");
    admin(200, "GET", "/admin/v1/budgets", "");
    admin(200, "GET", "/admin/v1/limits", "");
    admin(400, "GET", "/admin/v1/limits?sort=colour", "");
    admin(201, "POST", "/admin/v1/limits", "{\"name\":\"new\",\"requests\":1,\"per\":\"key\"}");
    admin(409, "POST", "/admin/v1/limits", "{\"name\":\"new\",\"requests\":1}");
    admin(200, "PATCH", "/admin/v1/limits/new", "{\"requests\":100}");
    admin(200, "GET", "/admin/v1/limits/new", "");
    admin(200, "DELETE", "/admin/v1/limits/new", "");
    admin(200, "DELETE", "/admin/v1/limits/research", "");
    admin(200, "GET", "/admin/v1/prices", "");
    admin(201, "POST", "/admin/v1/prices", "{\"model\":\"x\",\"input\":1,\"output\":2}");
    admin(409, "POST", "/admin/v1/prices", "{\"model\":\"x\",\"input\":1,\"output\":2}");
    var more = "{\"fees\":{\"search\":0.1},\"tiers\":{\"batch\":{\"input\":1}}}";
    admin(200, "PATCH", "/admin/v1/prices/*%2Fx", more);
    admin(200, "GET", "/admin/v1/prices/*%2Fx", "");
    admin(200, "DELETE", "/admin/v1/prices/*%2Fx", "");
    admin(200, "PATCH", "/admin/v1/budgets/research", "{\"limit\":0.01}");
    admin(400, "PATCH", "/admin/v1/budgets/research", "{}");
    admin(404, "PATCH", "/admin/v1/budgets/none", "{}");
    answered(429, "POST", "/v1/chat/completions", AdminBox.CHAT, AdminBox.ALICE);
    answered(200, "POST", "/v1/explain", AdminBox.CHAT, AdminBox.ALICE);
    var raise = "{\"amount\":1,\"expires_at\":\"2030-01-01T00:00:00Z\"}";
    admin(200, "POST", "/admin/v1/budgets/research/increase", raise);
    admin(200, "POST", "/admin/v1/budgets/research/reset", "");
    admin(201, "POST", "/admin/v1/keys", "{\"name\":\"carol\"}");
    admin(409, "POST", "/admin/v1/keys", "{\"name\":\"carol\"}");
    admin(200, "GET", "/admin/v1/keys", "");
    answered(403, "GET", "/admin/v1/keys", "", AdminBox.ALICE);
    admin(200, "GET", "/admin/v1/keys/carol", "");
    admin(200, "PATCH", "/admin/v1/keys/carol", "{\"models\":[\"m*\"],\"limit\":1}");
    admin(409, "PATCH", "/admin/v1/keys/alice", "{\"models\":[\"m*\"]}");
    admin(200, "POST", "/admin/v1/keys/carol/rotate", "{}");
    admin(200, "DELETE", "/admin/v1/keys/carol", "");
    admin(200, "DELETE", "/admin/v1/keys/bob", "");
    admin(
        201,
        "POST",
        "/admin/v1/teams",
        "{\"name\":\"new\",\"limit\":1,\"limits\":{\"parallel\":9}}");
    admin(409, "POST", "/admin/v1/teams", "{\"name\":\"new\"}");
    admin(200, "GET", "/admin/v1/teams", "");
    admin(200, "GET", "/admin/v1/teams/new", "");
    admin(200, "PATCH", "/admin/v1/teams/new", "{\"models\":[\"m*\"]}");
    admin(200, "DELETE", "/admin/v1/teams/new", "");
    admin(404, "DELETE", "/admin/v1/teams/new", "");
    admin(201, "POST", "/admin/v1/budgets", "{\"name\":\"each\",\"per\":\"user\",\"limit\":1}");
    admin(201, "POST", "/admin/v1/budgets", "{\"name\":\"new\",\"limit\":1}");
    admin(409, "POST", "/admin/v1/budgets", "{\"name\":\"new\",\"limit\":1}");
    admin(200, "GET", "/admin/v1/budgets/new", "");
    admin(200, "DELETE", "/admin/v1/budgets/new", "");
    admin(200, "DELETE", "/admin/v1/budgets/research", "");
    admin(200, "GET", "/admin/v1/changes", "");
    admin(400, "GET", "/admin/v1/events?events=colour", "");
    admin(200, "GET", "/admin/v1/backends", "");
    admin(200, "GET", "/admin/v1/backends/cloud", "");
    for (var action : List.of("drain", "enable", "probe")) {
      admin(200, "POST", "/admin/v1/backends/cloud/" + action, "");
      admin(404, "POST", "/admin/v1/backends/none/" + action, "");
    }
    admin(200, "POST", "/admin/v1/forgive", "{\"since\":\"2026-01-01T00:00:00Z\"}");
    admin(400, "POST", "/admin/v1/forgive", "{}");
    admin(200, "GET", "/admin/v1/overview", "");
    admin(200, "GET", "/admin/v1/standings", "");
    admin(200, "GET", "/admin/v1/spend", "");
    admin(400, "GET", "/admin/v1/spend?by=colour", "");
    admin(200, "GET", "/admin/v1/records", "");
    admin(200, "GET", "/admin/v1/configuration", "");
    admin(200, "GET", "/admin/v1/self", "");
    answered(200, "GET", "/admin/v1/models", "", AdminBox.ADMIN);
    var requests = box.admin(200, "GET", "/admin/v1/requests", "");
    admin(200, "GET", "/admin/v1/requests", "");
    admin(200, "GET", "/admin/v1/requests/" + requests.at("/data/0/id").asText(), "");
    admin(404, "GET", "/admin/v1/requests/none", "");
    admin(200, "POST", "/admin/v1/reload", "");

    var routes = new HashSet<String>();
    box.gateway
        .gateway()
        .routes()
        .forEach(route -> routes.add(route.method() + " " + template(route)));
    assertEquals(routes, tried);
  }

  private void google() throws IOException {
    for (var path : Set.of("/v1beta/models/m:generateContent", "/v1/models/m:countTokens")) {
      answered(503, "POST", path, "{\"contents\":\"hi\"}", AdminBox.ALICE);
      answered(400, "POST", path, "{", AdminBox.ALICE);
      answered(401, "POST", path, "{}");
    }
    answered(404, "POST", "/v1beta/models/m:none", "{}", AdminBox.ALICE);
    answered(200, "GET", "/v1beta/models", "", AdminBox.ALICE);
    answered(401, "GET", "/v1beta/models", "");
    answered(404, "GET", "/v1beta/models/none", "", AdminBox.ALICE);
  }

  /** A path that may go on over slashes is described as one that may not. */
  private static String template(Route route) {
    return route.path().replace("{+", "{");
  }

  private void admin(int status, String method, String path, String body) throws IOException {
    answered(status, method, path, body, AdminBox.ADMIN);
  }

  private void answered(int status, String method, String path, String body, String... headers)
      throws IOException {
    var answer = box.send(method, path, body, headers);
    assertEquals(status, answer.status(), () -> method + " " + path + ": " + answer.text());
    var template =
        path.replaceAll("\\?.*", "")
            .replaceAll("/(budgets|keys|teams|backends|limits|prices)/[^/]+", "/$1/{name}")
            .replaceAll("/requests/.+", "/requests/{id}")
            .replaceAll("/models/.+", "/models/{target}")
            .replaceAll("/(responses|conversations)/x", "/$1/{id}")
            .replaceAll("/items/y", "/items/{item}");
    tried.add(method + " " + template);
    var operation = document.path("paths").path(template).path(method.toLowerCase(Locale.ROOT));
    var schema =
        operation
            .path("responses")
            .path(Integer.toString(status))
            .path("content")
            .path("application/json")
            .path("schema");
    var problems = SchemaCheck.problems(document, schema, GatewayBox.json(answer));
    assertTrue(problems.isEmpty(), () -> method + " " + path + ": " + problems);
  }
}
