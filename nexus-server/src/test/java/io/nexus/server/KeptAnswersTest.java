package io.nexus.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.nexus.server.RawHttp.Answer;
import io.nexus.server.mock.Upstream;
import io.nexus.server.mock.UpstreamReply;
import io.nexus.server.mock.UpstreamReply.Chunk;
import io.nexus.server.mock.UpstreamRequest;
import io.nexus.server.mock.UpstreamUsage;
import io.nexus.server.mock.UpstreamUsage.Prices;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Answers stored at backends: access, routing, and continuation. */
@Timeout(120)
class KeptAnswersTest {

  private static final String ALICE = "Authorization: Bearer key-of-alice";
  private static final String BOB = "Authorization: Bearer key-of-bob";

  private static final String CONFIG =
      """
      [budget]
      monthly_limit = 100
      hard_limit_action = "reject"
      [[keys]]
      name = "alice"
      key_env = "ALICE"
      [[keys]]
      name = "bob"
      key_env = "BOB"
      [[backends]]
      name = "one"
      type = "openai"
      url = "{0}"
      models = ["m"]
      api_key_env = "ONE"
      priority = 10
      [[backends]]
      name = "two"
      type = "openai"
      url = "{1}"
      models = ["m", "n"]
      priority = 20
      [[pricing]]
      model = "*"
      provider = "openai"
      input = 2.5
      output = 10
      """;

  private static final UpstreamUsage USAGE = UpstreamUsage.of(30, 6);

  /** The current state of background answers, by id. */
  private final Map<String, String> background = new ConcurrentHashMap<>();

  @SuppressWarnings("NullAway.Init")
  private Upstream one;

  @SuppressWarnings("NullAway.Init")
  private Upstream two;

  @BeforeEach
  void start() throws IOException {
    one = Upstream.start(request -> answer(request, "one")).price(Prices.of("2.5", "10"));
    two = Upstream.start(request -> answer(request, "two")).price(Prices.of("2.5", "10"));
  }

  @AfterEach
  void stop() throws IOException {
    one.close();
    two.close();
  }

  private GatewayBox.Setup setup() {
    return GatewayBox.of(CONFIG, one, two)
        .with("ALICE", "key-of-alice")
        .with("BOB", "key-of-bob")
        .with("ONE", "key-of-one")
        .asking("key-of-alice");
  }

  private UpstreamReply answer(UpstreamRequest request, String name) {
    String path = request.path();
    if (request.method().equals("GET") && path.startsWith("/v1/responses/resp_bg")) {
      String now = background.getOrDefault("resp_bg", "");
      return UpstreamReply.json(200, now, UpstreamUsage.of(0, 0));
    }
    if (request.method().equals("POST") && path.equals("/v1/responses")) {
      if (request.json().path("background").asBoolean()) {
        String queued = Responses.object("resp_bg", "queued", "", "null", "\"background\":true");
        background.put("resp_bg", queued);
        return UpstreamReply.json(200, queued, UpstreamUsage.of(0, 0));
      }
      return UpstreamReply.json(
          200,
          Responses.object(
              "resp_" + name,
              "completed",
              Responses.message("four words are here"),
              Responses.usage(USAGE)),
          USAGE);
    }
    return UpstreamReply.json(
        200, "{\"id\":\"conv_" + name + "\",\"path\":\"" + path + "\"}", UpstreamUsage.of(0, 0));
  }

  private static Answer ask(GatewayBox box, String method, String path, String body, String key)
      throws IOException {
    try (RawHttp client = RawHttp.connect(box.port())) {
      String length = body.isEmpty() ? "" : "Content-Type: application/json\r\n";
      client.send(
          "%s %s HTTP/1.1\r\nHost: localhost\r\n%s\r\n%sContent-Length: %d\r\n\r\n%s"
              .formatted(method, path, key, length, body.length(), body));
      return client.read();
    }
  }

  private static long spent(JsonNode stats) {
    return GatewayBox.nanos(stats.at("/budget/current_spending_usd"));
  }

  private static long held(JsonNode stats) {
    return GatewayBox.nanos(stats.at("/budget/held_usd"));
  }

  private static String continued(String id) {
    return Responses.body("m", "\"previous_response_id\":\"" + id + "\"");
  }

  private static long explained(GatewayBox box, String body) throws IOException {
    Answer answer = Responses.post(box, "/v1/explain?api=responses", body, ALICE);
    assertEquals(200, answer.status(), answer::text);
    return GatewayBox.nanos(GatewayBox.json(answer).at("/candidates/0/hold_usd"));
  }

