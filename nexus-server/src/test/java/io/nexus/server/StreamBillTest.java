package io.nexus.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.nexus.server.RawHttp.Answer;
import io.nexus.server.mock.Upstream;
import io.nexus.server.mock.UpstreamReply;
import io.nexus.server.mock.UpstreamReply.Making;
import io.nexus.server.mock.UpstreamRequest;
import io.nexus.server.mock.UpstreamUsage;
import io.nexus.server.mock.UpstreamUsage.Prices;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The true bill of streams, kept by an upstream that makes tokens by the clock, shown or not, stays
 * within the budget.
 */
@Timeout(120)
class StreamBillTest {

  /** The gateway's count for the prompt of {@link Chats#body}. */
  private static final long PROMPT = 8;

  private static String config(String limit) {
    return """
    [budget]
    monthly_limit = %s
    hard_limit_action = "reject"
    soft_limit_percent = 100
    [[backends]]
    name = "cloud"
    type = "generic"
    location = "cloud"
    url = "{0}"
    models = ["m"]
    max_concurrent = 100
    [routing]
    max_retries = 0
    [[pricing]]
    model = "m"
    input = 2.5
    output = 10
    """
        .formatted(limit);
  }

  private static Upstream upstream(Function<UpstreamRequest, UpstreamReply> script)
      throws IOException {
    return Upstream.start(script).price(Prices.of("2.5", "10"));
  }

  private static String stream(String... fields) {
    List<String> all = new ArrayList<>(List.of(fields));
    all.add("\"stream\":true");
    all.add("\"stream_options\":{\"include_usage\":true}");
    return Chats.body("m", all.toArray(String[]::new));
  }

  private static boolean isWhole(Answer answer) {
    return answer.status() == 200
        && answer.text().contains("\"finish_reason\":\"stop\"")
        && answer.text().endsWith("data: [DONE]\n\n");
  }

  private static long spent(JsonNode stats) {
    return GatewayBox.nanos(stats.at("/budget/current_spending_usd"));
  }

  /** Never over: not by the bill, and not by what is charged, which is no less than the bill. */
  private static void assertWithin(long limit, GatewayBox box, Upstream upstream) throws Exception {
    JsonNode stats = box.idle();
    long bill = upstream.billNanos();
    assertTrue(bill <= limit, () -> "billed " + bill + " of " + limit);
    assertTrue(spent(stats) <= limit, () -> "charged " + spent(stats) + " of " + limit);
    assertTrue(bill <= spent(stats), () -> "billed " + bill + ", charged " + spent(stats));
    assertEquals(0, GatewayBox.nanos(stats.at("/budget/held_usd")));
  }

  /** A cut stream ends as if the answer had reached its greatest length. */
  private static void assertEnded(Answer answer) {
    if (answer.status() == 200) {
      assertTrue(answer.text().endsWith("data: [DONE]\n\n"), answer::text);
      assertTrue(
          isWhole(answer) || answer.text().contains("\"finish_reason\":\"length\""), answer::text);
      assertTrue(answer.text().contains("\"completion_tokens\":"), answer::text);
    } else {
      assertEquals(429, answer.status(), answer::text);
    }
  }

  /** Three tokens are shown; 4,000 are billed, made at a thousand a second. Money for five. */
  @Test
  void streamsThatThinkUnseen_manyAtOnce_areWithinTheBudgetAndTheFirstAreServed() throws Exception {
    try (Upstream upstream = upstream(_ -> Making.of(PROMPT, 4_000, 1_000, 3));
        GatewayBox box = GatewayBox.start(config("0.2005"), upstream)) {
      List<Answer> answers = Chats.atOnce(box, 20, _ -> stream("\"max_tokens\":4000"));
      assertWithin(200_500_000, box, upstream);
      answers.forEach(StreamBillTest::assertEnded);
      long whole = answers.stream().filter(StreamBillTest::isWhole).count();
      assertTrue(whole >= 2, whole + " of 20 were served whole");
    }
  }

  /** One token is shown, 3,000 are billed, made at 1,500 a second; no limit is named. */
  @ParameterizedTest
  @CsvSource({"6, 0.02", "1, 0.02", "6, 0.05"})
  void streamsThatThinkUnseen_withoutALimit_areWithinTheBudget(int count, String limit)
      throws Exception {
    try (Upstream upstream = upstream(_ -> Making.of(PROMPT, 3_000, 1_500, 1));
        GatewayBox box = GatewayBox.start(config(limit), upstream)) {
      List<Answer> answers = Chats.atOnce(box, count, _ -> stream());
      assertWithin(Math.round(Double.parseDouble(limit) * 1e9), box, upstream);
      answers.forEach(StreamBillTest::assertEnded);
    }
  }

