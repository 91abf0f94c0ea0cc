package io.nexus.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.nexus.server.mock.Upstream;
import io.nexus.server.mock.UpstreamUsage;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The rights of administrators by role. */
class RolesTest {

  private static final String CONFIG =
      """
      [server]
      admin_key_env = "ADMIN"
      [[admin_keys]]
      name = "olga"
      key_env = "VIEWER"
      role = "viewer"
      [[admin_keys]]
      name = "tom"
      key_env = "TEAM"
      role = "team_admin"
      team = "t"
      [[budgets]]
      name = "whole-team"
      match = { team = "t" }
      limit = 5
      [[budgets]]
      name = "others"
      match = { team = "o" }
      limit = 5
      [[keys]]
      name = "mine"
      key_env = "MINE"
      team = "t"
      [[keys]]
      name = "theirs"
      key_env = "THEIRS"
      team = "o"
      """
          + GatewayBox.ONE_CLOUD;

  private Upstream upstream;
  private GatewayBox box;

  @BeforeEach
  void start() throws IOException {
    upstream = Upstream.answering("Hi", UpstreamUsage.of(1, 1));
    box =
        GatewayBox.of(CONFIG, upstream)
            .with("ADMIN", "k-admin")
            .with("VIEWER", "k-viewer")
            .with("TEAM", "k-team")
            .with("MINE", "k-mine")
            .with("THEIRS", "k-theirs")
            .start();
  }

  @AfterEach
  void stop() throws IOException {
    box.close();
    upstream.close();
  }

  private RawHttp.Answer send(String key, String method, String path, String body)
      throws IOException {
    try (var client = RawHttp.connect(box.port())) {
      client.request(method, "/admin/v1/" + path, body, "Authorization: Bearer " + key);
      return client.read();
    }
  }

  @ParameterizedTest
  @CsvSource({
    "k-viewer, GET, overview, 200",
    "k-viewer, GET, keys, 200",
    "k-viewer, GET, changes, 200",
    "k-viewer, GET, configuration, 200",
    "k-viewer, GET, self, 200",
    "k-viewer, POST, reload, 403",
    "k-viewer, POST, keys, 403",
    "k-viewer, PATCH, budgets/others, 403",
    "k-viewer, POST, backends/cloud/drain, 403",
    "k-viewer, DELETE, keys/mine, 403",
    "k-team, GET, keys, 200",
    "k-team, GET, keys/mine, 200",
    "k-team, GET, keys/theirs, 404",
    "k-team, GET, budgets/whole-team, 200",
    "k-team, GET, budgets/others, 404",
    "k-team, GET, self, 200",
    "k-team, GET, standings, 200",
    "k-team, GET, standings?of=others, 200",
    "k-team, GET, spend?by=key&team=t, 200",
    "k-team, GET, spend?team=o, 403",
    "k-team, GET, spend?team=, 403",
    "k-team, GET, records?team=o, 403",
    "k-team, GET, requests, 200",
    "k-team, GET, models, 403",
    "k-team, GET, configuration, 403",
    "k-team, GET, teams, 403",
    "k-team, POST, forgive, 403",
    "k-team, GET, overview, 403",
    "k-team, GET, changes, 403",
    "k-team, GET, events?events=colour, 400",
    "k-team, POST, reload, 403",
    "k-team, DELETE, keys/theirs, 404",
    "k-team, DELETE, budgets/whole-team, 403",
    "k-team, POST, budgets/whole-team/reset, 403",
    "k-team, DELETE, budgets/others, 404",
    "k-mine, GET, keys, 403",
    "k-mine, GET, self, 403",
    "k-nobody, GET, keys, 403",
  })
  void role_askingForARoute_getsWhatItMay(String key, String method, String path, int status)
      throws Exception {
    var answer = send(key, method, path, "");
    assertEquals(status, answer.status(), answer::text);
  }

