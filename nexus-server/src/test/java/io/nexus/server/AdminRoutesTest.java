package io.nexus.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.nexus.server.RawHttp.Answer;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The rules for every route of the admin API in the OpenAPI document. */
class AdminRoutesTest {

  private static final int TOO_LONG = 70_000;

  private AdminBox box;
  private JsonNode document;

  @BeforeEach
  void start() throws Exception {
    box = new AdminBox();
    box.admin(201, "POST", "/admin/v1/teams", "{\"name\":\"alice\"}");
    box.admin(201, "POST", "/admin/v1/prices", "{\"model\":\"alice\",\"input\":1,\"output\":1}");
    for (var made :
        List.of(
            "teams {'name':'carol'}",
            "keys {'name':'carol'}",
            "budgets {'name':'carol','limit':1,'per':'user'}",
            "limits {'name':'carol','requests':1,'tokens':1,'parallel':1,'per':'user'}",
            "prices {'model':'carol','input':1,'output':1}")) {
      var parts = made.split(" ", 2);
      box.admin(201, "POST", "/admin/v1/" + parts[0], parts[1].replace('\'', '"'));
    }
    document = box.gateway.json("/openapi.json");
  }

  @AfterEach
  void stop() throws IOException {
    box.close();
  }

  private record Operation(String method, String path, JsonNode described) {

    /** The same for something that the admin API made, of which all can be said. */
    Operation ofMade() {
      return new Operation(
          method, path.replaceAll("/(\\*%2F)?(research|alice)\\b", "/$1carol"), described);
    }

    /** The same for something that is no team_admin's. */
    Operation ofOthers() {
      return new Operation(
          method,
          path.replace("/budgets/research", "/budgets/others").replace("/alice", "/bob"),
          described);
    }

    boolean hasBody() {
      return described.has("requestBody");
    }

    @Override
    public String toString() {
      return method + " " + path;
    }
  }

  /** Each with its path made to name things that are there. */
  private List<Operation> operations() {
    var all = new ArrayList<Operation>();
    for (var path : document.path("paths").properties()) {
      if (path.getKey().startsWith("/admin/")) {
        for (var each : path.getValue().properties()) {
          var asked =
              path.getKey()
                  .replace("/backends/{name}", "/backends/cloud")
                  .replace("/budgets/{name}", "/budgets/research")
                  .replace("/limits/{name}", "/limits/research")
                  .replace("/prices/{name}", "/prices/*%2Falice")
                  .replaceAll("\\{\\w+}", "alice");
          all.add(new Operation(each.getKey().toUpperCase(Locale.ROOT), asked, each.getValue()));
        }
      }
    }
    assertTrue(all.size() > 25, all::toString);
    return all;
  }

  private void assertEach(int status, String code, String body, String... headers)
      throws IOException {
    for (var operation : operations()) {
      assertRefused(operation, status, code, send(operation, body, headers));
    }
  }

  private Answer send(Operation operation, String body, String... headers) throws IOException {
    return box.send(operation.method, operation.path, body, headers);
  }

  private void assertRefused(Operation operation, int status, String code, Answer answer)
      throws IOException {
    assertEquals(status, answer.status(), () -> operation + ": " + answer.text());
    assertEquals(
        code, GatewayBox.json(answer).at("/error/code").asText(), () -> operation + answer.text());
    assertTrue(
        operation.described.path("responses").has(Integer.toString(status)),
        () -> operation + " does not describe " + status);
  }

  @Test
  void everyRoute_withoutAKey_isUnauthorized() throws Exception {
    assertEach(401, "invalid_api_key", "");
  }

  @Test
  void everyRoute_withAClientsKey_isForbidden() throws Exception {
    assertEach(403, "not_admin", "", AdminBox.ALICE);
  }

  @Test
  void everyRoute_fromAnotherSite_isRefused() throws Exception {
    assertEach(403, "cross_site", "", AdminBox.ADMIN, "Origin: https://elsewhere.example");
    assertEach(403, "cross_site", "", AdminBox.ADMIN, "Sec-Fetch-Site: cross-site");
  }

  @Test
  void everyBody_thatIsTooLong_isRefused() throws Exception {
    var body = "{\"name\":\"" + "x".repeat(TOO_LONG) + "\"}";
    for (var operation : operations()) {
      if (operation.hasBody()) {
        var answer = send(operation, body, AdminBox.ADMIN);
        assertEquals(413, answer.status(), () -> operation + ": " + answer.text());
        assertTrue(operation.described.path("responses").has("413"), operation::toString);
      }
    }
  }

