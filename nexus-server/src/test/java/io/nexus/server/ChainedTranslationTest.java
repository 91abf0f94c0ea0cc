package io.nexus.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.nexus.server.RawHttp.Answer;
import io.nexus.server.mock.Upstream;
import io.nexus.server.mock.UpstreamReply;
import io.nexus.server.mock.UpstreamReply.Pace;
import io.nexus.server.mock.UpstreamReply.Raw;
import io.nexus.server.mock.UpstreamRequest;
import io.nexus.server.mock.UpstreamUsage;
import io.nexus.server.mock.UpstreamUsage.Prices;
import io.nexus.server.mock.Wire;
import java.io.IOException;
import java.util.List;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Translations by way of chat: Responses and Messages for backends with neither. */
@Timeout(60)
class ChainedTranslationTest {

  private static final UpstreamUsage USAGE = new UpstreamUsage(20, 4, 4, 0);
  private static final String TEXT = "one two three four";
  private static final String TOOL =
      "\"tools\":[{\"type\":\"function\",\"name\":\"weather\",\"strict\":false,\"parameters\":"
          + "{\"type\":\"object\",\"properties\":{\"city\":{\"type\":\"string\"}}}}]";

  private static Upstream upstream(Function<UpstreamRequest, UpstreamReply> script)
      throws IOException {
    return Upstream.start(script).price(Prices.of("2.5", "0.25", "10", "10"));
  }

  private static void assertSettled(Upstream upstream, GatewayBox box) throws Exception {
    JsonNode stats = box.idle();
    assertEquals(upstream.billNanos(), Gemini.spent(stats));
    assertEquals(0, GatewayBox.nanos(stats.at("/budget/held_usd")));
  }

  private static Upstream claude() throws IOException {
    return upstream(request -> Messages.reply(request, TEXT, USAGE));
  }

  private static Upstream google() throws IOException {
    return upstream(request -> Gemini.reply(request, TEXT, USAGE));
  }

  @Test
  void response_onMessages_isSaidAndAnsweredInBothApis() throws Exception {
    try (var upstream = claude();
        var box = GatewayBox.start(Messages.CONFIG, upstream)) {
      Answer answer =
          Responses.send(box, Responses.body("m", "\"instructions\":\"Be brief.\"", TOOL));
      assertEquals(200, answer.status(), answer::text);
      assertEquals("responses>messages", answer.header("X-Nexus-Translated").orElseThrow());
      var response = GatewayBox.json(answer);
      assertEquals(TEXT, response.at("/output/0/content/0/text").asText(), answer::text);
      assertEquals("completed", response.path("status").asText());
      assertEquals(4, response.at("/usage/output_tokens").asInt());
      var sent = upstream.chats().getFirst().json();
      assertEquals("/v1/messages", upstream.chats().getFirst().path());
      assertTrue(sent.path("system").toString().contains("Be brief."), sent::toString);
      assertEquals("weather", sent.at("/tools/0/name").asText());
      assertSettled(upstream, box);
    }
  }

  @Test
  void responseStream_onMessages_isToldEventByEvent() throws Exception {
    try (var upstream = claude();
        var box = GatewayBox.start(Messages.CONFIG, upstream)) {
      Answer answer = Responses.send(box, Responses.body("m", "\"stream\":true"));
      var text = answer.text();
      assertEquals(4, text.split("event: response.output_text.delta", -1).length - 1, text);
      assertEquals(1, text.split("event: response.completed", -1).length - 1, text);
      assertTrue(text.contains("\"text\":\"" + TEXT + "\""), text);
      assertTrue(text.endsWith("data: [DONE]\n\n"), text);
      assertSettled(upstream, box);
    }
  }

  @Test
  void message_onGemini_isSaidAndAnsweredInBothApis() throws Exception {
    try (var upstream = google();
        var box =
            GatewayBox.start(
                Gemini.CONFIG.replace("models =", "apis = [\"gemini\"]\nmodels ="), upstream);
        var client = RawHttp.connect(box.port())) {
      Answer answer = client.post("/v1/messages", Messages.ask("\"system\":\"Be brief.\""));
      assertEquals(200, answer.status(), answer::text);
      assertEquals("messages>gemini", answer.header("X-Nexus-Translated").orElseThrow());
      var message = GatewayBox.json(answer);
      assertEquals(TEXT, message.at("/content/0/text").asText(), answer::text);
      assertEquals("end_turn", message.path("stop_reason").asText());
      assertEquals(4, message.at("/usage/output_tokens").asInt());
      var sent = upstream.chats().getFirst();
      assertTrue(sent.path().endsWith("/models/m:generateContent"), sent.path());
      assertTrue(sent.text().contains("Be brief."), sent::text);
      assertSettled(upstream, box);
    }
  }

