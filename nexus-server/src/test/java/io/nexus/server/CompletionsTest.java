package io.nexus.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.nexus.server.RawHttp.Answer;
import io.nexus.server.mock.Upstream;
import io.nexus.server.mock.UpstreamReply;
import io.nexus.server.mock.UpstreamRequest;
import io.nexus.server.mock.UpstreamUsage;
import io.nexus.server.mock.UpstreamUsage.Prices;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Completions of a text: what is sent, and what they are charged. */
@Timeout(60)
class CompletionsTest {

  private static final String PATH = "/v1/completions";

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

  private static UpstreamReply text(String text, long prompt, long output) {
    return UpstreamReply.json(
        200,
        """
        {"id":"cmpl-1","object":"text_completion","created":1700000000,"model":"m",\
        "choices":[{"text":"%s","index":0,"logprobs":null,"finish_reason":"stop"}],\
        "usage":{"prompt_tokens":%d,"completion_tokens":%d,"total_tokens":%d}}"""
            .formatted(text, prompt, output, prompt + output),
        UpstreamUsage.of(prompt, output));
  }

  private static Answer post(GatewayBox box, String body) throws IOException {
    try (RawHttp client = RawHttp.connect(box.port())) {
      return client.post(PATH, body);
    }
  }

  private static long spent(JsonNode stats) {
    return GatewayBox.nanos(stats.at("/budget/current_spending_usd"));
  }

  /** Its requests have no limit in them by default, which means sixteen tokens. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"model\":\"m\",\"prompt\":\"hi\"}",
        "{\"model\":\"m\",\"prompt\":[\"hi\"],\"suffix\":\"x\"}",
        "{\"model\":\"m\",\"prompt\":[1,2]}",
        "{\"model\":\"m\"}"
      })
  void completion_isChargedAsReported(String body) throws Exception {
    try (Upstream upstream = upstream(_ -> text("one two three", 2, 3));
        GatewayBox box = GatewayBox.start(config("1"), upstream)) {
      Answer answer = post(box, body);
      assertEquals(200, answer.status(), answer::text);
      assertTrue(answer.text().contains("\"cost\":0.000035}"), answer::text);
      assertEquals(35_000, spent(box.idle()));
      UpstreamRequest sent = upstream.chats().getFirst();
      assertEquals(PATH, sent.path());
      assertEquals(16, sent.json().path("max_tokens").asInt());
    }
  }

  /** Each of several prompts gets all requested answers, and the hold covers them. */
  @Test
  void promptsTimesChoices_areHeldFor() throws Exception {
    String body =
        "{\"model\":\"m\",\"prompt\":[\"a\",\"b\",\"c\"],\"n\":2,\"best_of\":4,\"max_tokens\":1000}";
    try (Upstream upstream = upstream(_ -> text("x", 3, 12_000));
        GatewayBox box = GatewayBox.start(config("0.13"), upstream);
        RawHttp client = RawHttp.connect(box.port())) {
      JsonNode explained = GatewayBox.json(client.post("/v1/explain?api=completions", body));
      long held = GatewayBox.nanos(explained.at("/candidates/0/hold_usd"));
      assertTrue(held >= 120_000_000 && held <= 121_000_000, explained::toString);
      assertEquals(200, post(box, body).status());
      assertEquals(upstream.billNanos(), spent(box.idle()));
    }
  }

  /** The prompt in the answer is paid as input: the report of few output tokens is right. */
  @Test
  void echo_isNotTakenForOutput() throws Exception {
    String prompt = "word ".repeat(400);
    try (Upstream upstream = upstream(_ -> text(prompt + "end", 400, 1));
        GatewayBox box = GatewayBox.start(config("1"), upstream)) {
      Answer answer =
          post(
              box,
              "{\"model\":\"m\",\"prompt\":\"" + prompt + "\",\"echo\":true,\"max_tokens\":1}");
      assertEquals("reported", answer.header("X-Nexus-Cost-Precision").orElseThrow());
      assertEquals(upstream.billNanos(), spent(box.idle()));
    }
  }

