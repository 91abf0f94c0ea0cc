package io.nexus.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
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
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Responses in one piece and as streams: what is sent, what comes back, what is charged. */
@Timeout(60)
class ResponsesTest {

  private static final String TWO =
      """
      [[backends]]
      name = "other"
      type = "openai"
      url = "{1}"
      models = ["m"]
      priority = 200
      """;

  static String config(String limit) {
    return """
    [budget]
    monthly_limit = %s
    hard_limit_action = "reject"
    soft_limit_percent = 100
    [[backends]]
    name = "cloud"
    type = "openai"
    url = "{0}"
    models = ["m"]
    max_concurrent = 100
    [[pricing]]
    model = "m"
    input = 2.5
    cached_input = 0.25
    output = 10
    [pricing.fees]
    search = 0.01
    file_search = 0.0025
    code_session = 0.03
    """
        .formatted(limit);
  }

  static Upstream upstream(Function<UpstreamRequest, UpstreamReply> script) throws IOException {
    return Upstream.start(script).price(Prices.of("2.5", "0.25", "10", "10"));
  }

  static long spent(JsonNode stats) {
    return GatewayBox.nanos(stats.at("/budget/current_spending_usd"));
  }

  static long held(JsonNode stats) {
    return GatewayBox.nanos(stats.at("/budget/held_usd"));
  }

  static UpstreamReply hello(UpstreamRequest request) {
    UpstreamUsage usage = new UpstreamUsage(20, 8, 6, 2);
    return request.streaming()
        ? Responses.stream(List.of("one ", "two ", "three ", "four"), usage)
        : Responses.whole(Responses.message("one two three four"), usage);
  }

  @Test
  void response_passesUnchangedButForItsCost() throws Exception {
    String body =
        """
        { "model": "m", "input": [{"role":"user","content":"hi"},
            {"type":"reasoning","id":"rs_1","summary":[],"encrypted_content":"gAAA"},
            {"type":"function_call","call_id":"c","name":"f","arguments":"{}"},
            {"type":"function_call_output","call_id":"c","output":"sunny"}],
          "max_output_tokens":100, "include":["reasoning.encrypted_content"],
          "reasoning":{"summary":"auto"}, "store" : false, "anything": {"new":1},
          "tools":[{"type":"function","name":"f","parameters":{},"strict":true},
            {"type":"namespace","name":"g","tools":[{"type":"custom","name":"h"}]}] }""";
    try (Upstream upstream = upstream(ResponsesTest::hello);
        GatewayBox box = GatewayBox.start(config("1"), upstream)) {
      Answer answer = Responses.send(box, body);
      assertEquals(200, answer.status(), answer::text);
      UpstreamRequest sent = upstream.chats().getFirst();
      assertEquals("/v1/responses", sent.path());
      assertEquals(body, sent.text());
      String plain =
          Responses.object(
              "resp_1",
              "completed",
              Responses.message("one two three four"),
              Responses.usage(new UpstreamUsage(20, 8, 6, 2)));
      assertEquals(plain, answer.text().replace(",\"cost\":0.000092", ""));
      assertTrue(answer.text().contains(",\"cost\":0.000092"), answer::text);
      assertEquals("0.000092", answer.header("X-Nexus-Cost").orElseThrow());
      assertEquals("reported", answer.header("X-Nexus-Cost-Precision").orElseThrow());
      JsonNode stats = box.idle();
      assertEquals(upstream.billNanos(), spent(stats));
      assertEquals(0, held(stats));
    }
  }

  /** The place of the usage in the last event says nothing of the next one. */
  @Test
  void stream_thatGoesOnAfterItsEnd_passesUnchanged() throws Exception {
    var more = "{\"type\":\"keepalive\",\"note\":\"" + "x".repeat(900) + "\"}";
    var whole = Responses.stream(List.of("Hi"), UpstreamUsage.of(8, 1));
    var chunks = new ArrayList<>(whole.chunks());
    chunks.add(new Chunk(more, 0));
    var events = UpstreamReply.events(chunks, whole.usage()).usageChunk(whole.usageChunk());
    try (Upstream upstream = upstream(_ -> events);
        GatewayBox box = GatewayBox.start(config("1"), upstream)) {
      var text = Responses.send(box, Responses.body("m", "\"stream\":true")).text();
      assertTrue(text.endsWith("data: " + more + "\n\ndata: [DONE]\n\n"), text);
    }
  }