  @Test
  void everyField_withAWrongValue_isNamed() throws Exception {
    int tried = 0;
    for (var operation : operations()) {
      if (!operation.hasBody()) {
        continue;
      }
      var schema =
          resolved(operation.described.at("/requestBody/content/application~1json/schema"));
      for (var field : schema.path("properties").properties()) {
        var wrong = "{\"" + field.getKey() + "\":[{}]}";
        var answer = send(operation, wrong, AdminBox.ADMIN);
        if (answer.status() == 409) {
          // It is the file's, of which nothing of the kind can be said.
          continue;
        }
        assertEquals(400, answer.status(), () -> operation + wrong + answer.text());
        var param = GatewayBox.json(answer).at("/error/param").asText();
        assertEquals(field.getKey(), param, () -> operation + wrong + answer.text());
        tried++;
      }
      var unknown = send(operation, "{\"colour\":1}", AdminBox.ADMIN);
      assertEquals(400, unknown.status(), () -> operation + ": " + unknown.text());
      for (var text : List.of("{", "[]", "null", "{}{}", "{\"a\":1,\"a\":1}")) {
        var answer = send(operation, text, AdminBox.ADMIN);
        assertEquals(400, answer.status(), () -> operation + text + ": " + answer.text());
      }
    }
    assertTrue(tried > 30, "only " + tried);
  }

  @Test
  void everyField_withWhatItsSchemaForbids_isNamed() throws Exception {
    int tried = 0;
    for (var each : operations()) {
      if (!each.hasBody()) {
        continue;
      }
      var operation = each.ofMade();
      var schema =
          resolved(operation.described.at("/requestBody/content/application~1json/schema"));
      var samples = new SchemaSamples(document);
      for (var field : schema.path("properties").properties()) {
        for (var wrong : samples.wrong(field.getValue())) {
          var body = (ObjectNode) samples.fitting(schema);
          if (operation.path.endsWith("/limits")) {
            body.put("requests", 1);
          }
          var text = body.set(field.getKey(), wrong).toString();
          var answer = send(operation, text, AdminBox.ADMIN);
          assertEquals(400, answer.status(), () -> operation + text + answer.text());
          var param = GatewayBox.json(answer).at("/error/param").asText();
          assertEquals(field.getKey(), param, () -> operation + text + answer.text());
          tried++;
        }
      }
    }
    assertTrue(tried > 400, "only " + tried);
  }

  /** The routes for administrators of a team; a new route is not among them. */
  private static final Set<String> OF_TEAMS =
      Set.of("budgets", "keys", "self", "standings", "spend", "records", "requests", "events");

  @Test
  void everyRoute_byItsRole_isAllowedOrRefused() throws Exception {
    for (var operation : operations()) {
      boolean looks = operation.method.equals("GET");
      // The stream of events would not end.
      var asked =
          new Operation(
              operation.method,
              operation.path.replace("/events", "/events?events=colour"),
              operation.described);
      var viewer = send(asked, looks ? "" : "{}", AdminBox.OLGA);
      if (looks) {
        assertNotEquals(403, viewer.status(), () -> operation + viewer.text());
      } else {
        assertRefused(operation, 403, "not_allowed", viewer);
      }
      var parts = operation.path.split("/", -1);
      if (!OF_TEAMS.contains(parts[3])) {
        assertRefused(operation, 403, "not_allowed", send(asked, "{}", AdminBox.TOM));
        continue;
      }
      var team = send(asked, looks ? "" : "{}", AdminBox.TOM);
      if (looks) {
        assertNotEquals(403, team.status(), () -> operation + team.text());
      }
      if (parts.length > 4) {
        var others = send(operation.ofOthers(), looks ? "" : "{}", AdminBox.TOM);
        assertEquals(404, others.status(), () -> operation + others.text());
      }
    }
  }

  @Test
  void everyList_withAWrongParameter_isRefused() throws Exception {
    int tried = 0;
    for (var operation : operations()) {
      var parameters = operation.described.path("parameters");
      if (!parameters.findValuesAsText("name").contains("limit")) {
        continue;
      }
      assertWrong(operation, "colour=1");
      for (var parameter : parameters) {
        var schema = parameter.path("schema");
        boolean number = schema.path("type").asText().equals("integer");
        if (number || schema.has("pattern") || schema.has("enum")) {
          assertWrong(operation, parameter.path("name").asText() + (number ? "=-1" : "=colour"));
          tried++;
        }
      }
    }
    assertTrue(tried > 12, "only " + tried);
  }

  private void assertWrong(Operation operation, String query) throws IOException {
    var answer = box.send("GET", operation.path + "?" + query, "", AdminBox.ADMIN);
    assertEquals(400, answer.status(), () -> operation + "?" + query + ": " + answer.text());
    var param = query.substring(0, query.indexOf('='));
    assertEquals(param, GatewayBox.json(answer).at("/error/param").asText(), answer::text);
  }

  private JsonNode resolved(JsonNode schema) {
    return schema.has("$ref") ? document.at(schema.path("$ref").asText().substring(1)) : schema;
  }

  @Test
  void everyRoute_withTooManyWrongKeys_asksToWait() throws Exception {
    var operations = operations();
    for (int i = 0; i < 25; i++) {
      box.send("GET", "/admin/v1/keys", "", "Authorization: Bearer wrong-" + i);
    }
    for (var operation : operations) {
      var answer = send(operation, "", AdminBox.ADMIN);
      if (answer.status() == 429) {
        assertRefused(operation, 429, "too_many_wrong_keys", answer);
        assertFalse(answer.header("Retry-After").isEmpty());
      }
    }
  }
}
