package io.nexus.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.nexus.server.RawHttp.Answer;
import io.nexus.server.mock.Upstream;
import io.nexus.server.mock.UpstreamReply;
import io.nexus.server.mock.UpstreamUsage;
import io.nexus.server.mock.UpstreamUsage.Prices;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Embeddings and moderations: what is sent, and what they are charged. */
@Timeout(60)
class InputApisTest {

  private static final String EMBEDDINGS = "/v1/embeddings";
  private static final String VECTOR =
      "{\"object\":\"list\",\"data\":[{\"object\":\"embedding\",\"index\":0,\"embedding\":[0.5,-1e-9]}],"
          + "\"model\":\"e\",\"usage\":{\"prompt_tokens\":%d,\"total_tokens\":%d}}";

  private static String config(String limit) {
    return """
    [budget]
    monthly_limit = %s
    hard_limit_action = "reject"
    soft_limit_percent = 100
    [[backends]]
    name = "cloud"
    type = "openai"
    location = "cloud"
    url = "{0}"
    models = ["e", "omni-moderation-latest"]
    max_concurrent = 100
    [routing.aliases]
    "vectors" = "e"
    [[pricing]]
    model = "e"
    input = 2
    output = 0
    context_window = 8191
    """
        .formatted(limit);
  }

  private static UpstreamReply vector(long tokens) {
    return UpstreamReply.json(200, VECTOR.formatted(tokens, tokens), UpstreamUsage.of(tokens, 0));
  }

  private static Upstream embedding(long tokens) throws IOException {
    return Upstream.start(_ -> vector(tokens)).price(Prices.of("2", "0"));
  }

  private static Answer post(GatewayBox box, String path, String body) throws IOException {
    try (RawHttp client = RawHttp.connect(box.port())) {
      return client.post(path, body);
    }
  }

  private static long spent(JsonNode stats) {
    return GatewayBox.nanos(stats.at("/budget/current_spending_usd"));
  }

  @Test
  void embedding_isChargedAsReported_andSaysSo() throws Exception {
    String body = "{\"model\":\"vectors\", \"input\":[\"a\",\"b\"],\"encoding_format\":\"base64\"}";
    try (Upstream upstream = embedding(7);
        GatewayBox box = GatewayBox.start(config("1"), upstream)) {
      Answer answer = post(box, EMBEDDINGS, body);
      assertEquals(200, answer.status(), answer::text);
      assertEquals("0.000014", answer.header("X-Nexus-Cost").orElseThrow());
      assertEquals("reported", answer.header("X-Nexus-Cost-Precision").orElseThrow());
      assertEquals(VECTOR.formatted(7, 7).replace("}}", ",\"cost\":0.000014}}"), answer.text());
      assertEquals(body.replace("vectors", "e"), upstream.chats().getFirst().text());
      assertEquals("/v1/embeddings", upstream.chats().getFirst().path());
      assertEquals(14_000, spent(box.idle()));
      assertEquals(
          1, MetricsPage.of(box).count("nexus_requests_total", "api=\"embeddings\"", "\"200\""));
      JsonNode spend = box.json("/v1/spend?by=api");
      assertEquals("embeddings", spend.at("/data/0/group").asText(), spend::toString);
    }
  }