  /** A thought's number of tokens reaches a model that is known to think, at its own API. */
  @Test
  void thinking_onGemini_isABudget_ofModelsThatThink() throws Exception {
    var config =
        Gemini.CONFIG.replace(
            "models = [\"m\"]", "apis = [\"gemini\"]\nmodels = [\"m\", \"gemini-2.5-pro\"]");
    try (var upstream = google();
        var box = GatewayBox.start(config, upstream);
        var client = RawHttp.connect(box.port())) {
      var ask = "\"thinking\":{\"type\":\"enabled\",\"budget_tokens\":1500}";
      var omitted = client.post("/v1/messages", Messages.asking(3000, ask));
      assertEquals("thinking", omitted.header("X-Nexus-Translation-Omitted").orElseThrow());
      var pro = Messages.asking(3000, ask).replace("\"m\"", "\"gemini-2.5-pro\"");
      var answer = client.post("/v1/messages", pro);
      assertEquals(200, answer.status(), answer::text);
      assertTrue(answer.header("X-Nexus-Translation-Omitted").isEmpty());
      var sent = upstream.chats().getLast().json();
      assertEquals(
          1500, sent.at("/generationConfig/thinkingConfig/thinkingBudget").asInt(), sent::toString);
      var short_ = client.post("/v1/messages", pro.replace("3000", "1500"));
      assertEquals("thinking", short_.header("X-Nexus-Translation-Omitted").orElseThrow());
      var response =
          Responses.send(
              box, Responses.body("gemini-2.5-pro", "\"reasoning\":{\"effort\":\"high\"}"));
      assertEquals(200, response.status(), response::text);
      sent = upstream.chats().getLast().json();
      assertEquals(4096, sent.at("/generationConfig/thinkingConfig/thinkingBudget").asInt());
    }
  }

  /** Models that speak Messages differ in how the amount is set. */
  @Test
  void effort_onMessages_isNamedAsTheClientSentIt() throws Exception {
    try (var upstream = claude();
        var box =
            GatewayBox.start(Messages.CONFIG.replace("\"m\"", "\"claude-sonnet-4-5\""), upstream)) {
      var body = Responses.body("claude-sonnet-4-5", "\"reasoning\":{\"effort\":\"high\"}");
      Answer answer = Responses.send(box, body);
      assertEquals(200, answer.status(), answer::text);
      assertEquals("reasoning.effort", answer.header("X-Nexus-Translation-Omitted").orElseThrow());
    }
  }

  /** A refusal names the APIs of the client and the backend, and the client's field. */
  @Test
  void refusal_byWayOfChat_isInTheClientsNames() throws Exception {
    try (var upstream = google();
        var box =
            GatewayBox.start(
                Gemini.CONFIG.replace("models =", "apis = [\"gemini\"]\nmodels ="), upstream);
        var client = RawHttp.connect(box.port())) {
      var message = client.post("/v1/messages", Messages.ask("\"mystery\":1"));
      assertEquals(400, message.status(), message::text);
      assertTrue(message.text().contains("speaks the Gemini API only"), message::text);
      assertTrue(message.text().contains("that speaks the Messages API"), message::text);
      var counted = client.post("/v1/embeddings", "{\"model\":\"m\",\"input\":[1,2]}");
      assertEquals(400, counted.status(), counted::text);
      assertTrue(counted.text().contains("speaks the Gemini API only"), counted::text);
    }
    try (var upstream = claude();
        var box = GatewayBox.start(Messages.CONFIG, upstream)) {
      Answer answer =
          Responses.send(
              box, Responses.body("m", "\"text\":{\"format\":{\"type\":\"json_object\"}}"));
      assertEquals(400, answer.status(), answer::text);
      var error = GatewayBox.json(answer).path("error");
      assertEquals("text.format.type", error.path("param").asText(), answer::text);
      assertTrue(error.path("message").asText().contains("speaks the Messages API only"));
    }
  }

