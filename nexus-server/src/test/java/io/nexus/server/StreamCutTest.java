package io.nexus.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.nexus.server.RawHttp.Answer;
import io.nexus.server.mock.Upstream;
import io.nexus.server.mock.UpstreamReply;
import io.nexus.server.mock.UpstreamReply.Chunk;
import io.nexus.server.mock.UpstreamReply.Pace;
import io.nexus.server.mock.UpstreamRequest;
import io.nexus.server.mock.UpstreamUsage;
import io.nexus.server.mock.UpstreamUsage.Prices;
import io.nexus.server.mock.Wire;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Streams that ask for much: none pins a budget, and none passes it. */
@Timeout(60)
class StreamCutTest {

  private static final int STREAMS = 20;
  private static final int LONGEST = 16_000;

  /** The gateway's count for the prompt of {@link Chats#body}. */
  private static final long PROMPT = 8;

  /** Pays for little more than one stream of 16,000 tokens. */
  private static final long LIMIT = 170_000_000;

  private static final String CONFIG =
      """
      [budget]
      monthly_limit = 0.17
      hard_limit_action = "reject"
      soft_limit_percent = 100
      [[backends]]
      name = "cloud"
      type = "generic"
      location = "cloud"
      url = "{0}"
      models = ["m"]
      max_concurrent = 100
      [[pricing]]
      model = "m"
      input = 2.5
      output = 10
      """;

  private static final String BODY =
      Chats.body(
          "m",
          "\"stream\":true",
          "\"max_tokens\":" + LONGEST,
          "\"stream_options\":{\"include_usage\":true}");

  /** So many tokens, a few in each chunk, and the end that a backend gives such an answer. */
  private static UpstreamReply.Events tokens(
      UpstreamRequest request, long tokens, int aChunk, String token) {
    UpstreamReply.Events model =
        UpstreamReply.stream(
            request, List.of(token.repeat(aChunk)), UpstreamUsage.of(PROMPT, tokens));
    Chunk full = new Chunk(model.chunks().getFirst().data(), aChunk);
    List<Chunk> chunks = new ArrayList<>();
    for (long sent = aChunk; sent <= tokens; sent += aChunk) {
      chunks.add(full);
    }
    chunks.add(model.chunks().getLast());
    return UpstreamReply.events(
        chunks, UpstreamUsage.of(PROMPT, chunks.size() * (long) aChunk - aChunk));
  }

