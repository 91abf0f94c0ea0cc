package io.nexus.server;

import static io.nexus.server.TranslatedResponsesTest.assertSettled;
import static io.nexus.server.TranslatedResponsesTest.config;
import static io.nexus.server.TranslatedResponsesTest.events;
import static io.nexus.server.TranslatedResponsesTest.hello;
import static io.nexus.server.TranslatedResponsesTest.upstream;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.nexus.server.RawHttp.Answer;
import io.nexus.server.mock.Upstream;
import io.nexus.server.mock.UpstreamReply;
import io.nexus.server.mock.UpstreamReply.Break;
import io.nexus.server.mock.UpstreamReply.Chunk;
import io.nexus.server.mock.UpstreamRequest;
import io.nexus.server.mock.UpstreamUsage;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Clients of Anthropic's API on a backend that speaks chat only. */
@Timeout(60)
class TranslatedMessagesTest {

  private static final UpstreamUsage USAGE = UpstreamUsage.of(20, 4);

  private static Answer send(GatewayBox box, String body) throws IOException {
    return Responses.post(box, "/v1/messages?beta=true", body, "anthropic-version: 2023-06-01");
  }

  @Test
  void message_isAskedAsChat_andToldAsMessage() throws Exception {
    try (Upstream upstream = upstream(TranslatedResponsesTest::hello);
        GatewayBox box = GatewayBox.start(config("1"), upstream)) {
      Answer answer = send(box, Messages.ask("\"system\":\"Be brief.\""));
      assertEquals(200, answer.status(), answer::text);
      UpstreamRequest sent = upstream.chats().getFirst();
      assertEquals("/v1/chat/completions", sent.path());
      assertEquals("Be brief.", sent.json().at("/messages/0/content").asText());
      assertEquals(500, sent.json().path("max_tokens").asInt());
      assertTrue(sent.header("anthropic-version").isEmpty(), "a header of another API");
      assertEquals("messages>chat", answer.header("X-Nexus-Translated").orElseThrow());
      JsonNode message = GatewayBox.json(answer);
      assertEquals("message", message.path("type").asText());
      assertEquals("end_turn", message.path("stop_reason").asText());
      assertEquals("one two three four", message.at("/content/0/text").asText());
      assertEquals(20, message.at("/usage/input_tokens").asLong());
      assertEquals("0.00009", answer.header("X-Nexus-Cost").orElseThrow());
      assertSettled(upstream, box);
    }
  }

  @Test
  void stream_isToldEventByEvent() throws Exception {
    try (Upstream upstream = upstream(TranslatedResponsesTest::hello);
        GatewayBox box = GatewayBox.start(config("1"), upstream)) {
      Answer answer = send(box, Messages.streaming());
      List<JsonNode> events = events(answer);
      assertEquals("message_start", events.getFirst().path("type").asText());
      assertTrue(events.getFirst().at("/message/usage/input_tokens").asLong() > 0);
      assertEquals(
          4,
          events.stream()
              .filter(each -> each.path("type").asText().equals("content_block_delta"))
              .count());
      JsonNode end = events.get(events.size() - 2);
      assertEquals("end_turn", end.at("/delta/stop_reason").asText());
      assertEquals(20, end.at("/usage/input_tokens").asLong());
      assertEquals(4, end.at("/usage/output_tokens").asLong());
      assertEquals("message_stop", events.getLast().path("type").asText());
      assertSettled(upstream, box);
    }
  }

