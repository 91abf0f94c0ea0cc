package io.nexus.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.nexus.server.RawHttp.Answer;
import io.nexus.server.mock.UpstreamReply;
import io.nexus.server.mock.UpstreamReply.Pace;
import io.nexus.server.mock.UpstreamReply.Stalled;
import io.nexus.server.mock.UpstreamUsage;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Keys, limits, queues and quotas of the file, and its reload, on one launched gateway. */
@Timeout(120)
class OneGatewayIT {

  private static final String ADMIN = "Authorization: Bearer nx-admin";
  private static final String APP = "Authorization: Bearer sk-app";
  private static final String URGENT = "Authorization: Bearer sk-urgent";
  private static final String MUTE = "Authorization: Bearer sk-mute";
  private static final String TAG = "X-Nexus-Tags: ";
  private static final String PRIORITY = "X-Nexus-Priority: ";
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private static final String CONFIG =
      """
      [ledger]
      url = "memory"
      [[keys]]
      name = "app"
      key_env = "KEY_APP"
      user = "ann"
      [[keys]]
      name = "urgent"
      key_env = "KEY_URGENT"
      user = "ann"
      priority = "high"
      [[keys]]
      name = "mute"
      key_env = "KEY_MUTE"
      trust_user = true
      may_tag = false
      [[budgets]]
      name = "each-user"
      per = "user"
      limit = 5
      [[budgets]]
      name = "tagged"
      match = { tag = "t-1" }
      limit = 5
      [[budgets]]
      name = "one-at-a-time"
      match = { tag = "line" }
      limit = 0.005
      hard_limit_action = "queue"
      [budget.queue]
      max_wait_seconds = 100
      [[limits]]
      name = "waits"
      parallel = 1
      action = "queue"
      match = { tag = "waits" }
      [[backends]]
      name = "first"
      type = "generic"
      url = "URL"
      models = ["quota"]
      priority = 1
      requests_per_minute = 1
      [[backends]]
      name = "second"
      type = "generic"
      url = "URL"
      models = ["quota"]
      priority = 2
      """;

  @TempDir private static Path temp;
  private static Station station;
  private static LaunchedGateway gateway;

  @BeforeAll
  static void start() throws Exception {
    station =
        Station.open(temp)
            .with("NEXUS_ADMIN_KEY", "nx-admin")
            .with("KEY_APP", "sk-app")
            .with("KEY_URGENT", "sk-urgent")
            .with("KEY_MUTE", "sk-mute");
    gateway = station.gateway("a", CONFIG.replace("URL", station.upstream().url()));
  }

  @AfterAll
  static void stop() throws IOException {
    station.close();
  }

  private static Answer ask(String body, String... headers) throws IOException {
    try (var client = gateway.connect()) {
      return client.post(Chats.PATH, body, headers);
    }
  }

  private static Answer admin(String method, String path, String body) throws IOException {
    try (var client = gateway.connect()) {
      client.request(method, "/admin/v1/" + path, body, ADMIN);
      return client.read();
    }
  }

  /** The spend of Ann, Bob and the tag, in requests. */
  private static List<Long> spent() throws IOException {
    var all = new ArrayList<Long>();
    for (var budget : List.of("each-user%2Fann", "each-user%2Fbob", "tagged")) {
      var shown = admin("GET", "budgets/" + budget, "");
      assertEquals(200, shown.status(), shown::text);
      var amount = GatewayBox.json(shown).path("spent");
      all.add(GatewayBox.nanos(amount) / Station.REQUEST_NANOS);
    }
    return all;
  }

  @Test
  void key_userAndTags_countAsItMayNameThem() throws Exception {
    var named = Station.ask().replaceFirst("\\{", "{\"user\":\"bob\",");
    long ann = spent().getFirst();
    assertEquals(200, ask(named, APP, TAG + "t-1").status());
    assertEquals(List.of(ann + 1, 0L, 1L), spent(), "its own user wins");
    assertEquals(200, ask(named, MUTE, TAG + "t-1").status());
    assertEquals(List.of(ann + 1, 1L, 1L), spent(), "it vouches for users, and may not tag");
  }

  @Test
  void key_inAnyHeaderThatClientsUse_isKnown() throws Exception {
    for (var header : List.of("x-api-key", "api-key", "x-goog-api-key", "Authorization: Bearer")) {
      try (var client = gateway.connect()) {
        var separator = header.contains(":") ? " " : ": ";
        assertEquals(200, client.get("/v1/models", header + separator + "sk-app").status(), header);
      }
    }
  }