  @Test
  void stream_passesUnchangedButForItsCost() throws Exception {
    try (Upstream upstream = upstream(ResponsesTest::hello);
        GatewayBox box = GatewayBox.start(config("1"), upstream)) {
      String body = Responses.body("m", "\"stream\":true");
      Answer answer = Responses.send(box, body);
      assertEquals(200, answer.status(), answer::text);
      assertEquals(body, upstream.chats().getFirst().text());
      StringBuilder sent = new StringBuilder();
      UpstreamReply.Events events = (UpstreamReply.Events) hello(upstream.chats().getFirst());
      events.chunks().forEach(chunk -> sent.append("data: ").append(chunk.data()).append("\n\n"));
      sent.append("data: [DONE]\n\n");
      assertEquals(sent.toString(), answer.text().replace(",\"cost\":0.000092", ""));
      assertTrue(answer.text().contains(",\"cost\":0.000092"), answer::text);
      JsonNode stats = box.idle();
      assertEquals(upstream.billNanos(), spent(stats));
      assertEquals(0, held(stats));
    }
  }

  /** The output limit bounds the cost, and is lowered to the available money. */
  @Test
  void limit_isLoweredToWhatTheBudgetPays_andSaid() throws Exception {
    try (Upstream upstream =
            upstream(
                request -> {
                  long most = request.json().path("max_output_tokens").asLong();
                  UpstreamUsage usage = UpstreamUsage.of(8, most);
                  return UpstreamReply.json(
                      200,
                      Responses.object(
                          "resp_1",
                          "incomplete",
                          Responses.message("word ".repeat((int) most)),
                          Responses.usage(usage)),
                      usage);
                });
        GatewayBox box = GatewayBox.start(config("0.01"), upstream)) {
      Answer answer = Responses.send(box, Responses.body("m", "\"max_output_tokens\":5000"));
      assertEquals(200, answer.status(), answer::text);
      long asked = upstream.chats().getFirst().json().path("max_output_tokens").asLong();
      assertTrue(asked > 900 && asked < 1000, "asked for " + asked);
      assertEquals(Long.toString(asked), answer.header("X-Nexus-Max-Tokens-Clamped").orElseThrow());
      assertEquals(upstream.billNanos(), spent(box.idle()));
      assertTrue(upstream.billNanos() <= 10_000_000);
      Answer next = Responses.send(box, Responses.body("m"));
      assertEquals(429, next.status(), next::text);
      assertEquals(
          "insufficient_quota", GatewayBox.json(next).at("/error/code").asText(), next::text);
    }
  }

  /** The API takes no shorter answers than sixteen tokens. */
  @Test
  void limit_belowTheApisLeast_isRefused() throws Exception {
    String config = config("0.00015").replace("[budget]", "[budget]\nmin_output_tokens = 1");
    try (Upstream upstream = upstream(ResponsesTest::hello);
        GatewayBox box = GatewayBox.start(config, upstream)) {
      Answer answer = Responses.send(box, Responses.body("m", "\"max_output_tokens\":100"));
      assertEquals(429, answer.status(), answer::text);
      assertEquals(List.of(), upstream.chats());
    }
  }

