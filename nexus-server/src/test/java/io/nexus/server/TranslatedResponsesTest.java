package io.nexus.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.nexus.server.RawHttp.Answer;
import io.nexus.server.mock.Upstream;
import io.nexus.server.mock.UpstreamReply;
import io.nexus.server.mock.UpstreamReply.Break;
import io.nexus.server.mock.UpstreamReply.Chunk;
import io.nexus.server.mock.UpstreamRequest;
import io.nexus.server.mock.UpstreamUsage;
import io.nexus.server.mock.UpstreamUsage.Prices;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Clients of the Responses API on a backend that speaks chat only. */
@Timeout(60)
class TranslatedResponsesTest {

  private static final UpstreamUsage USAGE = UpstreamUsage.of(20, 4);
  private static final String HEAD =
      "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n";

  static String config(String limit) {
    return """
    [budget]
    monthly_limit = %s
    hard_limit_action = "reject"
    soft_limit_percent = 100
    [[backends]]
    name = "chat"
    type = "generic"
    location = "cloud"
    url = "{0}"
    models = ["m"]
    max_concurrent = 100
    [[pricing]]
    model = "m"
    input = 2.5
    output = 10
    """
        .formatted(limit);
  }

  static Upstream upstream(Function<UpstreamRequest, UpstreamReply> script) throws IOException {
    return Upstream.start(script).price(Prices.of("2.5", "10"));
  }

  static UpstreamReply hello(UpstreamRequest request) {
    return UpstreamReply.chat(request, "one two three four", USAGE);
  }

  /** The spend equals the bill, and nothing is held. */
  static JsonNode assertSettled(Upstream upstream, GatewayBox box) throws Exception {
    JsonNode stats = box.idle();
    assertEquals(upstream.billNanos(), GatewayBox.nanos(stats.at("/budget/current_spending_usd")));
    assertEquals(0, GatewayBox.nanos(stats.at("/budget/held_usd")));
    return stats;
  }

  /** The data of each event of a stream. */
  static List<JsonNode> events(Answer answer) throws IOException {
    List<JsonNode> events = new ArrayList<>();
    for (String line : answer.text().lines().toList()) {
      if (line.startsWith("data: {")) {
        events.add(GatewayBox.parse(line.substring(6)));
      }
    }
    return events;
  }

  @Test
  void response_isAskedAsChat_andToldAsResponse() throws Exception {
    try (Upstream upstream = upstream(TranslatedResponsesTest::hello);
        GatewayBox box = GatewayBox.start(config("1"), upstream)) {
      Answer answer =
          Responses.send(
              box,
              Responses.body("m", "\"instructions\":\"Be brief.\"", "\"max_output_tokens\":50"),
              "OpenAI-Beta: x",
              "traceparent: t");
      assertEquals(200, answer.status(), answer::text);
      UpstreamRequest sent = upstream.chats().getFirst();
      assertEquals("/v1/chat/completions", sent.path());
      assertEquals("Be brief.", sent.json().at("/messages/0/content").asText());
      assertEquals("Hi", sent.json().at("/messages/1/content").asText());
      assertEquals(50, sent.json().path("max_tokens").asInt());
      assertTrue(sent.header("OpenAI-Beta").isEmpty(), "a header of another API");
      assertEquals("t", sent.header("traceparent").orElseThrow());
      assertEquals("responses>chat", answer.header("X-Nexus-Translated").orElseThrow());
      JsonNode response = GatewayBox.json(answer);
      assertEquals("completed", response.path("status").asText());
      assertEquals("one two three four", response.at("/output/0/content/0/text").asText());
      assertEquals(20, response.at("/usage/input_tokens").asLong());
      assertEquals("0.00009", response.at("/usage/cost").asText());
      assertEquals("0.00009", answer.header("X-Nexus-Cost").orElseThrow());
      assertSettled(upstream, box);
      assertEquals(
          1,
          MetricsPage.of(box)
              .count("nexus_translations_total", "from=\"responses\"", "to=\"chat\""));
    }
  }

  @Test
  void stream_isToldEventByEvent() throws Exception {
    try (Upstream upstream = upstream(TranslatedResponsesTest::hello);
        GatewayBox box = GatewayBox.start(config("1"), upstream)) {
      Answer answer = Responses.send(box, Responses.body("m", "\"stream\":true"));
      assertEquals(200, answer.status(), answer::text);
      assertTrue(upstream.chats().getFirst().wantsUsage());
      List<JsonNode> events = events(answer);
      for (int i = 0; i < events.size(); i++) {
        assertEquals(i, events.get(i).path("sequence_number").asInt());
        assertTrue(answer.text().contains("event: " + events.get(i).path("type").asText() + "\n"));
      }
      assertEquals(
          4,
          events.stream()
              .filter(each -> each.path("type").asText().equals("response.output_text.delta"))
              .count());
      JsonNode last = events.getLast();
      assertEquals("response.completed", last.path("type").asText());
      assertEquals("one two three four", last.at("/response/output/0/content/0/text").asText());
      assertEquals("0.00009", last.at("/response/usage/cost").asText());
      assertTrue(answer.text().endsWith("data: [DONE]\n\n"));
      assertSettled(upstream, box);
    }
  }