  /** Nothing comes at all: no event wakes the gateway. */
  @Test
  void streamThatIsSilent_isCutByTimeWithAProperEnd() throws Exception {
    try (Upstream upstream = upstream(_ -> Making.of(PROMPT, 60_000, 1_000, 0));
        GatewayBox box = GatewayBox.start(config("0.02"), upstream)) {
      long start = System.nanoTime();
      Answer answer = Chats.send(box, stream());
      long millis = (System.nanoTime() - start) / 1_000_000;
      assertEquals(200, answer.status(), answer::text);
      assertEnded(answer);
      assertTrue(answer.text().contains("\"finish_reason\":\"length\""), answer::text);
      assertTrue(millis < 20_000, () -> "after " + millis + " ms");
      assertWithin(20_000_000, box, upstream);
    }
  }

  /** The model's output is learned; then the hold equals it. */
  @Test
  void modelThatThinksUnseen_onceSeen_isHeldForAtItsOwnPace() throws Exception {
    try (Upstream upstream = upstream(_ -> Making.of(PROMPT, 1_000, 300, 3));
        GatewayBox box = GatewayBox.start(config("0.11"), upstream)) {
      assertTrue(isWhole(Chats.send(box, stream("\"max_tokens\":10000"))));
      upstream.script(_ -> Making.of(PROMPT, 900, 300, 3));
      // At 2,000 a second they would hold 6,000 each, and there is money for 1,600.
      List<Answer> answers = Chats.atOnce(box, 6, _ -> stream("\"max_tokens\":10000"));
      assertEquals(6, answers.stream().filter(StreamBillTest::isWhole).count());
      assertWithin(110_000_000, box, upstream);
      assertEquals(upstream.billNanos(), spent(box.idle()));
    }
  }

  /**
   * Silence of a model that has shown all billed output holds what it could generate in that time,
   * here 600 tokens, not the 16,000 of the worst case, which would be $3.20.
   */
  @Test
  void modelThatShowsAll_onceSeen_isNotPinned() throws Exception {
    try (Upstream upstream = upstream(_ -> Making.of(PROMPT, 40, 400, 40));
        GatewayBox box = GatewayBox.start(config("0.40"), upstream)) {
      for (int i = 0; i < 3; i++) {
        assertTrue(isWhole(Chats.send(box, stream())));
      }
      upstream.script(
          request ->
              UpstreamReply.stream(request, List.of("a ", "b "), UpstreamUsage.of(PROMPT, 2))
                  .paced(part -> Thread.sleep(part == 0 ? 1_500 : 1)));
      List<Answer> answers = Chats.atOnce(box, 20, _ -> stream("\"max_tokens\":16000"));
      assertEquals(20, answers.stream().filter(StreamBillTest::isWhole).count());
      assertEquals(upstream.billNanos(), spent(box.idle()));
    }
  }

  /** A thousand tokens a second each, all of them shown. */
  @ParameterizedTest
  @ValueSource(strings = {"\"max_tokens\":16000", "\"n\":1"})
  void eightFastStreams_areWithinTheBudget(String field) throws Exception {
    try (Upstream upstream = upstream(_ -> Making.of(PROMPT, 16_000, 1_000, 16_000));
        GatewayBox box = GatewayBox.start(config("0.20"), upstream)) {
      List<Answer> answers = Chats.atOnce(box, 8, _ -> stream(field));
      assertWithin(200_000_000, box, upstream);
      answers.forEach(StreamBillTest::assertEnded);
      JsonNode stats = box.idle();
      assertTrue(spent(stats) > 180_000_000, () -> "most is used up: " + spent(stats));
      assertTrue(upstream.billNanos() > 150_000_000, () -> "and served: " + upstream.billNanos());
    }
  }

  /** The limit is less than half of its output, which is all that the money pays for. */
  @Test
  void backendThatHeedsNoLimit_isCutSoonBeyondIt() throws Exception {
    try (Upstream upstream =
            upstream(
                request -> {
                  List<String> tokens = Collections.nCopies(3_000, "token ");
                  return UpstreamReply.stream(request, tokens, UpstreamUsage.of(PROMPT, 3_000))
                      .paced(part -> Thread.sleep(part % 20 == 0 ? 1 : 0));
                });
        GatewayBox box = GatewayBox.start(config("0.01"), upstream)) {
      Answer answer = Chats.send(box, stream("\"max_tokens\":4000"));
      long asked = upstream.chats().getFirst().json().path("max_tokens").asLong();
      assertTrue(asked > 900 && asked < 1_000, () -> "asked for " + asked);
      assertEnded(answer);
      assertTrue(answer.text().contains("\"finish_reason\":\"length\""));
      long spent = spent(box.idle());
      assertTrue(spent < 10_500_000, () -> "charged " + spent);
    }
  }