  /** A stream that runs out of money ends as one that reached its greatest length. */
  @Test
  void stream_outOfMoney_endsAsIncomplete() throws Exception {
    List<String> words = new ArrayList<>();
    for (int i = 0; i < 5000; i++) {
      words.add(i % 2 == 0 ? "so " : "it ");
    }
    try (Upstream upstream =
            upstream(
                _ ->
                    Responses.stream(words, UpstreamUsage.of(5, 5000))
                        .paced(UpstreamReply.Pace.perSecond(2000)));
        GatewayBox box = GatewayBox.start(config("0.01"), upstream)) {
      Answer answer = Responses.send(box, Responses.body("m", "\"stream\":true"));
      assertEquals(200, answer.status(), answer::text);
      List<JsonNode> events = events(answer);
      int number = 0;
      for (JsonNode event : events) {
        assertEquals(number++, event.path("sequence_number").asInt(), event::toString);
      }
      JsonNode last = events.getLast();
      assertEquals("response.incomplete", last.path("type").asText());
      assertEquals("resp_1", last.at("/response/id").asText());
      assertEquals("incomplete", last.at("/response/status").asText());
      assertEquals("max_output_tokens", last.at("/response/incomplete_details/reason").asText());
      StringBuilder text = new StringBuilder();
      events.forEach(event -> text.append(event.path("delta").asText("")));
      assertEquals(text.toString(), last.at("/response/output/0/content/0/text").asText());
      JsonNode item = events.get(events.size() - 2);
      assertEquals("response.output_item.done", item.path("type").asText());
      assertEquals("incomplete", item.at("/item/status").asText());
      assertEquals(item.path("item"), last.at("/response/output/0"));
      JsonNode stats = box.idle();
      assertEquals(spent(stats), GatewayBox.nanos(last.at("/response/usage/cost")));
      assertEquals(
          last.at("/response/usage/output_tokens").asLong(),
          last.at("/nexus/max_tokens_clamped").asLong());
      assertTrue(upstream.billNanos() <= spent(stats));
      assertTrue(spent(stats) <= 10_000_000, () -> spent(stats) + " of 0.01");
      assertEquals(0, held(stats));
    }
  }

  static List<JsonNode> events(Answer answer) throws IOException {
    List<JsonNode> events = new ArrayList<>();
    for (String event : answer.text().split("\n\n", -1)) {
      int data = event.indexOf("data: ");
      if (data >= 0 && !event.endsWith("[DONE]")) {
        JsonNode read = GatewayBox.parse(event.substring(data + 6));
        if (data > 0) {
          assertEquals("event: " + read.path("type").asText() + "\n", event.substring(0, data));
        }
        events.add(read);
      }
    }
    return events;
  }

  @Test
  void stream_thatBreaks_endsInAnErrorOfTheApi() throws Exception {
    try (Upstream upstream =
            upstream(
                _ ->
                    Responses.stream(List.of("a ", "b ", "c "), UpstreamUsage.of(5, 3))
                        .breakingAfter(6, UpstreamReply.Break.CLOSE));
        GatewayBox box = GatewayBox.start(config("1"), upstream)) {
      Answer answer = Responses.send(box, Responses.body("m", "\"stream\":true"));
      JsonNode last = events(answer).getLast();
      assertEquals("error", last.path("type").asText());
      assertEquals(6, last.path("sequence_number").asInt());
      assertEquals("upstream_error", last.path("code").asText());
      assertEquals(last.path("message"), last.at("/error/message"));
      JsonNode stats = box.idle();
      assertTrue(spent(stats) >= upstream.billNanos());
      assertEquals(0, held(stats));
    }
  }

