package io.nexus.server;

import static io.nexus.server.GatewayBox.CHAT;
import static io.nexus.server.GatewayBox.ask;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nexus.server.RawHttp.Answer;
import io.nexus.server.mock.Upstream;
import io.nexus.server.mock.UpstreamReply;
import io.nexus.server.mock.UpstreamReply.Break;
import io.nexus.server.mock.UpstreamReply.Pace;
import io.nexus.server.mock.UpstreamRequest;
import io.nexus.server.mock.UpstreamUsage;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Limits beside money. The model costs nothing: limits are about that, too. */
@Timeout(60)
class LimitsTest {

  private static final String FREE =
      """
      [routing]
      max_retries = 0
      [[backends]]
      name = "home"
      type = "generic"
      location = "local"
      url = "{0}"
      models = ["m"]
      max_concurrent = 500
      """;

  private static final UpstreamUsage USAGE = UpstreamUsage.of(8, 20);

  @TempDir private Path temp;

  private final Semaphore permits = new Semaphore(0);
  private final Upstream upstream;

  LimitsTest() throws IOException {
    upstream = Upstream.start(request -> UpstreamReply.chat(request, "Hello", USAGE));
  }

  @AfterEach
  void end() throws IOException {
    permits.release(1000);
    upstream.close();
  }

  /** The limit is named fair; its windows do not end while a test runs. */
  private GatewayBox box(String ledger, String limit) throws IOException {
    var toml = FREE + "[[limits]]\nname = \"fair\"\n" + limit + "\n";
    var setup =
        GatewayBox.of(toml.contains("window") ? toml : toml + "window = \"365d\"", upstream);
    return ledger.equals("memory")
        ? setup.start()
        : setup
            .with("NEXUS_LEDGER__URL", "jdbc:sqlite:" + temp.resolve("ledger.db"))
            .with("NEXUS_LEDGER__NODE", "one")
            .onSystemClock()
            .start();
  }

  private static long used(GatewayBox box, String unit) throws IOException {
    return MetricsPage.of(box).count("nexus_limit_used{limit=\"fair\",unit=\"" + unit + "\"}");
  }

  private static void awaitUsed(GatewayBox box, String unit, long count) throws Exception {
    long end = System.nanoTime() + 30_000_000_000L;
    while (used(box, unit) != count) {
      assertTrue(System.nanoTime() < end, () -> unit + " still in use");
      Thread.sleep(5);
    }
  }

  private static void assertLimited(Answer answer, String retryAfter) throws IOException {
    assertEquals(429, answer.status(), answer::text);
    var error = GatewayBox.json(answer).path("error");
    assertEquals("rate_limited", error.path("code").asText());
    assertEquals("rate_limit_error", error.path("type").asText());
    assertTrue(error.path("message").asText().contains("'fair'"), answer::text);
    assertEquals(retryAfter, Chats.header(answer, "Retry-After"));
    assertTrue(answer.header("x-should-retry").isEmpty(), "waiting is worth it");
  }

  @ParameterizedTest
  @ValueSource(strings = {"memory", "sqlite"})
  void requests_manyAtOnce_asManyAsTheLimitAreServed(String ledger) throws Exception {
    try (var box = box(ledger, "requests = 100")) {
      var answers = Chats.atOnce(box, 150, _ -> ask());
      assertEquals(100, Chats.count(answers, 200));
      assertEquals(50, Chats.count(answers, 429));
      assertEquals(100, upstream.chats().size());
      assertEquals(100, used(box, "requests"));
      var page = MetricsPage.of(box);
      assertEquals(
          50, page.count("nexus_limit_rejections_total{limit=\"fair\",unit=\"requests\"}"));
      assertEquals(100, page.count("nexus_limit_allowed{limit=\"fair\",unit=\"requests\"}"));
    }
  }

  @Test
  void requests_refused_areToldWhenTheWindowEnds() throws Exception {
    try (var box = box("memory", "requests = 2\nwindow = \"1m\"")) {
      box.clock().set(Instant.parse("2026-03-10T12:00:18Z"));
      var first = Chats.send(box, ask());
      assertEquals("2", Chats.header(first, "x-ratelimit-limit-requests"));
      assertEquals("1", Chats.header(first, "x-ratelimit-remaining-requests"));
      assertEquals("42s", Chats.header(first, "x-ratelimit-reset-requests"));
      assertEquals(200, Chats.send(box, ask()).status());
      var refused = Chats.send(box, ask());
      assertLimited(refused, "42");
      assertEquals("0", Chats.header(refused, "x-ratelimit-remaining-requests"));
      box.clock().set(Instant.parse("2026-03-10T12:01:00Z"));
      assertEquals(200, Chats.send(box, ask()).status());
    }
  }