  @Test
  void tools_ofTheProvider_areLeftOut_andNamed() throws Exception {
    try (Upstream upstream = upstream(TranslatedResponsesTest::hello);
        GatewayBox box = GatewayBox.start(config("10"), upstream)) {
      Answer answer =
          Responses.send(
              box,
              Responses.body(
                  "m",
                  "\"tools\":[{\"type\":\"function\",\"name\":\"f\",\"parameters\":{}},"
                      + "{\"type\":\"web_search\"}]",
                  "\"max_tool_calls\":1"));
      assertEquals(200, answer.status(), answer::text);
      assertEquals("tools[1]", answer.header("X-Nexus-Translation-Omitted").orElseThrow());
      assertEquals(1, upstream.chats().getFirst().json().path("tools").size());
    }
  }

  @Test
  void field_thatCannotBeSaid_isRefusedByName_andNothingIsSent() throws Exception {
    try (Upstream upstream = upstream(TranslatedResponsesTest::hello);
        GatewayBox box = GatewayBox.start(config("10"), upstream)) {
      Answer answer = Responses.send(box, Responses.body("m", "\"prompt\":{\"id\":\"p\"}"));
      assertEquals(400, answer.status(), answer::text);
      JsonNode error = GatewayBox.json(answer).path("error");
      assertEquals("prompt", error.path("param").asText());
      assertTrue(error.path("message").asText().contains("speaks the chat API only"));
      assertEquals(0, upstream.chats().size());
      assertSettled(upstream, box);
    }
  }

  @Test
  void field_thatCannotBeSaid_goesToABackendThatKnowsIt() throws Exception {
    String both =
        config("10").replace("max_concurrent", "priority = 10\nmax_concurrent")
            + """
            [[backends]]
            name = "native"
            type = "openai"
            url = "{1}"
            models = ["m"]
            priority = 200
            """;
    try (Upstream chat = upstream(TranslatedResponsesTest::hello);
        Upstream responses = upstream(_ -> Responses.whole(Responses.message("native"), USAGE));
        GatewayBox box = GatewayBox.start(both, chat, responses)) {
      assertEquals(
          "chat", Responses.send(box, Responses.body("m")).header("X-Nexus-Backend").orElseThrow());
      Answer answer = Responses.send(box, Responses.body("m", "\"prompt\":{\"id\":\"p\"}"));
      assertEquals(200, answer.status(), answer::text);
      assertEquals("native", answer.header("X-Nexus-Backend").orElseThrow());
      assertTrue(answer.header("X-Nexus-Translated").isEmpty());
    }
  }

  /** The client gets the failure of the backend that was reached. */
  @Test
  void failure_beforeABackendThatCannotBeAsked_isTold() throws Exception {
    String both =
        config("10")
            + """
            [[backends]]
            name = "native"
            type = "openai"
            url = "{1}"
            models = ["m"]
            priority = 1
            """;
    try (Upstream chat = upstream(TranslatedResponsesTest::hello);
        Upstream responses = upstream(_ -> UpstreamReply.tooManyRequests(1));
        GatewayBox box = GatewayBox.start(both, chat, responses)) {
      Answer answer = Responses.send(box, Responses.body("m", "\"prompt\":{\"id\":\"p\"}"));
      assertEquals(429, answer.status(), answer::text);
      assertTrue(answer.text().contains("Rate limit reached"), answer::text);
      assertEquals(0, chat.chats().size());
      assertSettled(responses, box);
    }
  }

  @Test
  void backend_thatSpeaksTheApi_isPreferredAmongEquals() throws Exception {
    String both =
        config("1")
            + """
            [[backends]]
            name = "native"
            type = "openai"
            url = "{1}"
            models = ["m"]
            """;
    try (Upstream chat = upstream(TranslatedResponsesTest::hello);
        Upstream responses = upstream(_ -> Responses.whole(Responses.message("native"), USAGE));
        GatewayBox box = GatewayBox.start(both, chat, responses)) {
      for (int i = 0; i < 3; i++) {
        Answer answer = Responses.send(box, Responses.body("m"));
        assertEquals("native", answer.header("X-Nexus-Backend").orElseThrow());
      }
      Answer explained = Responses.post(box, "/v1/explain?api=responses", Responses.body("m"));
      JsonNode candidates = GatewayBox.json(explained).path("candidates");
      assertEquals("native", candidates.at("/0/backend").asText(), explained::text);
      assertTrue(candidates.at("/0/translated").isMissingNode());
      assertEquals("responses>chat", candidates.at("/1/translated").asText());
    }
  }