  /** No backend of this gateway counts tokens. */
  @Test
  void exclusion_isInWordsOfTheClient() throws Exception {
    var config = Messages.CONFIG.replace("\"anthropic\"", "\"generic\"\napis = [\"embeddings\"]");
    try (var upstream = claude();
        var box =
            GatewayBox.start(config.replace("type =", "location = \"cloud\"\ntype ="), upstream);
        var client = RawHttp.connect(box.port())) {
      var answer = client.post("/v1/messages/count_tokens", Messages.ask());
      assertFalse(answer.text().contains("messages_count"), answer::text);
      assertTrue(answer.text().contains("does not serve the counting of tokens"), answer::text);
    }
  }

  @Test
  void messageStream_onGemini_isToldEventByEvent() throws Exception {
    try (var upstream = google();
        var box =
            GatewayBox.start(
                Gemini.CONFIG.replace("models =", "apis = [\"gemini\"]\nmodels ="), upstream);
        var client = RawHttp.connect(box.port())) {
      var text = client.post("/v1/messages", Messages.streaming()).text();
      assertTrue(text.startsWith("event: message_start\n"), text);
      assertTrue(text.contains("\"type\":\"text_delta\""), text);
      assertTrue(text.contains("\"stop_reason\":\"end_turn\""), text);
      assertEquals(1, text.split("event: message_stop", -1).length - 1, text);
      assertSettled(upstream, box);
    }
  }

  /** A chat repeats the thought beside its signature. */
  @Test
  void thoughtInAStream_onMessages_isToldOnce() throws Exception {
    var empty = "{\"type\":\"thinking\",\"thinking\":\"\",\"signature\":\"\"}";
    var chunks =
        List.of(
            Messages.start(USAGE),
            Messages.event("content_block_start", "\"index\":0,\"content_block\":" + empty, 0),
            Messages.delta("{\"type\":\"thinking_delta\",\"thinking\":\"STEP-\"}"),
            Messages.delta("{\"type\":\"thinking_delta\",\"thinking\":\"ONE\"}"),
            Messages.event(
                "content_block_delta",
                "\"index\":0,\"delta\":{\"type\":\"signature_delta\",\"signature\":\"c2ln\"}",
                0),
            Messages.event("content_block_stop", "\"index\":0", 0),
            Messages.end("end_turn", "{\"output_tokens\":4}"),
            Messages.event("message_stop", "", 0));
    try (var upstream = upstream(_ -> Messages.events(chunks, USAGE));
        var box = GatewayBox.start(Messages.CONFIG, upstream)) {
      var text = Responses.send(box, Responses.body("m", "\"stream\":true")).text();
      assertTrue(text.contains("\"delta\":\"STEP-\""), text);
      assertTrue(text.contains("\"text\":\"STEP-ONE\""), text);
      assertFalse(text.contains("\"delta\":\"STEP-ONE\""), text);
      assertFalse(text.contains("STEP-ONESTEP-ONE"), text);
      assertSettled(upstream, box);
    }
  }

  private static final List<String> WORDS =
      IntStream.range(0, 40).mapToObj(number -> "word" + number + " ").toList();

  /** Speaks all of the APIs, and sends all events of a stream in one write. */
  private static UpstreamReply atOnce(UpstreamRequest request) {
    var events =
        switch (request.path()) {
          case Chats.PATH -> UpstreamReply.stream(request, WORDS, USAGE);
          case Messages.PATH -> Messages.stream(WORDS, USAGE);
          case Responses.PATH -> Responses.stream(WORDS, USAGE);
          default -> Gemini.stream(WORDS, USAGE);
        };
    var body = new StringBuilder();
    for (var chunk : events.chunks()) {
      body.append(chunk.data().contains("data: ") ? "" : "data: ").append(chunk.data());
      body.append(chunk.data().endsWith("\n\n") ? "" : "\n\n");
    }
    var bytes = Wire.bytes(body.append("data: [DONE]\n\n").toString());
    var head =
        "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Type: text/event-stream\r\n"
            + "Content-Length: %d\r\n\r\n".formatted(bytes.length);
    return new Raw(List.of(Wire.bytes(head), bytes), Pace.atOnce(), true);
  }

