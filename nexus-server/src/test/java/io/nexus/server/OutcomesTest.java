package io.nexus.server;

import static io.nexus.server.GatewayBox.CHAT;
import static io.nexus.server.GatewayBox.ask;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.nexus.server.RawHttp.Answer;
import io.nexus.server.RawHttp.Head;
import io.nexus.server.mock.Upstream;
import io.nexus.server.mock.UpstreamReply;
import io.nexus.server.mock.UpstreamReply.Break;
import io.nexus.server.mock.UpstreamReply.HangUp;
import io.nexus.server.mock.UpstreamReply.Pace;
import io.nexus.server.mock.UpstreamReply.Stalled;
import io.nexus.server.mock.UpstreamRequest;
import io.nexus.server.mock.UpstreamUsage;
import io.nexus.server.mock.UpstreamUsage.Prices;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A request that was sent and never answered is charged at its worst case and not sent again, and a
 * backend that leaves several in a row unanswered is sent no more.
 */
class OutcomesTest {

  /** A token of an answer costs a hundred-thousandth of a dollar, a prompt nothing. */
  private static final String BACKENDS =
      """
      [health_check]
      enabled = false
      interval_seconds = 30
      failure_threshold = 3
      [[backends]]
      name = "first"
      type = "generic"
      location = "cloud"
      url = "{0}"
      models = ["m"]
      priority = 1
      [[pricing]]
      model = "m"
      input = 0
      output = 10
      [routing]
      strategy = "priority_only"
      """;

  private static final String SECOND =
      """
      [[backends]]
      name = "second"
      type = "generic"
      location = "cloud"
      url = "{1}"
      models = ["m"]
      priority = 2
      """;

  private static final String ONE = "[budget]\nmonthly_limit = 1.00\n" + BACKENDS;
  private static final String TWO = ONE + SECOND;
  private static final UpstreamUsage USAGE = UpstreamUsage.of(10, 5);
  private static final Instant START = Instant.parse("2026-03-10T12:00:00Z");

  private static UpstreamReply page(int status) {
    return UpstreamReply.raw(
        "HTTP/1.1 " + status + " Gateway\r\nContent-Type: text/html\r\n",
        "Content-Length: 6\r\n\r\n<html>");
  }

  private static final Map<String, Function<UpstreamRequest, UpstreamReply>> UNANSWERED =
      Map.of(
          "closed", _ -> new HangUp(Break.CLOSE),
          "reset", _ -> new HangUp(Break.RESET),
          "stream without an event",
              request ->
                  UpstreamReply.stream(request, List.of("a"), USAGE).breakingAfter(0, Break.CLOSE),
          "502 of a balancer", _ -> page(502),
          "504 of a balancer", _ -> page(504),
          "504 with JSON", _ -> UpstreamReply.refuse(504, "{\"error\":{}}"),
          "520", _ -> page(520),
          "524", _ -> page(524));

  static Stream<String> unanswered() {
    return UNANSWERED.keySet().stream().sorted();
  }

  private static Function<UpstreamRequest, UpstreamReply> reply(String failure) {
    return Objects.requireNonNull(UNANSWERED.get(failure));
  }

  private static long spent(GatewayBox box) throws Exception {
    return GatewayBox.nanos(settled(box).at("/budget/current_spending_usd"));
  }

  private static JsonNode settled(GatewayBox box) throws Exception {
    return box.await(stats -> GatewayBox.nanos(stats.at("/budget/held_usd")) == 0);
  }

  private static long outcomes(GatewayBox box, String backend, String outcome) throws Exception {
    return MetricsPage.of(box)
        .count("nexus_outcomes_total", "backend=\"" + backend + '"', "outcome=\"" + outcome + '"');
  }