  @Test
  void teamAdmin_makesKeysAndBudgets_inTheTeamOnly() throws Exception {
    var made = GatewayBox.json(send("k-team", "POST", "keys", "{\"name\":\"new\",\"limit\":1}"));
    assertEquals("t", made.path("team").asText(), made::toString);
    assertEquals(403, send("k-team", "POST", "keys", "{\"name\":\"x\",\"team\":\"o\"}").status());
    var high = "{\"name\":\"x\",\"priority\":\"high\"}";
    assertEquals(403, send("k-team", "POST", "keys", high).status());
    assertEquals(403, send("k-team", "PATCH", "keys/new", "{\"team\":\"o\"}").status());
    assertEquals(200, send("k-team", "PATCH", "keys/new", "{\"notes\":\"n\"}").status());
    assertEquals(200, send("k-team", "POST", "keys/new/rotate", "{}").status());
    var names =
        GatewayBox.json(send("k-team", "GET", "keys", "")).path("data").findValuesAsText("name");
    assertEquals(List.of("mine", "new"), names);

    var whole = "{\"name\":\"b\",\"limit\":1,\"match\":{\"team\":\"t\"}}";
    assertEquals(403, send("k-team", "POST", "budgets", whole).status());
    var other = "{\"name\":\"b\",\"limit\":1,\"match\":{\"team\":\"o\",\"user\":\"u\"}}";
    assertEquals(403, send("k-team", "POST", "budgets", other).status());
    var fine = "{\"name\":\"b\",\"limit\":1,\"match\":{\"user\":\"u\"}}";
    var budget = GatewayBox.json(send("k-team", "POST", "budgets", fine));
    assertEquals("t", budget.at("/match/team").asText(), budget::toString);
    assertEquals(200, send("k-team", "PATCH", "budgets/b", "{\"limit\":2}").status());
    var away = "{\"match\":{\"team\":\"o\"}}";
    assertEquals(403, send("k-team", "PATCH", "budgets/b", away).status());
    var seen =
        GatewayBox.json(send("k-team", "GET", "budgets", "")).path("data").findValuesAsText("name");
    assertTrue(seen.containsAll(List.of("whole-team", "b")) && !seen.contains("others"));
    assertEquals(200, send("k-team", "DELETE", "budgets/b", "").status());
  }

  private JsonNode asked(String path) throws IOException {
    var answer = send("k-team", "GET", path, "");
    assertEquals(200, answer.status(), answer::text);
    return GatewayBox.json(answer).path("data");
  }

  @Test
  void teamAdmin_lookingAtSpendAndRequests_seesThoseOfTheTeam() throws Exception {
    for (var key : List.of("k-mine", "k-theirs", "k-theirs")) {
      try (var client = box.connect()) {
        client.request("POST", GatewayBox.CHAT, GatewayBox.ask(), "Authorization: Bearer " + key);
        assertEquals(200, client.read().status());
      }
    }
    var standings = asked("standings");
    assertEquals(List.of("whole-team"), standings.findValuesAsText("name"), standings::toString);
    for (var path : List.of("records", "records?limit=1", "requests")) {
      var found = asked(path);
      assertEquals(Set.of("mine"), Set.copyOf(found.findValuesAsText("key")), found::toString);
    }
    for (var by : List.of("key", "model", "user", "day", "outcome")) {
      var lines = asked("spend?by=" + by);
      assertEquals(1, lines.size(), lines::toString);
      assertEquals(1, lines.at("/0/requests").asInt(), lines::toString);
    }
    var theirs =
        GatewayBox.json(send("k-admin", "GET", "requests?search=theirs", "")).at("/data/0/id");
    assertEquals(404, send("k-team", "GET", "requests/" + theirs.asText(), "").status());
    assertEquals(200, send("k-admin", "GET", "requests/" + theirs.asText(), "").status());
    var self = GatewayBox.json(send("k-team", "GET", "self", ""));
    assertEquals(
        "tom team_admin t",
        self.at("/name").asText()
            + " "
            + self.at("/role").asText()
            + " "
            + self.at("/team").asText());
  }

  @Test
  void changes_byANamedKey_sayItsName() throws Exception {
    send("k-team", "POST", "keys", "{\"name\":\"new\"}");
    var changes = GatewayBox.json(send("k-viewer", "GET", "changes", "")).path("data");
    assertEquals("tom", changes.at("/0/by/admin_key").asText(), changes::toString);
  }
}