  @Test
  void requests_refused_areToldInTheClientsOwnApi() throws Exception {
    try (var box = box("memory", "requests = 1")) {
      assertEquals(200, Chats.send(box, ask()).status());
      try (var client = box.connect()) {
        var messages =
            client.post(
                "/v1/messages",
                "{\"model\":\"m\",\"max_tokens\":9,\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}]}");
        assertEquals(429, messages.status(), messages::text);
        var error = GatewayBox.json(messages);
        assertEquals("error", error.path("type").asText());
        assertEquals("rate_limit_error", error.at("/error/type").asText());
      }
    }
    var google = Gemini.CONFIG + "[[limits]]\nname = \"fair\"\nparallel = 1\n";
    upstream.script(this::stalled);
    try (var box = GatewayBox.start(google, upstream);
        var first = box.connect();
        var second = box.connect()) {
      first.request("POST", Gemini.path("generateContent"), Gemini.ask());
      awaitUsed(box, "parallel", 1);
      var refused = second.post(Gemini.path("generateContent"), Gemini.ask());
      assertEquals(429, refused.status(), refused::text);
      assertEquals("RESOURCE_EXHAUSTED", GatewayBox.json(refused).at("/error/status").asText());
      assertEquals("1", Chats.header(refused, "Retry-After"));
      permits.release(1);
    }
  }

  @Test
  void requests_refusedByTheBackend_countAndThoseItFailsAtDoNot() throws Exception {
    try (var box = box("memory", "requests = 3")) {
      upstream.script(_ -> UpstreamReply.refuse(400, "{\"error\":{\"message\":\"no\"}}"));
      assertEquals(400, Chats.send(box, ask()).status());
      assertEquals(1, used(box, "requests"));
      upstream.script(_ -> UpstreamReply.refuse(500, "{\"error\":{\"message\":\"oh\"}}"));
      assertEquals(502, Chats.send(box, ask()).status());
      assertEquals(1, used(box, "requests"));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"memory", "sqlite"})
  void parallel_moreThanTheLimit_areRefusedUntilOneEnds(String ledger) throws Exception {
    upstream.script(this::stalled);
    try (var box = box(ledger, "parallel = 2")) {
      var one = box.connect();
      var other = box.connect();
      one.request("POST", CHAT, ask());
      other.request("POST", CHAT, ask());
      var _ = upstream.awaitChat(2);
      assertLimited(Chats.send(box, ask()), "1");
      assertEquals(2, used(box, "parallel"));
      permits.release(1);
      awaitUsed(box, "parallel", 1);
      permits.release(2);
      assertEquals(200, Chats.send(box, ask()).status());
      assertEquals(200, one.read().status());
      assertEquals(200, other.read().status());
      awaitUsed(box, "parallel", 0);
    }
  }

  private UpstreamReply stalled(UpstreamRequest request) {
    return new UpstreamReply.Stalled(
        Pace.permits(permits), UpstreamReply.chat(request, "Hello", USAGE));
  }

  @ParameterizedTest
  @ValueSource(strings = {"memory", "sqlite"})
  void parallel_howeverARequestEnds_isFreeAgain(String ledger) throws Exception {
    try (var box = box(ledger, "parallel = 1")) {
      upstream.script(_ -> UpstreamReply.refuse(400, "{\"error\":{\"message\":\"no\"}}"));
      assertEquals(400, Chats.send(box, ask()).status());
      awaitUsed(box, "parallel", 0);
      for (var how : Break.values()) {
        upstream.script(_ -> new UpstreamReply.HangUp(how));
        assertFalse(Chats.send(box, ask()).status() == 429, "the one before has ended");
        awaitUsed(box, "parallel", 0);
      }
      upstream.script(
          request ->
              UpstreamReply.stream(request, Collections.nCopies(50, "a "), UpstreamUsage.of(8, 50))
                  .paced(Pace.permits(permits)));
      permits.release(3);
      try (var client = RawHttp.connect(box.port())) {
        client.open(CHAT, ask("\"stream\":true"));
        var _ = client.event().orElseThrow();
        assertEquals(1, used(box, "parallel"));
        client.reset();
      }
      awaitUsed(box, "parallel", 0);
      upstream.script(request -> UpstreamReply.chat(request, "Hello", USAGE));
      assertEquals(200, Chats.send(box, ask()).status());
      awaitUsed(box, "parallel", 0);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"memory", "sqlite"})
  void tokens_manyAtOnce_neverPassTheLimit(String ledger) throws Exception {
    try (var box = box(ledger, "tokens = 1000")) {
      var answers = Chats.atOnce(box, 100, _ -> ask("\"max_tokens\":100"));
      long served = Chats.count(answers, 200);
      assertEquals(100 - served, Chats.count(answers, 429));
      assertEquals(served * 28, used(box, "tokens"), "what was held beside is free again");
      assertTrue(served * 28 <= 1000, () -> served + " were served");
      // The rest suffices for a shorter answer, and finally for none.
      while (Chats.send(box, ask("\"max_tokens\":100")).status() == 200) {
        assertTrue(used(box, "tokens") <= 1000);
      }
      assertTrue(used(box, "tokens") > 850, "nearly all can be used");
    }
  }