  @ParameterizedTest
  @MethodSource("unanswered")
  void request_leftUnanswered_isChargedAtItsWorstCaseAndNotSentAgain(String failure)
      throws Exception {
    try (Upstream first = Upstream.start(reply(failure));
        Upstream second = Upstream.answering("Hi", USAGE);
        GatewayBox box = GatewayBox.start(TWO, first, second)) {
      Answer answer = box.connect().post(CHAT, ask("\"max_tokens\":500"));
      boolean late = failure.contains("504") || failure.contains("524");
      assertEquals(late ? 504 : 502, answer.status(), answer::text);
      assertEquals(
          late ? "upstream_timeout" : "upstream_error",
          GatewayBox.json(answer).at("/error/type").asText());
      assertEquals("false", answer.header("x-should-retry").orElseThrow());
      assertEquals(5_000_000, spent(box), "500 tokens");
      assertEquals(1, first.chats().size());
      assertEquals(0, second.chats().size());
      assertEquals(1, outcomes(box, "first", "unknown"));
    }
  }

  @ParameterizedTest
  @MethodSource("unanswered")
  void request_leftUnansweredAndToBeRetried_isChargedAndSentElsewhere(String failure)
      throws Exception {
    try (Upstream first = Upstream.start(reply(failure));
        Upstream second = Upstream.answering("Hi", USAGE);
        GatewayBox box =
            GatewayBox.start(
                TWO.replace("[routing]", "[routing]\nretry_unknown = true"), first, second)) {
      Answer answer = box.connect().post(CHAT, ask("\"max_tokens\":500"));
      assertEquals(200, answer.status(), answer::text);
      assertEquals("failover", answer.header("X-Nexus-Route-Reason").orElseThrow());
      assertEquals(5_000_000 + 50_000, spent(box));
    }
  }

  @Test
  void stream_leftUnanswered_isChargedWhatIsHeld() throws Exception {
    try (Upstream first = Upstream.start(reply("reset"));
        GatewayBox box = GatewayBox.start(ONE, first)) {
      Answer answer = box.connect().post(CHAT, ask("\"max_tokens\":9000", "\"stream\":true"));
      assertEquals(502, answer.status());
      assertEquals(5_120_000, spent(box), "the first hold of a stream is for 512 tokens");
      assertEquals(1, first.chats().size());
    }
  }

  @Test
  void answer_brokenOffInTheMiddle_isChargedAsItWasMade() throws Exception {
    try (Upstream first =
            Upstream.start(
                request -> UpstreamReply.completion(request, "Hi", USAGE).breakingAfterBytes(40));
        GatewayBox box = GatewayBox.start(ONE, first)) {
      assertEquals(502, box.connect().post(CHAT, ask("\"max_tokens\":500")).status());
      assertEquals(5_000_000, spent(box), "nobody has seen how long the answer was");
      assertEquals(1, outcomes(box, "first", "unknown"));
    }
  }

  @Test
  void request_timedOut_isChargedAndNotSentAgain() throws Exception {
    Pace never = Pace.permits(new Semaphore(0));
    String config = "[server]\nrequest_timeout_seconds = 1\n" + TWO;
    try (Upstream first =
            Upstream.start(
                request -> new Stalled(never, UpstreamReply.completion(request, "Hi", USAGE)));
        Upstream second = Upstream.answering("Hi", USAGE);
        GatewayBox box = GatewayBox.start(config, first, second)) {
      assertEquals(504, box.connect().post(CHAT, ask("\"max_tokens\":500")).status());
      assertEquals(5_000_000, spent(box));
      assertEquals(0, second.chats().size());
    }
  }

  @Test
  void resets_onASmallBudget_areEachSentOnceAndRefusedWhenTheMoneyIsGone() throws Exception {
    String config =
        ONE.replace("1.00", "0.02\nhard_limit_action = \"reject\"")
            .replace("failure_threshold = 3", "failure_threshold = 100");
    try (Upstream first = Upstream.start(reply("reset")).price(Prices.of("0", "10"));
        GatewayBox box = GatewayBox.start(config, first)) {
      int refused = 0;
      for (int i = 0; i < 20; i++) {
        int status = box.connect().post(CHAT, ask("\"max_tokens\":500")).status();
        assertTrue(status == 502 || status == 429, "status " + status);
        refused += status == 429 ? 1 : 0;
      }
      assertEquals(4, first.chats().size(), "four worst cases of half a cent");
      assertEquals(16, refused);
      assertEquals(20_000_000, spent(box));
    }
  }