  /** As from a fast backend, or one that is read late. */
  @ParameterizedTest
  @CsvSource({
    "/v1/messages, chat, text",
    "/v1/messages, gemini, text",
    "/v1/responses, chat, delta",
    "/v1/responses, messages, delta",
    "/v1/chat/completions, messages, content",
  })
  void stream_whoseEventsArriveAtOnce_isTranslatedOnce(String path, String api, String field)
      throws Exception {
    var config = Messages.CONFIG.replace("\"anthropic\"", "\"generic\"\napis = [\"" + api + "\"]");
    try (var upstream = Upstream.start(ChainedTranslationTest::atOnce);
        var box =
            GatewayBox.start(config.replace("type =", "location = \"cloud\"\ntype ="), upstream);
        var client = RawHttp.connect(box.port())) {
      var body =
          path.equals(Responses.PATH)
              ? Responses.body("m", "\"stream\":true")
              : Messages.streaming();
      Answer answer = client.post(path, body);
      assertEquals(200, answer.status(), answer::text);
      assertTrue(answer.header("X-Nexus-Translated").isPresent(), answer::text);
      for (var word : WORDS) {
        var piece = "\"" + field + "\":\"" + word + "\"";
        assertEquals(1, answer.text().split(piece, -1).length - 1, piece + " in " + answer.text());
      }
    }
  }

  /** What only the provider can read of a thought goes through the client and back. */
  @Test
  void signature_onMessages_comesBackAsItWas() throws Exception {
    var thought =
        "{\"type\":\"thinking\",\"thinking\":\"I wonder\",\"signature\":\"c2lnbmVk\"},"
            + "{\"type\":\"text\",\"text\":\"four\"}";
    try (var upstream =
            upstream(
                request ->
                    UpstreamReply.json(
                        200,
                        Messages.message(
                            "[" + thought + "]", "\"end_turn\"", Messages.usage(USAGE, 4)),
                        USAGE));
        var box = GatewayBox.start(Messages.CONFIG, upstream)) {
      Answer first = Responses.send(box, Responses.body("m"));
      assertEquals(200, first.status(), first::text);
      var turns =
          "{\"model\":\"m\",\"store\":false,\"input\":[{\"role\":\"user\",\"content\":\"Hi\"},"
              + first
                  .text()
                  .replaceFirst("(?s).*?\"output\":\\[", "")
                  .replaceFirst("(?s)\\],\"parallel.*", "")
              + ",{\"role\":\"user\",\"content\":\"More\"}]}";
      Answer second = Responses.send(box, turns);
      assertEquals(200, second.status(), second::text);
      var sent = upstream.chats().getLast().json();
      assertEquals("c2lnbmVk", sent.at("/messages/1/content/0/signature").asText(), sent::toString);
      assertEquals("I wonder", sent.at("/messages/1/content/0/thinking").asText());
    }
  }

  @Test
  void localOnlyWithoutLocal_isRefusedByTheRuleOfTheApi() throws Exception {
    var broke = "monthly_limit = 0\nhard_limit_action = \"local-only\"";
    var config =
        Messages.CONFIG.replace("monthly_limit = 1\nhard_limit_action = \"reject\"", broke);
    try (var upstream = claude();
        var box = GatewayBox.start(config, upstream);
        var client = RawHttp.connect(box.port())) {
      assertEquals(402, client.post("/v1/messages", Messages.ask()).status());
      assertEquals(503, client.post(Chats.PATH, Chats.body("m")).status());
    }
  }

  @Test
  void unknownPath_ofGoogle_isToldInItsForm() throws Exception {
    try (var upstream = google();
        var box = GatewayBox.start(Gemini.CONFIG, upstream);
        var client = RawHttp.connect(box.port())) {
      Answer answer = client.get("/v1beta/cachedContents");
      assertEquals(404, answer.status());
      assertEquals("NOT_FOUND", GatewayBox.json(answer).at("/error/status").asText());
      assertEquals(
          "unknown_url", GatewayBox.json(client.get("/v1/none")).at("/error/code").asText());
    }
  }

  @Test
  void models_sayWhatTheyAreFor() throws Exception {
    var config = Gemini.CONFIG.replace("[\"m\"]", "[\"m\", \"gemini-2.5-pro\", \"my-embedder\"]");
    try (var upstream = google();
        var box = GatewayBox.start(config, upstream)) {
      var models = box.json("/v1/models").path("data");
      for (var model : models) {
        var said = model.path("nexus");
        switch (model.path("id").asText()) {
          case "gemini-2.5-pro" -> {
            assertEquals("chat", said.path("mode").asText());
            assertTrue(said.path("context_window").asLong() >= 1_000_000, said::toString);
            assertTrue(said.path("max_output_tokens").asLong() >= 65_000, said::toString);
          }
          case "my-embedder" -> assertEquals("embedding", said.path("mode").asText());
          default -> assertEquals("chat", said.path("mode").asText());
        }
      }
      assertEquals(3, models.size());
    }
  }
}