  /** Some backends stream without request. */
  @Test
  void streamThatNobodyAskedFor_beyondItsLimit_isCutWithAProperEnd() throws Exception {
    try (Upstream upstream =
            upstream(
                request -> {
                  List<String> tokens = Collections.nCopies(9_000, "token ");
                  return UpstreamReply.stream(request, tokens, UpstreamUsage.of(PROMPT, 9_000));
                });
        GatewayBox box = GatewayBox.start(config("1"), upstream)) {
      Answer answer = Chats.send(box, Chats.body("m", "\"max_tokens\":100"));
      assertEquals(200, answer.status());
      assertTrue(answer.text().endsWith("data: [DONE]\n\n"), answer::text);
      assertTrue(answer.text().contains("\"finish_reason\":\"length\""));
      assertTrue(spent(box.idle()) < 60_000_000, "far from all of it was made");
    }
  }

  /** Clients leave streams of 2,000 tokens half-way, four at a time, until the budget is spent. */
  @Test
  void clientsThatLeaveHalfWay_areWithinTheBudget() throws Exception {
    try (Upstream upstream = upstream(_ -> Making.of(PROMPT, 2_000, 5_000, 2_000));
        GatewayBox box = GatewayBox.start(config("0.50"), upstream);
        var clients = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Integer>> running = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        running.add(clients.submit(() -> leaveUntilRefused(box)));
      }
      int left = 0;
      for (Future<Integer> each : running) {
        left += each.get();
      }
      int streams = left;
      assertTrue(streams >= 20, () -> streams + " streams were begun");
      assertWithin(500_000_000, box, upstream);
    }
  }

  private static int leaveUntilRefused(GatewayBox box) throws IOException {
    for (int count = 0; ; count++) {
      try (RawHttp client = RawHttp.connect(box.port())) {
        if (client.open(Chats.PATH, stream("\"max_tokens\":2000")).status() != 200) {
          return count;
        }
        for (int events = 0; events < 1_000 && client.event().isPresent(); events++) {
          // Read on.
        }
      }
    }
  }

  /** Some backends say {@code "finish_reason":""} in each chunk: nothing has ended. */
  @Test
  void streamsThatSayAnEmptyReason_areWithinTheBudget() throws Exception {
    try (Upstream upstream = upstream(_ -> Making.of(PROMPT, 2_000, 1_500, 2_000).saying("\"\""));
        GatewayBox box = GatewayBox.start(config("0.02"), upstream)) {
      List<Answer> answers = Chats.atOnce(box, 4, _ -> stream("\"max_tokens\":2000"));
      assertWithin(20_000_000, box, upstream);
      answers.forEach(StreamBillTest::assertEnded);
    }
  }

  /** The client leaves when the first of two choices has ended; the other is being made. */
  @Test
  void clientThatLeavesBeforeTheSecondChoiceBegins_isChargedForIt() throws Exception {
    try (Upstream upstream =
            upstream(
                request -> {
                  List<UpstreamReply.Chunk> chunks = new ArrayList<>();
                  chunks.add(new UpstreamReply.Chunk(choice(request, 0, "a ", "\"stop\""), 1));
                  chunks.add(new UpstreamReply.Chunk(choice(request, 1, "b ", "null"), 400));
                  return UpstreamReply.events(chunks, UpstreamUsage.of(PROMPT, 401))
                      .paced(part -> Thread.sleep(part == 0 ? 0 : 1_500));
                });
        GatewayBox box = GatewayBox.start(config("1"), upstream)) {
      try (RawHttp client = RawHttp.connect(box.port())) {
        assertEquals(200, client.open(Chats.PATH, stream("\"n\":2")).status());
        assertTrue(client.event().isPresent());
        Thread.sleep(300);
      }
      long spent = spent(box.idle());
      assertTrue(spent > 1_000_000, () -> "only what was shown is charged: " + spent);
    }
  }

  /** The first of two choices ends at once, the other goes on. */
  @Test
  void streamOfTwoChoices_whoseFirstEnds_isWithinTheBudget() throws Exception {
    try (Upstream upstream =
            upstream(
                request -> {
                  List<UpstreamReply.Chunk> chunks = new ArrayList<>();
                  chunks.add(new UpstreamReply.Chunk(choice(request, 0, "a ", "\"stop\""), 1));
                  for (int i = 0; i < 4_000; i++) {
                    chunks.add(new UpstreamReply.Chunk(choice(request, 1, "b ", "null"), 1));
                  }
                  return UpstreamReply.events(chunks, UpstreamUsage.of(PROMPT, 4_001))
                      .paced(part -> Thread.sleep(part % 4 == 0 ? 1 : 0));
                });
        GatewayBox box = GatewayBox.start(config("0.02"), upstream)) {
      Answer answer = Chats.send(box, stream("\"n\":2"));
      assertWithin(20_000_000, box, upstream);
      assertTrue(answer.text().contains("\"finish_reason\":\"length\""), answer::text);
      assertTrue(answer.text().endsWith("data: [DONE]\n\n"), answer::text);
    }
  }

  private static String choice(
      UpstreamRequest request, int index, String text, String finishReason) {
    return UpstreamReply.token(request, text, finishReason)
        .replace("\"index\":0", "\"index\":" + index);
  }
}