  @Test
  void limit_thatQueues_servesOneAfterTheOther() throws Exception {
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      Callable<Answer> client = () -> ask(Station.ask(), APP, TAG + "waits");
      for (var answer : threads.invokeAll(Collections.nCopies(4, client))) {
        assertEquals(200, answer.get().status(), answer.get()::text);
      }
    }
  }

  /** Asks under a name that the upstream sees, and waits for money with all who ask so. */
  private static Answer askInLine(String name, String... headers) throws IOException {
    var body = Station.ask().replaceFirst("\\{", "{\"stop\":\"" + name + "\",");
    var all = new ArrayList<>(List.of(headers));
    all.add(TAG + "line");
    try (var client = gateway.connect().patient(PATIENCE)) {
      return client.post(Chats.PATH, body, all.toArray(String[]::new));
    }
  }

  private static void awaitInLine(int waiting) throws Exception {
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (gateway.metrics().count("nexus_budget_queue_depth") != waiting) {
      assertTrue(System.nanoTime() < end, () -> "not " + waiting + " requests wait");
      TimeUnit.MILLISECONDS.sleep(10);
    }
  }

  /** Each holds all of the budget, and gives it back: one after the other is sent. */
  @Test
  void requests_thatWaitForMoney_areSentByPriorityThenInOrderOfArrival() throws Exception {
    var upstream = station.upstream();
    var permits = new Semaphore(0);
    upstream.script(
        request ->
            new Stalled(
                Pace.permits(permits), UpstreamReply.chat(request, "Hi", UpstreamUsage.of(0, 0))));
    int before = upstream.chats().size();
    var answers = new ArrayList<Future<Answer>>();
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      try {
        answers.add(threads.submit(() -> askInLine("served", APP)));
        upstream.awaitChat(before + 1);
        answers.add(threads.submit(() -> askInLine("normal 1", APP)));
        awaitInLine(1);
        answers.add(threads.submit(() -> askInLine("lowered", URGENT, PRIORITY + "normal")));
        awaitInLine(2);
        answers.add(threads.submit(() -> askInLine("normal 2", APP)));
        awaitInLine(3);
        answers.add(threads.submit(() -> askInLine("high 1", URGENT)));
        awaitInLine(4);
        answers.add(threads.submit(() -> askInLine("raised", APP, PRIORITY + "high")));
        awaitInLine(5);
        answers.add(threads.submit(() -> askInLine("high 2", URGENT)));
        awaitInLine(6);
        assertEquals(400, askInLine("refused", APP, PRIORITY + "highest").status());
      } finally {
        permits.release(answers.size());
      }
      for (var answer : answers) {
        assertEquals(200, answer.get().status(), answer.get()::text);
      }
    } finally {
      upstream.script(Station::answer);
    }
    var sent = upstream.chats().stream().skip(before).map(each -> each.json().path("stop"));
    assertEquals(
        List.of("served", "high 1", "raised", "high 2", "normal 1", "lowered", "normal 2"),
        sent.map(JsonNode::asText).toList());
    awaitInLine(0);
  }

  @Test
  void quota_ofABackend_sendsFurtherRequestsToTheNext() throws Exception {
    var served = new ArrayList<String>();
    for (int i = 0; i < 4; i++) {
      var answer = ask(Chats.body("quota", "\"max_tokens\":9"), APP);
      assertEquals(200, answer.status(), answer::text);
      served.add(Chats.header(answer, "X-Nexus-Backend"));
    }
    assertEquals("first", served.getFirst());
    // A minute may end meanwhile, and then the first one serves once more.
    assertTrue(Collections.frequency(served, "second") >= 2, served::toString);
  }

  @Test
  void change_inMemory_lastsAsLongAsTheProcess_andIsToldAsItHappens() throws Exception {
    try (var listener = gateway.connect()) {
      listener.request("GET", "/admin/v1/events?events=change", "", ADMIN);
      assertEquals(200, listener.head().status());
      assertTrue(listener.event().orElseThrow().text().contains("event: hello"));
      var made = admin("POST", "keys", "{\"name\":\"new\",\"priority\":\"high\"}");
      assertEquals(201, made.status(), made::text);
      assertEquals("process", GatewayBox.json(made).path("lasts").asText());
      var told = listener.event().orElseThrow().text();
      assertTrue(told.contains("event: change") && told.contains("\"new\""), told);
    }
  }

  @Test
  void reload_aMistakeAndWhatNeedsARestart_areSaid() throws Exception {
    station.rewrite("a", "name = \"tagged\"", "name = \"ta gged\"");
    var refused = admin("POST", "reload", "");
    assertEquals(400, refused.status(), refused::text);
    assertTrue(refused.text().contains("ta gged"), refused::text);
    assertEquals(200, admin("GET", "budgets/tagged", "").status(), "what was in force stays so");
    assertEquals(1, reloads("refused"));
    assertTrue(gateway.log().contains("Configuration not reloaded"));
    station.rewrite("a", "name = \"ta gged\"", "name = \"tagged\"");
    station.rewrite("a", "url = \"memory\"", "url = \"memory\"\nkeep_days = 7");
    JsonNode applied = GatewayBox.json(admin("POST", "reload", ""));
    assertEquals("[\"ledger.keep_days\"]", applied.path("needs_restart").toString());
    assertEquals(1, reloads("applied"));
  }

  private static long reloads(String result) throws IOException {
    return gateway.metrics().count("nexus_config_reloads_total{result=\"" + result + "\"}");
  }
}