  @Test
  void record_ofAnUnansweredRequest_saysUnknown(@TempDir Path folder) throws Exception {
    String url = "jdbc:sqlite:" + folder.resolve("ledger.db");
    LedgerBox.configure(folder, url, "");
    try (Upstream first = Upstream.start(reply("504 of a balancer"));
        GatewayBox box =
            GatewayBox.of(ONE, first).with("NEXUS_LEDGER__URL", url).onSystemClock().start()) {
      assertEquals(504, box.connect().post(CHAT, ask("\"max_tokens\":500")).status());
      assertEquals(5_000_000, spent(box));
    }
    String csv = LedgerBox.run(folder, "ledger", "export").out();
    assertTrue(csv.contains("unknown") && csv.contains("0.005"), csv);
  }

  @Test
  void backend_thatLeavesRequestsUnanswered_isSentNoMoreButOneNowAndThen() throws Exception {
    AtomicBoolean dead = new AtomicBoolean(true);
    try (LogCapture log = LogCapture.open();
        Upstream first =
            Upstream.start(
                request ->
                    dead.get()
                        ? new HangUp(Break.RESET)
                        : UpstreamReply.completion(request, "Hi", USAGE));
        GatewayBox box = GatewayBox.start(ONE, first)) {
      for (int i = 0; i < 10; i++) {
        Answer answer = box.connect().post(CHAT, ask("\"max_tokens\":500"));
        assertEquals(i < 3 ? 502 : 503, answer.status());
      }
      assertEquals(3, first.chats().size());
      assertEquals(15_000_000, spent(box), "three worst cases");
      assertEquals(1, MetricsPage.of(box).count("nexus_circuit_open", "backend=\"first\""));
      assertTrue(box.stats().at("/backends/0/circuit_open").asBoolean());
      assertEquals("unhealthy", box.json("/health").path("status").asText());
      assertEquals(1, log.count("is sent no more requests"));

      // One is tried after the pause, and leaves it open.
      box.clock().set(START.plus(Duration.ofSeconds(30)));
      assertEquals(502, box.connect().post(CHAT, ask("\"max_tokens\":500")).status());
      assertEquals(503, box.connect().post(CHAT, ask("\"max_tokens\":500")).status());
      assertEquals(4, first.chats().size());

      // The next one is answered, and closes it.
      dead.set(false);
      box.clock().set(START.plus(Duration.ofSeconds(60)));
      for (int i = 0; i < 3; i++) {
        assertEquals(200, box.connect().post(CHAT, ask("\"max_tokens\":500")).status());
      }
      assertEquals(0, MetricsPage.of(box).count("nexus_circuit_open", "backend=\"first\""));
      assertEquals(1, log.count("answers again"));
    }
  }

  @Test
  void circuit_halfOpen_letsOneRequestThroughAtATime() throws Exception {
    AtomicBoolean dead = new AtomicBoolean(true);
    Semaphore answer = new Semaphore(0);
    try (Upstream first =
            Upstream.start(
                request ->
                    dead.get()
                        ? new HangUp(Break.RESET)
                        : new Stalled(
                            Pace.permits(answer), UpstreamReply.completion(request, "Hi", USAGE)));
        GatewayBox box = GatewayBox.start(ONE, first)) {
      for (int i = 0; i < 3; i++) {
        assertEquals(502, box.connect().post(CHAT, ask("\"max_tokens\":500")).status());
      }
      dead.set(false);
      box.clock().set(START.plus(Duration.ofSeconds(31)));
      RawHttp trying = box.connect();
      trying.request("POST", CHAT, ask("\"max_tokens\":500"));
      first.awaitChat(4);
      assertEquals(503, box.connect().post(CHAT, ask("\"max_tokens\":500")).status());
      answer.release();
      assertEquals(200, trying.read().status());
      answer.release();
      assertEquals(200, box.connect().post(CHAT, ask("\"max_tokens\":500")).status());
      assertEquals(5, first.chats().size());
    }
  }