  @Test
  void refusal_isToldInTheClientsForm() throws Exception {
    String refusal = "{\"error\":{\"message\":\"Too long.\",\"type\":\"bad\",\"code\":\"ctx\"}}";
    try (Upstream upstream = upstream(_ -> UpstreamReply.refuse(400, refusal));
        GatewayBox box = GatewayBox.start(config("1"), upstream)) {
      Answer answer = Responses.send(box, Responses.body("m"));
      assertEquals(400, answer.status());
      assertEquals("Too long.", GatewayBox.json(answer).at("/error/message").asText());
      assertEquals("ctx", GatewayBox.json(answer).at("/error/code").asText());
      assertSettled(upstream, box);
    }
  }

  @Test
  void stream_thatBreaks_endsInTheClientsWords() throws Exception {
    try (Upstream upstream =
            upstream(
                request ->
                    UpstreamReply.stream(request, List.of("one ", "two ", "three "), USAGE)
                        .breakingAfter(2, Break.CLOSE));
        GatewayBox box = GatewayBox.start(config("1"), upstream)) {
      Answer answer = Responses.send(box, Responses.body("m", "\"stream\":true"));
      List<JsonNode> events = events(answer);
      assertEquals("error", events.get(events.size() - 2).path("type").asText());
      assertEquals("response.failed", events.getLast().path("type").asText());
      assertEquals("failed", events.getLast().at("/response/status").asText());
      assertEquals(
          0, GatewayBox.nanos(box.idle().at("/budget/held_usd")), "something is still held");
    }
  }

  @Test
  void stream_withoutItsMark_isEndedAllTheSame() throws Exception {
    try (Upstream upstream =
            upstream(
                request ->
                    UpstreamReply.raw(
                        HEAD,
                        "data: " + UpstreamReply.token(request, "one", "null") + "\n\n",
                        "data: " + UpstreamReply.end(request, "stop") + "\n\n"));
        GatewayBox box = GatewayBox.start(config("1"), upstream)) {
      Answer answer = Responses.send(box, Responses.body("m", "\"stream\":true"));
      assertEquals("response.completed", events(answer).getLast().path("type").asText());
    }
  }

  /** The budget pays for a part of what the model would say. */
  @Test
  void stream_cutAtTheBudget_endsAsIncomplete() throws Exception {
    List<Chunk> chunks = new ArrayList<>();
    try (Upstream upstream =
            upstream(
                request -> {
                  for (int i = 0; i < 20_000; i++) {
                    chunks.add(
                        new Chunk(UpstreamReply.token(request, "word" + i + " ", "null"), 1));
                  }
                  return UpstreamReply.events(chunks, UpstreamUsage.of(8, 20_000))
                      .paced(UpstreamReply.Pace.perSecond(4000));
                });
        GatewayBox box = GatewayBox.start(config("0.05"), upstream)) {
      Answer answer = Responses.send(box, Responses.body("m", "\"stream\":true"));
      assertEquals(200, answer.status(), answer::text);
      JsonNode last = events(answer).getLast();
      assertEquals("response.incomplete", last.path("type").asText());
      assertEquals("max_output_tokens", last.at("/response/incomplete_details/reason").asText());
      assertTrue(last.at("/response/usage/output_tokens").asLong() > 100);
      JsonNode stats = box.idle();
      assertTrue(upstream.billNanos() <= 50_000_000, () -> "billed " + upstream.billNanos());
      assertEquals(0, GatewayBox.nanos(stats.at("/budget/held_usd")));
    }
  }

  @Test
  void request_overBudget_isRefusedInTheClientsForm() throws Exception {
    try (Upstream upstream = upstream(TranslatedResponsesTest::hello);
        GatewayBox box = GatewayBox.start(config("0.0000001"), upstream)) {
      Answer answer = Responses.send(box, Responses.body("m"));
      assertEquals(429, answer.status(), answer::text);
      assertEquals("budget_exceeded", GatewayBox.json(answer).at("/error/type").asText());
      assertEquals(0, upstream.chats().size());
    }
  }

  @Test
  void tokens_areCountedHere() throws Exception {
    try (Upstream upstream = upstream(TranslatedResponsesTest::hello);
        GatewayBox box = GatewayBox.start(config("1"), upstream)) {
      Answer answer = Responses.post(box, "/v1/responses/input_tokens", Responses.body("m"));
      assertEquals(200, answer.status(), answer::text);
      assertEquals("response.input_tokens", GatewayBox.json(answer).path("object").asText());
      assertTrue(GatewayBox.json(answer).path("input_tokens").asLong() > 0);
      assertEquals(0, upstream.chats().size());
      assertSettled(upstream, box);
    }
  }

  @Test
  void compaction_cannotBeTranslated() throws Exception {
    try (Upstream upstream = upstream(TranslatedResponsesTest::hello);
        GatewayBox box = GatewayBox.start(config("1"), upstream)) {
      Answer answer = Responses.post(box, "/v1/responses/compact", Responses.body("m"));
      assertEquals(503, answer.status(), answer::text);
      assertFalse(answer.text().contains("\"output\""));
      assertEquals(0, upstream.chats().size());
    }
  }
}