  /** An error instead of an answer is free, and another backend is tried. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"error\":{\"message\":\"no\",\"type\":\"server_error\"}}",
        "{\"id\":\"resp_9\",\"object\":\"response\",\"status\":\"failed\",\"output\":[],"
            + "\"error\":{\"code\":\"server_error\",\"message\":\"no\"},\"usage\":null}"
      })
  void errorInsideOk_failsOver(String error) throws Exception {
    try (Upstream bad = upstream(_ -> UpstreamReply.json(200, error, UpstreamUsage.of(0, 0)));
        Upstream good = upstream(ResponsesTest::hello);
        GatewayBox box = GatewayBox.start(config("1") + TWO, bad, good)) {
      Answer answer = Responses.send(box, Responses.body("m"));
      assertEquals(200, answer.status(), answer::text);
      assertEquals("other", answer.header("X-Nexus-Backend").orElseThrow());
      assertEquals(good.billNanos(), spent(box.idle()));
    }
  }

  @Test
  void failedEvent_beforeAnyText_isFree() throws Exception {
    List<Chunk> chunks = Responses.begin(false);
    Responses.add(
        chunks,
        "response.failed",
        "\"response\":{\"id\":\"resp_1\",\"object\":\"response\",\"status\":\"failed\",\"output\":[],"
            + "\"error\":{\"code\":\"rate_limit_exceeded\",\"message\":\"slow down\"},\"usage\":null}");
    try (Upstream upstream =
            upstream(
                _ ->
                    UpstreamReply.events(chunks, UpstreamUsage.of(0, 0))
                        .usageChunk(UpstreamReply.UsageChunk.NEVER));
        GatewayBox box = GatewayBox.start(config("1"), upstream)) {
      Answer answer = Responses.send(box, Responses.body("m", "\"stream\":true"));
      assertTrue(answer.text().contains("slow down"), answer::text);
      JsonNode stats = box.idle();
      assertEquals(0, spent(stats));
      assertEquals(0, held(stats));
    }
  }

  /** The client leaves: what was made is charged, and the backend is cut. */
  @Test
  void clientThatLeaves_isChargedWhatWasMade() throws Exception {
    CountDownLatch go = new CountDownLatch(1);
    List<String> words = new ArrayList<>();
    for (int i = 0; i < 3000; i++) {
      words.add(i % 2 == 0 ? "so " : "it ");
    }
    try (Upstream upstream =
            upstream(
                _ ->
                    Responses.stream(words, UpstreamUsage.of(5, 3000))
                        .paced(
                            part -> {
                              if (part > 100) {
                                go.await();
                              }
                            }));
        GatewayBox box = GatewayBox.start(config("1"), upstream)) {
      try (RawHttp client = RawHttp.connect(box.port())) {
        var _ = client.open(Responses.PATH, Responses.body("m", "\"stream\":true"));
        for (int i = 0; i < 90; i++) {
          assertTrue(client.event().isPresent());
        }
        client.reset();
      }
      JsonNode stats = box.idle();
      var _ = upstream.awaitCancellation(1);
      assertTrue(spent(stats) >= upstream.billNanos(), stats::toString);
      assertTrue(spent(stats) < 30_000_000, stats::toString);
      assertEquals(0, held(stats));
    }
  }

  /** Text of a stream counts once, although it is sent four times, and padding does not count. */
  @Test
  void streamWithoutUsage_isCountedOnce() throws Exception {
    List<String> words = new ArrayList<>();
    for (int i = 0; i < 300; i++) {
      words.add(i % 2 == 0 ? "alpha " : "beta ");
    }
    try (Upstream upstream =
            upstream(
                _ -> {
                  UpstreamReply.Events events = Responses.stream(words, UpstreamUsage.of(0, 0));
                  return events;
                });
        GatewayBox box = GatewayBox.start(config("1"), upstream)) {
      Answer answer = Responses.send(box, Responses.body("m", "\"stream\":true"));
      assertEquals(200, answer.status());
      long spent = spent(box.idle());
      assertTrue(spent >= 3_000_000 && spent <= 6_000_000, () -> "charged are " + spent);
    }
  }

  @Test
  void countAndCompaction_goTheirWay() throws Exception {
    try (Upstream upstream =
            upstream(
                request ->
                    request.path().endsWith("/input_tokens")
                        ? UpstreamReply.json(
                            200,
                            "{\"object\":\"response.input_tokens\",\"input_tokens\":11}",
                            UpstreamUsage.of(0, 0))
                        : UpstreamReply.json(
                            200,
                            "{\"id\":\"c\",\"object\":\"response.compaction\",\"output\":[{\"type\":"
                                + "\"compaction\",\"encrypted_content\":\"gAAA\"}],\"usage\":"
                                + Responses.usage(UpstreamUsage.of(50, 9))
                                + "}",
                            UpstreamUsage.of(50, 9)));
        GatewayBox box = GatewayBox.start(config("1"), upstream)) {
      Answer count = Responses.post(box, "/v1/responses/input_tokens", Responses.body("m"));
      assertEquals(200, count.status(), count::text);
      assertEquals(11, GatewayBox.json(count).path("input_tokens").asInt());
      assertEquals(0, spent(box.idle()));
      Answer compact = Responses.post(box, "/v1/responses/compact", Responses.body("m"));
      assertEquals(200, compact.status(), compact::text);
      assertEquals(upstream.billNanos(), spent(box.idle()));
      assertFalse(upstream.chats().getLast().json().has("max_output_tokens"));
    }
  }
}