  @Test
  void tokens_fewerLeftThanAnAnswerMayTake_shortenIt() throws Exception {
    try (var box = box("memory", "tokens = 600")) {
      var answer = Chats.send(box, ask());
      assertEquals(200, answer.status(), answer::text);
      long asked = upstream.chats().getFirst().json().path("max_tokens").asLong();
      assertTrue(asked > 500 && asked < 600, () -> "asked for " + asked);
      assertEquals(Long.toString(asked), Chats.header(answer, "X-Nexus-Max-Tokens-Clamped"));
      assertEquals("600", Chats.header(answer, "x-ratelimit-limit-tokens"));
      assertEquals("572", Chats.header(answer, "x-ratelimit-remaining-tokens"));
    }
  }

  @Test
  void tokens_aStreamThatMayNotGrow_isCutAtTheLimit() throws Exception {
    upstream.script(
        request ->
            UpstreamReply.stream(
                request, Collections.nCopies(5000, "word "), UpstreamUsage.of(8, 5000)));
    try (var box = box("memory", "tokens = 1500")) {
      var answer = Chats.send(box, ask("\"stream\":true"));
      assertEquals(200, answer.status());
      var _ = box.idle();
      assertTrue(used(box, "tokens") <= 1500, () -> answer.text());
      assertTrue(used(box, "tokens") > 500);
    }
  }

  @Test
  void tokens_moreThanTheWholeLimit_areRefusedForGood() throws Exception {
    try (var box = box("memory", "tokens = 100")) {
      var long_ = ask().replace("Say something nice", "word ".repeat(400));
      var answer = Chats.send(box, long_);
      assertEquals(429, answer.status(), answer::text);
      assertEquals("false", Chats.header(answer, "x-should-retry"));
      assertTrue(answer.header("Retry-After").isEmpty());
    }
  }

  @Test
  void parallel_withQueue_waitsUntilOneEnds() throws Exception {
    upstream.script(this::stalled);
    var queue = "parallel = 1\naction = \"queue\"";
    try (var box = box("memory", queue)) {
      var clients = new ArrayList<RawHttp>();
      for (int i = 0; i < 4; i++) {
        clients.add(box.connect());
        clients.getLast().request("POST", CHAT, ask());
      }
      permits.release(4);
      for (var client : clients) {
        assertEquals(200, client.read().status());
      }
      assertEquals(4, upstream.chats().size());
      awaitUsed(box, "parallel", 0);
    }
  }

  @Test
  void requests_withQueueAndInVain_areRefusedAfterTheWait() throws Exception {
    var queue = "requests = 1\naction = \"queue\"\n[budget.queue]\nmax_wait_seconds = 1\n";
    var toml = FREE + "[[limits]]\nname = \"fair\"\n" + queue;
    try (var box = GatewayBox.start(toml, upstream)) {
      assertEquals(200, Chats.send(box, ask()).status());
      assertLimited(Chats.send(box, ask()), "60");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"memory", "sqlite"})
  void perUser_each_isCountedByItself(String ledger) throws Exception {
    try (var box = box(ledger, "requests = 2\nparallel = 1\nper = \"user\"")) {
      for (var user : List.of("ann", "bob", "cem")) {
        var body = ask("\"user\":\"" + user + "\"");
        assertEquals(200, Chats.send(box, body).status());
        assertEquals("0", Chats.header(Chats.send(box, body), "x-ratelimit-remaining-requests"));
        var refused = Chats.send(box, body);
        assertEquals(429, refused.status());
        assertTrue(refused.text().contains("limit 'fair/" + user + "'"), refused::text);
      }
      assertEquals(200, Chats.send(box, ask()).status(), "nobody is not limited");
      var page = MetricsPage.of(box);
      assertEquals(3, page.count("nexus_limit_rejections_total{limit=\"fair\",unit=\"requests\"}"));
    }
  }

  @Test
  void limit_ofOthers_leavesARequestAlone() throws Exception {
    try (var box = box("memory", "requests = 1\nmatch = { tag = \"batch\" }")) {
      assertEquals(200, Chats.send(box, ask(), "X-Nexus-Tags: batch").status());
      assertEquals(429, Chats.send(box, ask(), "X-Nexus-Tags: batch").status());
      var answer = Chats.send(box, ask());
      assertEquals(200, answer.status());
      assertTrue(answer.header("x-ratelimit-limit-requests").isEmpty());
    }
  }

  @Test
  void explain_showsTheLimitsOfARequestAndWhoRefuses() throws Exception {
    try (var box = box("memory", "requests = 1\nparallel = 5")) {
      try (var client = box.connect()) {
        var limits = GatewayBox.json(client.post("/v1/explain", ask())).at("/candidates/0/limits");
        assertEquals(2, limits.size());
        assertEquals("fair", limits.at("/0/name").asText());
        assertEquals("requests", limits.at("/0/unit").asText());
        assertEquals(1, limits.at("/0/remaining").asLong());
        assertEquals("parallel", limits.at("/1/unit").asText());
        assertTrue(limits.at("/1/resets_at").isNull());
        assertEquals(200, Chats.send(box, ask()).status());
        var refused = GatewayBox.json(client.post("/v1/explain", ask()));
        assertEquals("reject", refused.path("decision").asText());
        assertTrue(
            refused.at("/excluded/0/reason").asText().contains("limit 'fair'"), refused::toString);
      }
    }
  }
}