  private static String event(String text, String reason) {
    return "data: {\"id\":\"cmpl-1\",\"object\":\"text_completion\",\"created\":17,\"model\":\"m\","
        + "\"choices\":[{\"text\":\""
        + text
        + "\",\"index\":0,\"logprobs\":null,\"finish_reason\":"
        + reason
        + "}]}\n\n";
  }

  private static UpstreamReply stream(String... events) {
    return UpstreamReply.raw(
        "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n",
        String.join("", events));
  }

  @Test
  void stream_isPassedOnAndCounted() throws Exception {
    String usage =
        "data: {\"id\":\"cmpl-1\",\"object\":\"text_completion\",\"created\":17,\"model\":\"m\","
            + "\"choices\":[],\"usage\":{\"prompt_tokens\":2,\"completion_tokens\":2}}\n\n";
    String done = "data: [DONE]\n\n";
    try (Upstream upstream =
            upstream(_ -> stream(event("Hello", "null"), event(" you", "\"stop\""), usage, done));
        GatewayBox box = GatewayBox.start(config("1"), upstream)) {
      Answer answer =
          post(box, "{\"model\":\"m\",\"prompt\":\"hi\",\"stream\":true,\"max_tokens\":5}");
      assertEquals(event("Hello", "null") + event(" you", "\"stop\"") + done, answer.text());
      assertEquals(25_000, spent(box.idle()));
      assertEquals(
          "true", upstream.chats().getFirst().json().at("/stream_options/include_usage").asText());
    }
  }

  /** A stream that the budget ends, ends as one that has reached its length. */
  @Test
  void stream_cutAtTheBudget_endsInItsOwnForm() throws Exception {
    String[] events = new String[4_000];
    Arrays.fill(events, event("word ", "null"));
    try (Upstream upstream = upstream(_ -> stream(events));
        GatewayBox box = GatewayBox.start(config("0.01"), upstream)) {
      Answer answer =
          post(
              box,
              "{\"model\":\"m\",\"prompt\":\"hi\",\"stream\":true,\"max_tokens\":4000,"
                  + "\"stream_options\":{\"include_usage\":true}}");
      assertTrue(answer.text().endsWith("data: [DONE]\n\n"), answer::text);
      List<String> lines =
          answer.text().lines().filter(line -> line.startsWith("data: {")).toList();
      JsonNode last = GatewayBox.parse(lines.get(lines.size() - 2).substring(6));
      assertEquals("text_completion", last.path("object").asText());
      assertEquals("length", last.at("/choices/0/finish_reason").asText());
      assertEquals("", last.at("/choices/0/text").asText("none"));
      assertTrue(GatewayBox.parse(lines.getLast().substring(6)).at("/usage/cost").isNumber());
      JsonNode stats = box.idle();
      // The backend heeds no limit: it is cut as soon as that is sure.
      assertTrue(spent(stats) < 16_000_000, stats::toString);
      assertEquals(0, GatewayBox.nanos(stats.at("/budget/held_usd")));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"prompt\":\"x\"}",
        "{\"model\":\"m\",\"prompt\":7}",
        "{\"model\":\"m\",\"prompt\":\"x\",\"suffix\":1}",
        "{\"model\":\"m\",\"prompt\":\"x\",\"Max_Tokens\":1}",
        "{\"model\":\"m\",\"prompt\":\"x\",\"n\":0}",
        "{\"model\":\"m\",\"prompt\":\"x\",\"echo\":\"yes\"}"
      })
  void malformed_isRefusedUnsent(String body) throws Exception {
    try (Upstream upstream = upstream(_ -> text("x", 1, 1));
        GatewayBox box = GatewayBox.start(config("1"), upstream)) {
      assertEquals(400, post(box, body).status());
      assertEquals(List.of(), upstream.chats());
    }
  }
}
