package io.nexus.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.nexus.server.RawHttp.Answer;
import io.nexus.server.mock.Upstream;
import io.nexus.server.mock.UpstreamUsage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Requests whose body does not bound their cost: held at the model's context window, or refused.
 */
class UnboundedTest {

  private static final String CONFIG =
      """
      [budget]
      monthly_limit = 10
      hard_limit_action = "reject"
      unbounded = "@"
      [[backends]]
      name = "cloud"
      type = "generic"
      location = "cloud"
      url = "{0}"
      models = ["m", "w"]
      [[backends]]
      name = "desk"
      type = "vllm"
      url = "{0}"
      models = ["own"]
      [[pricing]]
      model = "m"
      input = 2.5
      output = 10
      [[pricing]]
      model = "w"
      input = 2.5
      output = 10
      context_window = 128000
      """;

  private static final String FILE =
      "{\"role\":\"user\",\"content\":[{\"type\":\"file\",\"file\":{\"file_id\":\"file-1\"}}]}";

  private static String withFile(String model) {
    return "{\"model\":\"" + model + "\",\"max_tokens\":100,\"messages\":[" + FILE + "]}";
  }

  private static String with(String model, String field) {
    return Chats.body(model, "\"max_tokens\":100", field.replace('\'', '"'));
  }

  private static JsonNode explain(GatewayBox box, String body) throws Exception {
    try (RawHttp client = RawHttp.connect(box.port())) {
      Answer answer = client.post("/v1/explain", body);
      assertEquals(200, answer.status(), answer::text);
      return GatewayBox.json(answer);
    }
  }

  private static long held(JsonNode explained) {
    return GatewayBox.nanos(explained.at("/candidates/0/hold_usd"));
  }

  @Test
  void hold_fileById_isForTheWholeContextWindow() throws Exception {
    try (Upstream upstream = Upstream.answering("Hi", UpstreamUsage.of(100_000, 5));
        GatewayBox box = GatewayBox.start(CONFIG.replace("@", "hold"), upstream)) {
      assertEquals(128_000 * 2_500L + 100 * 10_000, held(explain(box, withFile("w"))));
      assertEquals(
          1_048_576 * 2_500L + 100 * 10_000,
          held(explain(box, withFile("m"))),
          "where the window is not known it is taken to be of a million tokens");
      assertEquals(0, held(explain(box, withFile("own"))), "free stays free");

      Answer answer = Chats.send(box, withFile("w"));

      assertEquals(200, answer.status(), answer::text);
      JsonNode stats = box.idle();
      assertEquals(
          100_000 * 2_500L + 5 * 10_000,
          GatewayBox.nanos(stats.at("/budget/current_spending_usd")),
          "the bill was held for");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "'web_search_options':{}",
        "'tools':[{'type':'web_search'}]",
        "'plugins':[{'id':'web'}]",
        "'previous_response_id':'resp_1'",
        "'prompt':{'id':'pmpt_1'}",
        "'search_parameters':{'mode':'auto'}",
      })
  void hold_fieldThatStandsForMore_isForTheWholeContextWindow(String field) throws Exception {
    try (Upstream upstream = Upstream.answering("Hi", UpstreamUsage.of(10, 5));
        GatewayBox box = GatewayBox.start(CONFIG.replace("@", "hold"), upstream)) {
      assertTrue(held(explain(box, with("w", field))) >= 128_000 * 2_500L + 100 * 10_000);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "web_search_options | 'web_search_options':{}",
        "tools | 'tools':[{'type':'web_search'}]",
        "plugins | 'plugins':[{'id':'web'}]",
        "previous_response_id | 'previous_response_id':'resp_1'",
        "provider | 'provider':{'sort':'latency'}",
      })
  void deny_fieldThatStandsForMore_is400AndNamesIt(String name, String field) throws Exception {
    try (Upstream upstream = Upstream.answering("Hi", UpstreamUsage.of(10, 5));
        GatewayBox box = GatewayBox.start(CONFIG.replace("@", "deny"), upstream)) {
      JsonNode error = denied(box, with("m", field));
      assertEquals(name, error.path("param").asText());
      assertEquals(200, Chats.send(box, with("own", field)).status(), "free is served");
      assertEquals(200, Chats.send(box, Chats.body("m")).status());
      assertEquals(2, upstream.chats().size());
      JsonNode explained = explain(box, with("m", field));
      assertEquals("reject", explained.path("decision").asText());
      assertEquals("unbounded", explained.path("reason").asText());
    }
  }

  @Test
  void deny_fileById_is400AndNamesIt() throws Exception {
    try (Upstream upstream = Upstream.answering("Hi", UpstreamUsage.of(10, 5));
        GatewayBox box = GatewayBox.start(CONFIG.replace("@", "deny"), upstream)) {
      JsonNode error = denied(box, withFile("w"));
      assertEquals("messages.content.file.file_id", error.path("param").asText());
      assertFalse(error.toString().contains("file-1"), error::toString);
      assertTrue(upstream.chats().isEmpty());
    }
  }

  @Test
  void allow_fileById_isHeldForWhatTheBodyShows() throws Exception {
    try (Upstream upstream = Upstream.answering("Hi", UpstreamUsage.of(10, 5));
        GatewayBox box = GatewayBox.start(CONFIG.replace("@", "allow"), upstream)) {
      assertTrue(held(explain(box, withFile("w"))) < 200 * 2_500L + 100 * 10_000);
      assertEquals(200, Chats.send(box, withFile("w")).status());
    }
  }

  private static JsonNode denied(GatewayBox box, String body) throws Exception {
    Answer answer = Chats.send(box, body);
    assertEquals(400, answer.status(), answer::text);
    JsonNode error = GatewayBox.json(answer).path("error");
    assertEquals("unbounded_request", error.path("code").asText());
    assertEquals("invalid_request_error", error.path("type").asText());
    assertTrue(
        error.path("message").asText().contains("'" + error.path("param").asText() + "'"),
        error::toString);
    return error;
  }
}