  @Test
  void refusals_betweenUnansweredRequests_keepTheCircuitClosed() throws Exception {
    try (Upstream first =
            Upstream.start(
                request ->
                    request.number() % 3 == 2
                        ? UpstreamReply.refuse(400, "{}")
                        : new HangUp(Break.RESET));
        GatewayBox box = GatewayBox.start(ONE, first)) {
      for (int i = 0; i < 9; i++) {
        var _ = box.connect().post(CHAT, ask("\"max_tokens\":500"));
      }
      assertEquals(9, first.chats().size());
      assertEquals(3, outcomes(box, "first", "refused"));
      assertEquals(6, outcomes(box, "first", "unknown"));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {401, 402})
  void key_thatTheBackendRefuses_isTheGatewaysFault(int status) throws Exception {
    try (Upstream first =
            Upstream.start(_ -> UpstreamReply.refuse(status, "{\"error\":\"sk-secret\"}"));
        GatewayBox box = GatewayBox.start(ONE, first)) {
      Answer answer = box.connect().post(CHAT, ask());
      assertEquals(502, answer.status());
      assertTrue(answer.text().contains("refuses the key"), answer::text);
      assertEquals(1, first.chats().size(), "it would refuse it again");
      assertEquals(0, spent(box));
    }
  }

  @Test
  void refusals_ofAll_areToldAsTheLastOneSaidIt() throws Exception {
    try (Upstream first = Upstream.start(_ -> UpstreamReply.refuse(401, "{}"));
        Upstream second = Upstream.start(_ -> UpstreamReply.refuse(404, "{\"no\":\"model\"}"));
        GatewayBox box = GatewayBox.start(TWO, first, second)) {
      Answer answer = box.connect().post(CHAT, ask());
      assertEquals(404, answer.status());
      assertEquals("{\"no\":\"model\"}", answer.text());
      assertEquals("second", answer.header("X-Nexus-Backend").orElseThrow());
      assertEquals(1, first.chats().size());
      assertEquals(1, second.chats().size());
    }
  }

  @Test
  void backend_thatAsksForAPause_isLeftAloneForThatLong() throws Exception {
    AtomicBoolean busy = new AtomicBoolean(true);
    try (Upstream first =
            Upstream.start(
                request ->
                    busy.getAndSet(false)
                        ? UpstreamReply.tooManyRequests(7)
                        : UpstreamReply.completion(request, "Hi", USAGE));
        Upstream second = Upstream.answering("Hi", USAGE);
        GatewayBox box = GatewayBox.start(TWO, first, second)) {
      for (int i = 0; i < 3; i++) {
        Head head = box.connect().open(CHAT, ask());
        assertEquals("second", head.header("X-Nexus-Backend").orElseThrow());
      }
      assertEquals(1, first.chats().size());
      box.clock().set(START.plus(Duration.ofMillis(7_001)));
      Head head = box.connect().open(CHAT, ask());
      assertEquals("first", head.header("X-Nexus-Backend").orElseThrow());
    }
  }

  @Test
  void backend_thatAsksForAPauseAndIsAlone_isNotAskedAndTheClientIsTold() throws Exception {
    try (Upstream first = Upstream.start(_ -> UpstreamReply.tooManyRequests(7));
        GatewayBox box = GatewayBox.start(ONE, first)) {
      assertEquals(429, box.connect().post(CHAT, ask()).status());
      box.clock().set(START.plus(Duration.ofMillis(2_500)));
      Answer answer = box.connect().post(CHAT, ask());
      assertEquals(429, answer.status());
      assertEquals("5", answer.header("Retry-After").orElseThrow());
      assertEquals("rate_limited", GatewayBox.json(answer).at("/error/code").asText());
      assertEquals(1, first.chats().size());
    }
  }
}