  /** A stream that makes more than the budget pays for is lowered, cut, and ends as too long. */
  @Test
  void stream_cutAtTheBudget_endsAtMaxTokens() throws Exception {
    try (Upstream upstream =
            upstream(
                request -> {
                  List<Chunk> chunks = new ArrayList<>();
                  for (int i = 0; i < 20_000; i++) {
                    chunks.add(
                        new Chunk(UpstreamReply.token(request, "word" + i + " ", "null"), 1));
                  }
                  return UpstreamReply.events(chunks, UpstreamUsage.of(8, 20_000))
                      .paced(UpstreamReply.Pace.perSecond(4000));
                });
        GatewayBox box = GatewayBox.start(config("0.05"), upstream)) {
      String body = Messages.streaming().replace("\"max_tokens\":500", "\"max_tokens\":64000");
      Answer answer = send(box, body);
      assertEquals(200, answer.status(), answer::text);
      List<JsonNode> events = events(answer);
      JsonNode end = events.get(events.size() - 2);
      assertEquals("max_tokens", end.at("/delta/stop_reason").asText());
      assertTrue(end.at("/usage/output_tokens").asLong() > 100, end::toString);
      assertEquals("message_stop", events.getLast().path("type").asText());
      JsonNode stats = box.idle();
      assertTrue(upstream.billNanos() <= 50_000_000, () -> "billed " + upstream.billNanos());
      assertEquals(0, GatewayBox.nanos(stats.at("/budget/held_usd")));
    }
  }

  private static Chunk call(int index, String more) {
    return new Chunk(
        """
        {"id":"c","object":"chat.completion.chunk","created":1,"model":"m","choices":[{"index":0,\
        "delta":{"tool_calls":[{"index":%d,"id":"call_%d","type":"function","function":\
        {"name":"f","arguments":"%s"}}]},"finish_reason":null}]}\
        """
            .formatted(index, index, more),
        1);
  }

  /** The first call never ends, so that the second one has to wait for it. */
  @Test
  void stream_thatMakesMoreWaitThanAnAnswerMayHave_isEnded() throws Exception {
    List<Chunk> chunks = new ArrayList<>(List.of(call(0, "{"), call(1, "x".repeat(300))));
    for (int i = 0; i < 6; i++) {
      chunks.add(call(1, "x".repeat(300)));
    }
    try (Upstream upstream =
            upstream(_ -> UpstreamReply.events(chunks, UpstreamUsage.of(20, 600)));
        GatewayBox box =
            GatewayBox.start("[server]\nmax_response_bytes = 1024\n" + config("1"), upstream)) {
      List<JsonNode> events = events(send(box, Messages.streaming()));
      assertEquals("error", events.getLast().path("type").asText(), events::toString);
      assertEquals(0, GatewayBox.nanos(box.idle().at("/budget/held_usd")));
    }
  }

  @Test
  void refusal_isToldInTheClientsForm() throws Exception {
    try (Upstream upstream =
            upstream(_ -> UpstreamReply.refuse(404, "{\"error\":{\"message\":\"No.\"}}"));
        GatewayBox box = GatewayBox.start(config("1"), upstream)) {
      Answer answer = send(box, Messages.ask());
      assertEquals(404, answer.status());
      JsonNode body = GatewayBox.json(answer);
      assertEquals("error", body.path("type").asText());
      assertEquals("not_found_error", body.at("/error/type").asText());
      assertEquals("No.", body.at("/error/message").asText());
      assertSettled(upstream, box);
    }
  }

  @Test
  void number_withTooLargeAnExponent_isRefused() throws Exception {
    try (Upstream upstream = upstream(TranslatedResponsesTest::hello);
        GatewayBox box = GatewayBox.start(config("1"), upstream)) {
      Answer answer = send(box, Messages.ask("\"temperature\":1e99999999999"));
      assertEquals(400, answer.status(), answer::text);
      assertEquals(0, upstream.chats().size());
      assertSettled(upstream, box);
    }
  }