  /** Ids are tokens already: what a backend does not report is as many as there are. */
  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {"[1,2,3]; 3", "[[1,2,3],[4]]; 4", "[[1,2,3],[4],[5,6,7,8,9,10]]; 10"})
  void tokenIds_withoutAReport_areCounted(String input, long tokens) throws Exception {
    try (Upstream upstream =
            Upstream.start(
                _ ->
                    UpstreamReply.json(
                        200,
                        "{\"object\":\"list\",\"data\":[{\"embedding\":[1]}]}",
                        UpstreamUsage.of(tokens, 0)));
        GatewayBox box = GatewayBox.start(config("1"), upstream)) {
      Answer answer = post(box, EMBEDDINGS, "{\"model\":\"e\",\"input\":" + input + "}");
      assertEquals(200, answer.status(), answer::text);
      long charged = spent(box.idle());
      assertTrue(
          charged >= tokens * 2_000 && charged <= (tokens + 8) * 2_000,
          () -> charged + " for " + tokens);
    }
  }

  /** Each input of a list has the whole context: together they may be longer, and are believed. */
  @Test
  void batch_longerThanTheContext_isServedAndChargedWhole() throws Exception {
    String text = "word ".repeat(1_000);
    StringBuilder inputs = new StringBuilder("\"" + text + "\"");
    for (int i = 1; i < 20; i++) {
      inputs.append(",\"").append(text).append('"');
    }
    try (Upstream upstream = embedding(20_000);
        GatewayBox box = GatewayBox.start(config("1"), upstream)) {
      Answer answer = post(box, EMBEDDINGS, "{\"model\":\"e\",\"input\":[" + inputs + "]}");
      assertEquals(200, answer.status(), answer::text);
      assertEquals(40_000_000, spent(box.idle()));
    }
  }

  @Test
  void manyAtTheEdgeOfTheLimit_areNeverOver() throws Exception {
    try (Upstream upstream = embedding(1_000);
        GatewayBox box = GatewayBox.start(config("0.03"), upstream);
        var clients = Executors.newVirtualThreadPerTaskExecutor()) {
      String body = "{\"model\":\"e\",\"input\":\"" + "word ".repeat(1_000) + "\"}";
      List<Future<Answer>> sent = new ArrayList<>();
      for (int i = 0; i < 64; i++) {
        sent.add(clients.submit(() -> post(box, EMBEDDINGS, body)));
      }
      for (Future<Answer> each : sent) {
        int status = each.get().status();
        assertTrue(status == 200 || status == 429, () -> "status " + status);
      }
      while (post(box, EMBEDDINGS, body).status() == 200) {
        // Until there is no more money for the most that one can cost.
      }
      JsonNode stats = box.idle();
      assertEquals(upstream.billNanos(), spent(stats));
      assertTrue(upstream.billNanos() <= 30_000_000);
      assertTrue(upstream.billNanos() >= 18_000_000, "all of it can be spent");
      assertEquals(0, GatewayBox.nanos(stats.at("/budget/held_usd")));
    }
  }

  @Test
  void promptThatTheBudgetCannotPay_isRefusedUnsent() throws Exception {
    try (Upstream upstream = embedding(1_000);
        GatewayBox box = GatewayBox.start(config("0.0001"), upstream)) {
      String body = "{\"model\":\"e\",\"input\":\"" + "word ".repeat(1_000) + "\"}";
      assertEquals(429, post(box, EMBEDDINGS, body).status());
      Answer explained = post(box, "/v1/explain?api=embeddings", body);
      assertEquals(200, explained.status(), explained::text);
      assertEquals("reject", GatewayBox.json(explained).path("decision").asText(), explained::text);
      assertEquals(List.of(), upstream.chats());
    }
  }

  /** The explained hold is the actual hold: the most tokens of the prompt, without an answer. */
  @Test
  void explain_showsTheHold() throws Exception {
    try (Upstream upstream = embedding(1);
        GatewayBox box = GatewayBox.start(config("1"), upstream)) {
      Answer answer = post(box, "/v1/explain?api=embeddings", "{\"model\":\"e\",\"input\":[1,2]}");
      JsonNode candidate = GatewayBox.json(answer).at("/candidates/0");
      long nanos = GatewayBox.nanos(candidate.path("hold_usd"));
      assertTrue(nanos >= 4_000 && nanos <= 40_000, answer::text);
      assertEquals(0, candidate.path("max_output_tokens").asInt(-1), answer::text);
      assertEquals(400, post(box, "/v1/explain?api=none", "{}").status());
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"model\":\"e\"}",
        "{\"input\":\"x\"}",
        "{\"model\":\"e\",\"input\":[]}",
        "{\"model\":\"e\",\"input\":7}",
        "{\"model\":\"e\",\"input\":[true]}",
        "{\"model\":\"e\",\"input\":[[\"x\"]]}",
        "{\"model\":\"e\",\"input\":\"x\",\"input\":\"y\"}",
        "{\"model\":\"e\",\"Input\":\"x\",\"input\":\"y\"}",
        "[1]",
        "{\"model\":\"e\",\"input\":\"x\"} {}"
      })
  void malformed_isRefusedUnsent(String body) throws Exception {
    try (Upstream upstream = embedding(1);
        GatewayBox box = GatewayBox.start(config("1"), upstream)) {
      Answer answer = post(box, EMBEDDINGS, body);
      assertEquals(400, answer.status(), answer::text);
      assertEquals("invalid_request_error", GatewayBox.json(answer).at("/error/type").asText());
      assertEquals(List.of(), upstream.chats());
    }
  }

  @Test
  void errorInsideA200_isFree() throws Exception {
    try (Upstream upstream =
            Upstream.start(
                _ ->
                    UpstreamReply.json(
                        200,
                        "{\"error\":{\"message\":\"overloaded\",\"type\":\"server_error\"}}",
                        UpstreamUsage.of(0, 0)));
        GatewayBox box = GatewayBox.start(config("1"), upstream)) {
      assertEquals(502, post(box, EMBEDDINGS, "{\"model\":\"e\",\"input\":\"x\"}").status());
      assertEquals(0, spent(box.idle()));
    }
  }

  @Test
  void backendThatDoesNotEmbed_isNotAsked() throws Exception {
    String config = config("1").replace("max_concurrent = 100", "apis = [\"chat\"]");
    try (Upstream upstream = embedding(1);
        GatewayBox box = GatewayBox.start(config, upstream)) {
      Answer answer = post(box, EMBEDDINGS, "{\"model\":\"e\",\"input\":\"x\"}");
      assertEquals(503, answer.status(), answer::text);
      assertTrue(answer.text().contains("does not serve embeddings"), answer::text);
      assertEquals(List.of(), upstream.chats());
    }
  }

  /** It is free whatever the budget has, and need not name a model. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"input\":\"hi\"}",
        "{\"model\":\"omni-moderation-latest\",\"input\":[\"hi\"]}",
        "{\"input\":[{\"type\":\"image_url\",\"image_url\":{\"url\":\"https://example.org/a.png\"}}]}"
      })
  void moderation_isFree(String body) throws Exception {
    String result = "{\"id\":\"modr-1\",\"model\":\"m\",\"results\":[{\"flagged\":false}]}";
    try (Upstream upstream =
            Upstream.start(_ -> UpstreamReply.json(200, result, UpstreamUsage.of(0, 0)));
        GatewayBox box = GatewayBox.start(config("0"), upstream)) {
      Answer answer = post(box, "/v1/moderations", body);
      assertEquals(200, answer.status(), answer::text);
      assertEquals(result, answer.text());
      assertEquals(body, upstream.chats().getFirst().text());
      assertEquals("/v1/moderations", upstream.chats().getFirst().path());
      assertEquals(0, spent(box.idle()));
    }
  }

  @Test
  void model_isFoundByItsId_withSlashesAndWithoutATag() throws Exception {
    String config =
        config("1").replace("models = [", "models = [\"meta/llama-3\", \"llama3:latest\", ");
    try (Upstream upstream = embedding(1);
        GatewayBox box = GatewayBox.start(config, upstream)) {
      for (var asked : List.of("meta/llama-3", "llama3:latest")) {
        assertEquals(asked, box.json("/v1/models/" + asked).path("id").asText());
      }
      assertEquals("llama3:latest", box.json("/v1/models/llama3").path("id").asText());
      try (RawHttp client = RawHttp.connect(box.port())) {
        Answer none = client.get("/v1/models/meta/none");
        assertEquals(404, none.status());
        assertEquals("model_not_found", GatewayBox.json(none).at("/error/code").asText());
      }
    }
  }
}