  @Test
  void continuation_goesWhereTheAnswerIs_atItsKnownSize() throws Exception {
    try (GatewayBox box = setup().start()) {
      assertEquals(200, Responses.send(box, Responses.body("n"), ALICE).status());
      assertEquals(200, Responses.send(box, Responses.body("m"), ALICE).status());
      assertEquals(1, one.chats().size());
      Answer next = Responses.send(box, continued("resp_two"), ALICE);
      assertEquals(200, next.status(), next::text);
      assertEquals("two", next.header("X-Nexus-Backend").orElseThrow());
      Answer item =
          Responses.send(
              box,
              "{\"model\":\"m\",\"input\":[{\"type\":\"item_reference\",\"id\":\"msg_1\"}]}",
              ALICE);
      assertEquals(200, item.status(), item::text);
      long plain = explained(box, Responses.body("m"));
      long known = explained(box, continued("resp_two"));
      assertEquals(36 * 2_500, known - plain);
      assertTrue(explained(box, continued("resp_unknown")) > plain + 1_000_000_000L);
      Answer foreign = Responses.send(box, continued("resp_two"), BOB);
      assertEquals(404, foreign.status(), foreign::text);
      assertEquals(one.billNanos() + two.billNanos(), spent(box.idle()));
    }
  }

  @Test
  void keptAnswer_isItsClientsOnly_andItsBackends() throws Exception {
    try (GatewayBox box = setup().start()) {
      assertEquals(200, Responses.send(box, Responses.body("n"), ALICE).status());
      long before = spent(box.idle());
      String response = "/v1/responses/resp_two";
      assertEquals(404, ask(box, "GET", response, "", BOB).status());
      assertEquals(404, ask(box, "GET", "/v1/responses/resp_none", "", ALICE).status());
      assertEquals(401, ask(box, "GET", response, "", "X-No: key").status());
      for (String query : List.of("", "?include%5B%5D=a&stream=true&starting_after=3")) {
        Answer got = ask(box, "GET", response + query, "", ALICE);
        assertEquals(200, got.status(), got::text);
        assertEquals("/v1/responses/resp_two" + query, GatewayBox.json(got).path("path").asText());
      }
      assertEquals(
          "/v1/responses/resp_two/input_items?limit=5",
          GatewayBox.json(ask(box, "GET", response + "/input_items?limit=5&key=x", "", ALICE))
              .path("path")
              .asText());
      assertEquals(200, ask(box, "POST", response + "/cancel", "", ALICE).status());
      assertEquals(200, ask(box, "DELETE", response, "", ALICE).status());
      assertEquals(404, ask(box, "GET", response, "", ALICE).status());
      assertTrue(one.chats().isEmpty());
      assertEquals(before, spent(box.idle()));
    }
  }

  @Test
  void conversation_isBoundToTheBackendThatBeganIt() throws Exception {
    try (GatewayBox box = setup().start()) {
      Answer begun = Responses.post(box, "/v1/conversations", "{}", ALICE, "X-Nexus-Backend: two");
      assertEquals("conv_two", GatewayBox.json(begun).path("id").asText(), begun::text);
      String path = "/v1/conversations/conv_two";
      assertEquals(200, ask(box, "POST", path + "/items", "{\"items\":[]}", ALICE).status());
      assertEquals(200, ask(box, "GET", path + "/items/msg_1", "", ALICE).status());
      assertEquals(404, ask(box, "GET", path, "", BOB).status());
      Answer next =
          Responses.send(box, Responses.body("m", "\"conversation\":\"conv_two\""), ALICE);
      assertEquals("two", next.header("X-Nexus-Backend").orElseThrow(), next::text);
      assertEquals(200, ask(box, "DELETE", path, "", ALICE).status());
      assertEquals(404, ask(box, "GET", path, "", ALICE).status());
      Answer first = Responses.post(box, "/v1/conversations", "{}", ALICE);
      assertEquals("conv_one", GatewayBox.json(first).path("id").asText(), first::text);
      assertEquals(
          "Bearer key-of-one", one.requests().getLast().header("Authorization").orElseThrow());
    }
  }

  @Test
  void keptAnswer_isKnownAfterARestart(@TempDir Path folder) throws Exception {
    GatewayBox.Setup setup =
        setup()
            .onSystemClock()
            .with("NEXUS_LEDGER__URL", "jdbc:sqlite:" + folder.resolve("ledger.db"));
    try (GatewayBox box = setup.start()) {
      assertEquals(200, Responses.send(box, Responses.body("n"), ALICE).status());
    }
    try (GatewayBox box = setup.start()) {
      Answer next = Responses.send(box, continued("resp_two"), ALICE);
      assertEquals("two", next.header("X-Nexus-Backend").orElseThrow(), next::text);
      assertEquals(404, ask(box, "GET", "/v1/responses/resp_two", "", BOB).status());
      assertEquals(200, ask(box, "DELETE", "/v1/responses/resp_two", "", ALICE).status());
    }
    try (GatewayBox box = setup.start()) {
      assertEquals(404, ask(box, "GET", "/v1/responses/resp_two", "", ALICE).status());
    }
  }