  @Test
  void field_thatCannotBeSaid_isRefusedInTheClientsForm() throws Exception {
    try (Upstream upstream = upstream(TranslatedResponsesTest::hello);
        GatewayBox box = GatewayBox.start(config("10"), upstream)) {
      Answer answer = send(box, Messages.ask("\"container\":\"c\""));
      assertEquals(400, answer.status(), answer::text);
      JsonNode error = GatewayBox.json(answer).path("error");
      assertEquals("invalid_request_error", error.path("type").asText());
      assertTrue(error.path("message").asText().startsWith("'container' cannot be translated"));
      assertEquals(0, upstream.chats().size());
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
      Answer answer = send(box, Messages.streaming());
      JsonNode last = events(answer).getLast();
      assertEquals("error", last.path("type").asText());
      assertEquals("api_error", last.at("/error/type").asText());
      assertTrue(answer.text().contains("event: error\n"));
    }
  }

  @Test
  void request_overBudget_isRefusedInTheClientsForm() throws Exception {
    try (Upstream upstream = upstream(TranslatedResponsesTest::hello);
        GatewayBox box = GatewayBox.start(config("0.0000001"), upstream)) {
      Answer answer = send(box, Messages.ask());
      assertEquals(402, answer.status(), answer::text);
      assertEquals("billing_error", GatewayBox.json(answer).at("/error/type").asText());
      assertEquals(0, upstream.chats().size());
    }
  }

  @Test
  void tokens_areCountedHere() throws Exception {
    try (Upstream upstream = upstream(TranslatedResponsesTest::hello);
        GatewayBox box = GatewayBox.start(config("1"), upstream)) {
      String body = Messages.ask().replace("\"max_tokens\":500,", "");
      Answer answer = Responses.post(box, "/v1/messages/count_tokens", body);
      assertEquals(200, answer.status(), answer::text);
      assertTrue(GatewayBox.json(answer).path("input_tokens").asLong() > 2, answer::text);
      assertEquals(0, upstream.chats().size());
      assertSettled(upstream, box);
    }
  }

  /** At the soft limit the client of a cloud is served by a local model that speaks chat. */
  @Test
  void client_atTheSoftLimit_isServedByALocalModel() throws Exception {
    String both =
        """
        [budget]
        monthly_limit = 1
        soft_limit_percent = 1
        [routing.fallbacks]
        "m" = ["local"]
        [[backends]]
        name = "cloud"
        type = "anthropic"
        url = "{0}"
        models = ["m"]
        [[backends]]
        name = "home"
        type = "ollama"
        url = "{1}"
        models = ["local"]
        [[pricing]]
        model = "m"
        input = 2500
        output = 10
        """;
    try (Upstream cloud =
            upstream(request -> Messages.reply(request, "cloud", UpstreamUsage.of(20, 4)));
        Upstream home = upstream(request -> hello(request));
        GatewayBox box = GatewayBox.start(both, cloud, home)) {
      assertEquals("cloud", send(box, Messages.ask()).header("X-Nexus-Backend").orElseThrow());
      box.await(stats -> stats.at("/budget/current_spending_usd").asDouble() > 0);
      Answer answer = send(box, Messages.streaming());
      assertEquals("home", answer.header("X-Nexus-Backend").orElseThrow(), answer::text);
      assertEquals("messages>chat", answer.header("X-Nexus-Translated").orElseThrow());
      assertEquals("message_stop", events(answer).getLast().path("type").asText());
    }
  }

  @Test
  void chat_isAskedOfABackendThatSpeaksMessages() throws Exception {
    try (Upstream upstream = upstream(request -> Messages.reply(request, "one two", USAGE));
        GatewayBox box =
            GatewayBox.start(config("1").replace("\"generic\"", "\"anthropic\""), upstream)) {
      Answer answer = Chats.send(box, Chats.body("m", "\"max_tokens\":50"));
      assertEquals(200, answer.status(), answer::text);
      assertEquals("/v1/messages", upstream.chats().getFirst().path());
      assertEquals("2023-06-01", upstream.chats().getFirst().header("anthropic-version").get());
      assertEquals("chat>messages", answer.header("X-Nexus-Translated").orElseThrow());
      JsonNode completion = GatewayBox.json(answer);
      assertEquals("one two", completion.at("/choices/0/message/content").asText());
      assertEquals("stop", completion.at("/choices/0/finish_reason").asText());
      assertEquals("0.00009", completion.at("/usage/cost").asText());
      Answer streamed =
          Chats.send(
              box,
              Chats.body(
                  "m",
                  "\"max_tokens\":50,\"stream\":true,"
                      + "\"stream_options\":{\"include_usage\":true}"));
      List<JsonNode> chunks = events(streamed);
      assertEquals(24, chunks.getLast().at("/usage/total_tokens").asLong());
      assertTrue(streamed.text().endsWith("data: [DONE]\n\n"));
      assertSettled(upstream, box);
    }
  }

