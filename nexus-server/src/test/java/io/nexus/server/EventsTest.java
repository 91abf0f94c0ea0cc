package io.nexus.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.nexus.server.events.EventKind;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The stream of what happens in a gateway. */
class EventsTest {

  private static final String EVENTS = "/admin/v1/events";

  private AdminBox box;

  @BeforeEach
  void start() throws IOException {
    box = new AdminBox();
  }

  @AfterEach
  void stop() throws IOException {
    box.close();
  }

  /** An event as it came. */
  private record Told(String id, String name, JsonNode data) {}

  private RawHttp listen(String query, String... headers) throws IOException {
    return listenAs(AdminBox.ADMIN, query, headers);
  }

  private RawHttp listenAs(String who, String query, String... headers) throws IOException {
    var client = RawHttp.connect(box.gateway.port()).patient(Duration.ofSeconds(60));
    var all = new ArrayList<>(List.of(headers));
    all.add(who);
    client.request("GET", EVENTS + query, "", all.toArray(String[]::new));
    var head = client.head();
    assertEquals(200, head.status());
    assertEquals("text/event-stream; charset=utf-8", head.header("Content-Type").orElseThrow());
    return client;
  }

  private static Told next(RawHttp client) throws IOException {
    long end = System.nanoTime() + 40_000_000_000L;
    while (true) {
      assertTrue(System.nanoTime() < end, "heartbeats only");
      var text = client.event().orElseThrow(() -> new AssertionError("it has ended")).text();
      if (!text.startsWith(":")) {
        return new Told(line(text, "id: "), line(text, "event: "), data(line(text, "data: ")));
      }
    }
  }

  private static String line(String text, String begin) {
    return text.lines()
        .filter(line -> line.startsWith(begin))
        .findFirst()
        .orElseThrow(() -> new AssertionError(text))
        .substring(begin.length());
  }

  private static JsonNode data(String text) throws IOException {
    return GatewayBox.parse(text);
  }

  private static Told await(RawHttp client, String name, Predicate<JsonNode> is)
      throws IOException {
    long end = System.nanoTime() + 40_000_000_000L;
    while (true) {
      var told = next(client);
      assertTrue(System.nanoTime() < end, "none such, but " + told);
      if (told.name.equals(name) && is.test(told.data)) {
        return told;
      }
    }
  }

  private void ask() throws IOException {
    var answer = box.send("POST", GatewayBox.CHAT, AdminBox.CHAT, AdminBox.ALICE);
    assertEquals(200, answer.status(), answer::text);
  }

  @Test
  void spend_changedBudgetsOnly_areTold() throws Exception {
    try (var client = listen("?events=spend")) {
      assertFalse(await(client, "hello", _ -> true).data.path("resumed").asBoolean());
      ask();
      var told = await(client, "spend", data -> data.at("/requests/success").asInt() == 1).data;
      var names = told.path("budgets").findValuesAsText("name");
      assertTrue(names.contains("research"), names::toString);
      assertFalse(names.contains("others"), names::toString);
      assertEquals("cloud", told.at("/backends/0/name").asText());
      ask();
      told = await(client, "spend", data -> data.at("/requests/success").asInt() == 2).data;
      assertEquals("0.4", told.at("/budgets/0/spent").asText(), told::toString);
    }
  }

  @Test
  void requests_thatCameAndEnded_areTold() throws Exception {
    try (var client = listen("?events=requests")) {
      await(client, "hello", _ -> true);
      ask();
      var told =
          await(client, "requests", data -> data.at("/data/0/state").asText().equals("served"));
      assertEquals("alice", told.data.at("/data/0/key").asText(), told.data::toString);
      assertEquals(0, told.data.path("left_out").asInt());
    }
  }

  @Test
  void teamAdmin_isToldWhatIsTheTeams() throws Exception {
    try (var client = listenAs(AdminBox.TOM, "")) {
      await(client, "hello", _ -> true);
      box.admin(200, "PATCH", "/admin/v1/budgets/others", "{\"limit\":2}");
      box.admin(201, "POST", "/admin/v1/keys", "{\"name\":\"carol\"}");
      box.admin(200, "POST", "/admin/v1/backends/cloud/drain", "");
      box.admin(200, "POST", "/admin/v1/backends/cloud/enable", "");
      box.admin(201, "POST", "/admin/v1/keys", "{\"name\":\"dan\",\"team\":\"research\"}");
      var change = await(client, "change", _ -> true).data;
      assertEquals(List.of("dan"), change.path("settings").findValuesAsText("name"));
      box.admin(200, "DELETE", "/admin/v1/keys/dan", "");
      assertTrue(await(client, "change", _ -> true).data.at("/settings/0/removed").asBoolean());

      var bob = "Authorization: Bearer key-of-bob";
      assertEquals(200, box.send("POST", GatewayBox.CHAT, AdminBox.CHAT, bob).status());
      ask();
      boolean spend = false;
      boolean requests = false;
      while (!spend || !requests) {
        var told = next(client);
        assertFalse(told.name.equals("backend"), told::toString);
        if (told.name.equals("spend")) {
          spend = true;
          var names = told.data.path("budgets").findValuesAsText("name");
          assertEquals(List.of("research"), names, told::toString);
          assertFalse(told.data.has("requests") || told.data.has("backends"), told::toString);
        } else if (told.name.equals("requests")) {
          requests = true;
          for (var request : told.data.path("data")) {
            assertEquals("alice", request.path("key").asText(), told::toString);
          }
        }
      }
    }
  }