  @Test
  void backgroundAnswer_isHeldToItsEnd() throws Exception {
    try (GatewayBox box = setup().start()) {
      String body = Responses.body("m", "\"background\":true", "\"max_output_tokens\":1000");
      Answer queued = Responses.send(box, body, ALICE);
      assertEquals(200, queued.status(), queued::text);
      assertEquals(background.get("resp_bg"), queued.text());
      JsonNode stats = box.await(now -> one.requests().size() > 3);
      assertEquals(0, spent(stats));
      assertTrue(held(stats) >= 10_000_000, stats::toString);
      background.put(
          "resp_bg",
          Responses.object(
              "resp_bg",
              "completed",
              Responses.message("it is done now"),
              Responses.usage(UpstreamUsage.of(30, 400)),
              "\"background\":true"));
      stats = box.await(now -> spent(now) > 0);
      assertEquals(UpstreamUsage.of(30, 400).nanos(Prices.of("2.5", "10")), spent(stats));
      assertEquals(0, held(stats));
    }
  }

  /** The client leaves, and the backend goes on. */
  @Test
  void backgroundStream_thatIsLeft_isHeldToItsEnd() throws Exception {
    CountDownLatch go = new CountDownLatch(1);
    List<Chunk> begun = Responses.begin(true);
    one.script(
        request ->
            request.method().equals("POST")
                ? UpstreamReply.events(
                        Responses.end(
                                begun, Responses.message("x"), "completed", UpstreamUsage.of(0, 0))
                            .chunks(),
                        UpstreamUsage.of(0, 0))
                    .paced(
                        part -> {
                          if (part > 2) {
                            go.await();
                          }
                        })
                : UpstreamReply.json(
                    200,
                    Responses.object(
                        "resp_1",
                        "completed",
                        Responses.message("a b c"),
                        Responses.usage(UpstreamUsage.of(9, 77))),
                    UpstreamUsage.of(0, 0)));
    try (GatewayBox box = setup().start()) {
      String body =
          Responses.body(
              "m", "\"stream\":true", "\"background\":true", "\"max_output_tokens\":1000");
      try (RawHttp client = RawHttp.connect(box.port())) {
        var _ = client.open(Responses.PATH, body, ALICE);
        assertTrue(client.event().isPresent());
        client.reset();
      }
      JsonNode stats = box.await(now -> spent(now) > 0);
      assertEquals(UpstreamUsage.of(9, 77).nanos(Prices.of("2.5", "10")), spent(stats));
      assertEquals(0, held(stats));
    }
  }

  private static void awaitInLedger(GatewayBox box, long nanos) throws Exception {
    long end = System.nanoTime() + 60_000_000_000L;
    String found = "";
    while (System.nanoTime() < end) {
      Answer answer = ask(box, "GET", "/v1/spend", "", ALICE);
      assertEquals(200, answer.status(), answer::text);
      found = answer.text();
      if (GatewayBox.nanos(GatewayBox.json(answer).at("/total/cost_usd")) == nanos) {
        return;
      }
      Thread.sleep(50);
    }
    throw new AssertionError("still: " + found);
  }

  /**
   * What is not known when the gateway stops is charged as the most that it can be, until the next
   * start has asked what it came to.
   */
  @Test
  void backgroundAnswer_thatIsMadeWhenTheGatewayStops_isChargedAndCorrected(@TempDir Path folder)
      throws Exception {
    GatewayBox.Setup setup =
        setup()
            .onSystemClock()
            .with("NEXUS_LEDGER__URL", "jdbc:sqlite:" + folder.resolve("ledger.db"));
    try (GatewayBox box = setup.start()) {
      String body = Responses.body("m", "\"background\":true", "\"max_output_tokens\":1000");
      assertEquals(200, Responses.send(box, body, ALICE).status());
    }
    try (GatewayBox box = setup.start()) {
      JsonNode stats = box.await(now -> spent(now) > 0);
      assertTrue(spent(stats) >= 10_000_000 && spent(stats) < 11_000_000, stats::toString);
      assertEquals(0, held(stats));
    }
    UpstreamUsage used = UpstreamUsage.of(30, 400);
    background.put(
        "resp_bg",
        Responses.object(
            "resp_bg",
            "completed",
            Responses.message("it is done now"),
            Responses.usage(used),
            "\"background\":true"));
    long right = used.nanos(Prices.of("2.5", "10"));
    try (GatewayBox box = setup.start()) {
      awaitInLedger(box, right);
    }
    int asked = one.requests().size();
    try (GatewayBox box = setup.start()) {
      assertEquals(right, spent(box.idle()));
    }
    assertTrue(
        one.requests().stream().skip(asked).noneMatch(r -> r.path().contains("resp_bg")),
        "it is asked after again");
  }

  @Test
  void websocket_isToldToPost() throws Exception {
    try (GatewayBox box = setup().start()) {
      Answer answer =
          ask(
              box,
              "GET",
              "/v1/responses",
              "",
              ALICE + "\r\nConnection: Upgrade\r\nUpgrade: websocket");
      assertEquals(426, answer.status(), answer::text);
      assertEquals(405, ask(box, "GET", "/v1/responses", "", ALICE).status());
    }
  }
}