  @Test
  void chat_isAskedOfABackendThatSpeaksGemini() throws Exception {
    String google =
        config("1").replace("type = \"generic\"", "type = \"google\"\napis = [\"gemini\"]");
    String answered =
        "{\"candidates\":[{\"content\":{\"role\":\"model\",\"parts\":[{\"text\":\"one two\"}]},"
            + "\"finishReason\":\"STOP\",\"index\":0}],\"usageMetadata\":{\"promptTokenCount\":20,"
            + "\"candidatesTokenCount\":4,\"totalTokenCount\":24},\"modelVersion\":\"m\","
            + "\"responseId\":\"r\"}";
    try (Upstream upstream =
            upstream(
                request ->
                    request.path().contains("stream")
                        ? UpstreamReply.events(List.of(new Chunk(answered, 4)), USAGE)
                            .usageChunk(UpstreamReply.UsageChunk.NEVER)
                        : UpstreamReply.json(200, answered, USAGE));
        GatewayBox box = GatewayBox.start(google, upstream)) {
      Answer answer = Chats.send(box, Chats.body("m", "\"max_tokens\":50"));
      assertEquals(200, answer.status(), answer::text);
      assertTrue(upstream.chats().getFirst().path().endsWith("/models/m:generateContent"));
      assertEquals("chat>gemini", answer.header("X-Nexus-Translated").orElseThrow());
      JsonNode completion = GatewayBox.json(answer);
      assertEquals("one two", completion.at("/choices/0/message/content").asText());
      assertEquals("0.00009", completion.at("/usage/cost").asText());
      Answer streamed =
          Chats.send(
              box,
              Chats.body(
                  "m",
                  "\"max_tokens\":50,\"stream\":true,"
                      + "\"stream_options\":{\"include_usage\":true}"));
      assertEquals(200, streamed.status(), streamed::text);
      assertEquals(24, events(streamed).getLast().at("/usage/total_tokens").asLong());
      assertTrue(streamed.text().endsWith("data: [DONE]\n\n"));
      assertSettled(upstream, box);
    }
  }

  @Test
  void embeddings_areAskedOfABackendThatSpeaksGemini() throws Exception {
    String google =
        config("1").replace("type = \"generic\"", "type = \"google\"\napis = [\"gemini\"]");
    try (Upstream upstream =
            upstream(
                _ ->
                    UpstreamReply.json(
                        200,
                        "{\"embeddings\":[{\"values\":[1,2]},{\"values\":[3,4]}]}",
                        UpstreamUsage.of(0, 0)));
        GatewayBox box = GatewayBox.start(google, upstream)) {
      String body = "{\"model\":\"m\",\"input\":[\"one\",\"two\"]}";
      Answer answer = Responses.post(box, "/v1/embeddings", body);
      assertEquals(200, answer.status(), answer::text);
      String path = upstream.chats().getFirst().path();
      assertTrue(path.endsWith("/models/m:batchEmbedContents"), path);
      JsonNode list = GatewayBox.json(answer);
      assertEquals(4, list.at("/data/1/embedding/1").asInt());
      assertTrue(list.at("/usage/prompt_tokens").asLong() > 0, answer::text);
      assertEquals("0", box.idle().at("/budget/held_usd").asText());
    }
  }
}