  @Test
  void change_isToldAtOnce_andAgainToWhoComesBack() throws Exception {
    String seen;
    try (var client = listen("")) {
      seen = await(client, "hello", _ -> true).id;
      box.admin(200, "PATCH", "/admin/v1/budgets/research", "{\"limit\":2}");
      var told = await(client, "change", _ -> true).data;
      assertEquals("budget", told.at("/settings/0/kind").asText());
      assertEquals("research", told.at("/settings/0/name").asText());
      assertFalse(told.path("configuration").asBoolean());
    }
    box.admin(201, "POST", "/admin/v1/keys", "{\"name\":\"carol\"}");
    box.admin(200, "POST", "/admin/v1/reload", "");
    try (var client = listen("", "Last-Event-ID: " + seen)) {
      assertTrue(await(client, "hello", _ -> true).data.path("resumed").asBoolean());
      assertEquals(
          "research", await(client, "change", _ -> true).data.at("/settings/0/name").asText());
      assertEquals(
          "carol", await(client, "change", _ -> true).data.at("/settings/0/name").asText());
      assertTrue(await(client, "change", _ -> true).data.path("configuration").asBoolean());
    }
    try (var client = listen("", "Last-Event-ID: 0badcafe-3")) {
      assertFalse(await(client, "hello", _ -> true).data.path("resumed").asBoolean());
    }
  }

  @Test
  void quiet_hasHeartbeats_andEndsWithTheGateway() throws Exception {
    try (var client = listen("?events=alert&heartbeat_seconds=1")) {
      await(client, "hello", _ -> true);
      assertEquals(": still here", client.event().orElseThrow().text().strip());
      box.gateway.close();
      while (client.event().isPresent()) {
        // Heartbeats that were on their way.
      }
      assertTrue(client.ended());
    }
  }

  @Test
  void listeners_beyondTheMost_areAskedToComeLater() throws Exception {
    var clients = new ArrayList<RawHttp>();
    try {
      for (int i = 0; i < 32; i++) {
        clients.add(listen("?events=alert"));
      }
      box.admin(503, "GET", EVENTS, "");
      clients.removeLast().close();
      clients.add(eventually());
    } finally {
      for (var client : clients) {
        client.close();
      }
    }
  }

  /** A listener for whom there is room soon. */
  private RawHttp eventually() throws IOException {
    long end = System.nanoTime() + 30_000_000_000L;
    while (true) {
      var client = RawHttp.connect(box.gateway.port());
      client.request("GET", EVENTS, "", AdminBox.ADMIN);
      if (client.head().status() == 200) {
        return client;
      }
      client.close();
      assertTrue(System.nanoTime() < end);
    }
  }

  @Test
  void slowListener_isCutAndNobodyWaits() throws Exception {
    try (var slow = listen("?events=change");
        var quick = listen("?events=alert")) {
      await(quick, "hello", _ -> true);
      var feed = box.gateway.gateway().feed();
      var large = "\"" + "n".repeat(200_000) + "\"";
      // Forty megabytes: more than the buffers between the two take.
      for (int i = 0; i < 200; i++) {
        feed.publish(EventKind.CHANGE, json -> json.writeRawValue(large));
      }
      feed.publish(EventKind.ALERT, json -> json.writeRawValue("{}"));
      await(quick, "alert", _ -> true);
      assertTrue(slow.events().size() < 200);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"?events=colour", "?heartbeat_seconds=0", "?heartbeat_seconds=x", "?a=b"})
  void query_thatSaysNothing_isRefused(String query) throws Exception {
    box.admin(400, "GET", EVENTS + query, "");
  }

  @Test
  void head_andClients_getNoStream() throws Exception {
    var head = box.send("HEAD", EVENTS, "", AdminBox.ADMIN + "\r\nConnection: close");
    assertEquals(200, head.status());
    assertTrue(head.header("Content-Length").isEmpty(), "a stream has none");
    assertEquals(401, box.send("GET", EVENTS, "").status());
    assertEquals(403, box.send("GET", EVENTS, "", AdminBox.ALICE).status());
  }
}