  private static List<Answer> streams(GatewayBox box, CountDownLatch go, Upstream upstream)
      throws Exception {
    int before = upstream.chats().size();
    List<Future<Answer>> answers = new ArrayList<>();
    List<Answer> all = new ArrayList<>();
    try (var clients = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < STREAMS; i++) {
        answers.add(clients.submit(() -> Chats.send(box, BODY)));
      }
      upstream.awaitChat(before + 15);
      go.countDown();
      for (Future<Answer> answer : answers) {
        all.add(answer.get());
      }
    }
    return all;
  }

  @Test
  void streams_thatAskForMuchAndMakeLittle_runAtOnce() throws Exception {
    CountDownLatch go = new CountDownLatch(1);
    try (Upstream upstream =
            Upstream.start(
                request -> tokens(request, 30, 1, "word ").paced(part -> Thread.sleep(5)));
        GatewayBox box = GatewayBox.start(CONFIG, upstream)) {
      upstream.price(Prices.of("2.5", "10"));
      // Now it is known that the model shows all, and how fast: it may be silent for a while.
      for (int i = 0; i < 3; i++) {
        assertEquals(200, Chats.send(box, BODY).status());
      }
      upstream.script(request -> tokens(request, 300, 1, "word ").paced(Pace.after(go)));
      List<Answer> answers = streams(box, go, upstream);
      long whole =
          answers.stream()
              .filter(answer -> answer.text().contains("\"finish_reason\":\"stop\""))
              .filter(answer -> answer.text().contains("\"completion_tokens\":300,"))
              .filter(answer -> answer.text().endsWith("data: [DONE]\n\n"))
              .count();
      assertTrue(whole >= 15, whole + " of 20 were served whole");
      JsonNode stats = box.idle();
      assertEquals(upstream.billNanos(), spent(stats));
      assertEquals(0, held(stats));
      assertEquals(0, MetricsPage.of(box).count("nexus_budget_cutoffs_total"));
    }
  }

  /** By its length the answer is estimated as 690 tokens. */
  @Test
  void stream_thatItsBudgetPaysForAndThatKeepsToItsLimit_isServedWhole() throws Exception {
    try (Upstream upstream = Upstream.start(request -> tokens(request, 400, 4, "words "));
        GatewayBox box =
            GatewayBox.start(
                CONFIG.replace("monthly_limit = 0.17", "monthly_limit = 0.0042"), upstream)) {
      upstream.price(Prices.of("2.5", "10"));
      Answer answer = Chats.send(box, BODY.replace("" + LONGEST, "400"));
      assertEquals(Optional.empty(), answer.header("X-Nexus-Max-Tokens-Clamped"));
      assertTrue(answer.text().contains("\"completion_tokens\":400,"), answer.text());
      assertEquals(upstream.billNanos(), spent(box.idle()));
      assertEquals(0, MetricsPage.of(box).count("nexus_budget_cutoffs_total"));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "1, 'a ', 1",
    "8, 'word ', 2",
    "100, 'word ', 10",
    "8, 'b ', 2",
    "8, '7', 2",
    "8, '\u6c14', 2"
  })
  void streams_thatRunLong_areCutWithinTheLimit(int aChunk, String token, int millis)
      throws Exception {
    CountDownLatch go = new CountDownLatch(1);
    Pace pace =
        part -> {
          go.await();
          Thread.sleep(millis);
        };
    try (Upstream upstream =
            Upstream.start(
                request -> {
                  long most = request.json().path("max_tokens").asLong();
                  return tokens(request, Math.min(most, LONGEST), aChunk, token).paced(pace);
                });
        GatewayBox box = GatewayBox.start(CONFIG, upstream)) {
      upstream.price(Prices.of("2.5", "10"));
      List<Answer> answers = streams(box, go, upstream);
      JsonNode stats = box.idle();
      long bill = upstream.billNanos();
      assertTrue(bill <= spent(stats), () -> bill + " were billed, charged are " + spent(stats));
      assertTrue(spent(stats) <= LIMIT, () -> spent(stats) + " of " + LIMIT);
      assertTrue(spent(stats) > LIMIT * 9 / 10, () -> "most is used up: " + spent(stats));
      assertEquals(0, held(stats));
      long told = 0;
      long cut = 0;
      for (Answer answer : answers) {
        if (answer.status() == 200) {
          JsonNode usage = assertEnded(answer);
          told += GatewayBox.nanos(usage.path("cost"));
          cut += answer.text().contains("\"finish_reason\":\"length\"") ? 1 : 0;
        } else {
          assertEquals(429, answer.status(), answer::text);
        }
      }
      assertEquals(spent(stats), told, "each is told what it is charged");
      assertTrue(cut >= 10, cut + " were cut");
      assertEquals(cut, MetricsPage.of(box).count("nexus_budget_cutoffs_total"));
      var _ = upstream.awaitCancellation((int) cut);
      assertEquals(cut, upstream.cancelled().size());
    }
  }

  /** The backend may have sent everything by then; the connection must not be reused. */
  @Test
  void stream_thatIsCut_leavesNoBrokenConnectionBehind() throws Exception {
    var config =
        CONFIG.replace("0.17", "0.0062").replace("[\"m\"]", "[\"m\", \"free\"]")
            + """
            [[pricing]]
            model = "free"
            input = 0
            output = 0
            [routing]
            max_retries = 0
            """;
    try (Upstream upstream =
            Upstream.start(
                request ->
                    request.model().equals("free")
                        ? UpstreamReply.chat(request, "free", UpstreamUsage.of(PROMPT, 1))
                        : tokens(request, 600, 1, "word "));
        GatewayBox box = GatewayBox.start(config, upstream)) {
      Answer cut = Chats.send(box, Chats.body("m", "\"stream\":true"));
      assertEquals(200, cut.status());
      assertTrue(cut.text().contains("\"finish_reason\":\"length\""), cut::text);

      Answer next = Chats.send(box, Chats.body("free"));

      assertEquals(200, next.status(), next::text);
    }
  }

  /** As if the answer had reached its greatest length. */
  private static JsonNode assertEnded(Answer answer) throws IOException {
    String[] events = answer.text().split("\n\n", -1);
    int last = events.length - 2;
    assertEquals("data: [DONE]", events[last]);
    JsonNode usage = chunk(events[last - 1]);
    assertEquals(0, usage.path("choices").size());
    assertEquals(PROMPT, usage.at("/usage/prompt_tokens").asLong());
    JsonNode end = chunk(events[last - 2]);
    assertFalse(end.at("/choices/0/finish_reason").isNull());
    assertEquals(usage.path("id"), end.path("id"));
    assertEquals("chat.completion.chunk", end.path("object").asText());
    assertEquals("m", end.path("model").asText());
    return usage.path("usage");
  }

  private static JsonNode chunk(String event) throws IOException {
    return GatewayBox.json(
        new Answer(
            new RawHttp.Head(200, List.of()), Wire.bytes(event.substring("data: ".length()))));
  }

  private static long spent(JsonNode stats) {
    return GatewayBox.nanos(stats.at("/budget/current_spending_usd"));
  }

  private static long held(JsonNode stats) {
    return GatewayBox.nanos(stats.at("/budget/held_usd"));
  }
}
