package io.nexus.server;

import static io.nexus.server.Gemini.post;
import static io.nexus.server.Gemini.spent;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nexus.server.RawHttp.Answer;
import io.nexus.server.RawHttp.Event;
import io.nexus.server.mock.Upstream;
import io.nexus.server.mock.UpstreamReply;
import io.nexus.server.mock.UpstreamRequest;
import io.nexus.server.mock.UpstreamUsage;
import io.nexus.server.mock.UpstreamUsage.Prices;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Google's API: what is sent on, and what comes back. */
@Timeout(60)
class GeminiTest {

  private static final UpstreamUsage USAGE = new UpstreamUsage(20, 8, 12, 5);

  /** 12 tokens at 2.5, 8 at 0.25 and 12 at 10. */
  private static final long NANOS = 30_000 + 2_000 + 120_000;

  private static Upstream upstream() throws IOException {
    return Upstream.start(request -> Gemini.reply(request, "Hello from upstream", USAGE))
        .price(Prices.of("2.5", "0.25", "10", "10"));
  }

  private static List<String> stream(GatewayBox box, String body) throws IOException {
    try (RawHttp client = RawHttp.connect(box.port())) {
      assertEquals(200, client.open(Gemini.stream(), body).status());
      return client.events().stream().map(Event::data).toList();
    }
  }

  @Test
  void answer_isPassedOn_andChargedAsReported() throws Exception {
    try (Upstream upstream = upstream();
        GatewayBox box =
            GatewayBox.of(
                    Gemini.CONFIG.replace("url =", "api_key_env = \"G_KEY\"\nurl ="), upstream)
                .with("G_KEY", "google-secret")
                .start()) {
      var body = Gemini.ask("\"unknown_field\":[1]", "\"generation_config\":{\"topP\":0.5}");
      var answer = post(box, Gemini.path("generateContent"), body);
      assertEquals(200, answer.status(), answer::text);
      assertEquals("0.000152", answer.header("X-Nexus-Cost").orElseThrow());
      assertEquals("reported", answer.header("X-Nexus-Cost-Precision").orElseThrow());
      var made = Gemini.chunk(Gemini.text("Hello from upstream"), "STOP", USAGE);
      assertEquals(
          made.replace("\"totalTokenCount\":32", "\"totalTokenCount\":32,\"cost\":0.000152"),
          answer.text());
      var sent = upstream.chats().getFirst();
      assertEquals("/v1/models/m:generateContent", sent.path());
      assertEquals("google-secret", sent.header("x-goog-api-key").orElseThrow());
      assertEquals(
          body.replace("{\"topP\":0.5}", "{\"maxOutputTokens\":" + limit(sent) + ",\"topP\":0.5}"),
          sent.text());
      assertEquals(NANOS, spent(box.idle()));
      assertEquals(
          1, MetricsPage.of(box).count("nexus_requests_total", "api=\"gemini\"", "\"200\""));
    }
  }

  private static long limit(UpstreamRequest request) {
    var config = request.json().path("generationConfig");
    return (config.isMissingNode() ? request.json().path("generation_config") : config)
        .path("maxOutputTokens")
        .asLong();
  }

  @Test
  void stream_isPassedOn_andChargedOnce() throws Exception {
    try (Upstream upstream = upstream();
        GatewayBox box = GatewayBox.start(Gemini.CONFIG, upstream)) {
      var body = Gemini.ask();
      var events = stream(box, body);
      var made =
          (UpstreamReply.Events)
              Gemini.reply(upstream.chats().getFirst(), "Hello from upstream", USAGE);
      var expected = new ArrayList<String>();
      made.chunks().forEach(chunk -> expected.add(chunk.data()));
      var last = expected.removeLast();
      expected.add(
          last.replace("\"totalTokenCount\":32", "\"totalTokenCount\":32,\"cost\":0.000152"));
      assertEquals(expected, events);
      var sent = upstream.chats().getFirst();
      assertEquals("/v1/models/m:streamGenerateContent?alt=sse", sent.path());
      assertEquals(body, sent.text());
      assertEquals(NANOS, spent(box.idle()));
      assertEquals(upstream.billNanos(), NANOS);
    }
  }

  /** Without {@code alt=sse} it is one array, whose elements come as they are made. */
  @Test
  void stream_asArray_isValidAndChargedTheSame() throws Exception {
    try (Upstream upstream = upstream();
        GatewayBox box = GatewayBox.start(Gemini.CONFIG, upstream)) {
      var answer = post(box, Gemini.path("streamGenerateContent"), Gemini.ask());
      assertEquals(200, answer.status(), answer::text);
      assertTrue(answer.header("Content-Type").orElseThrow().startsWith("application/json"));
      var array = GatewayBox.json(answer);
      assertEquals(3, array.size(), answer::text);
      assertEquals("Hello ", array.at("/0/candidates/0/content/parts/0/text").asText());
      assertEquals("STOP", array.at("/2/candidates/0/finishReason").asText());
      assertEquals(152_000, GatewayBox.nanos(array.at("/2/usageMetadata/cost")));
      assertTrue(upstream.chats().getFirst().path().endsWith("?alt=sse"));
      assertEquals(NANOS, spent(box.idle()));
    }
  }

  @Test
  void errors_areInGooglesEnvelope() throws Exception {
    var config =
        Gemini.CONFIG
            + """
            [[keys]]
            name = "app"
            key_env = "APP"
            [[keys]]
            name = "poor"
            key_env = "POOR"
            [[budgets]]
            name = "none"
            match = { key = "poor" }
            limit = 0
            hard_limit_action = "reject"
            """;
    try (Upstream upstream = upstream();
        GatewayBox box =
            GatewayBox.of(config, upstream)
                .with("APP", "nx-app")
                .with("POOR", "nx-poor")
                .asking("nx-app")
                .start()) {
      var generate = Gemini.path("generateContent");
      var poor = post(box, generate, Gemini.ask(), "x-goog-api-key: nx-poor");
      assertError(poor, 402, "RESOURCE_EXHAUSTED");
      assertTrue(poor.text().contains("Budget limit exceeded, request rejected"), poor::text);
      assertEquals(
          "none",
          GatewayBox.json(poor).at("/error/details/0/metadata/budget").asText(),
          poor::text);
      assertError(
          post(box, Gemini.stream(), Gemini.ask(), "x-goog-api-key: nx-poor"),
          402,
          "RESOURCE_EXHAUSTED");
      assertError(post(box, generate, Gemini.ask()), 401, "UNAUTHENTICATED");
      assertError(
          post(box, "/v1beta/models/x:generateContent?key=nx-app", Gemini.ask()), 404, "NOT_FOUND");
      assertError(post(box, "/v1beta/models/m:predict?key=nx-app", Gemini.ask()), 404, "NOT_FOUND");
      assertError(
          post(box, generate, "{", "Authorization: Bearer nx-app"), 400, "INVALID_ARGUMENT");
      var missing = post(box, generate + "?key=nx-app", "{}");
      assertError(missing, 400, "INVALID_ARGUMENT");
      assertEquals(
          "contents",
          GatewayBox.json(missing).at("/error/details/1/fieldViolations/0/field").asText());
      try (RawHttp client = RawHttp.connect(box.port())) {
        assertError(client.get("/v1beta/models"), 401, "UNAUTHENTICATED");
        assertError(client.get("/v1beta/models/none", "x-goog-api-key: nx-app"), 404, "NOT_FOUND");
        var list = client.get("/v1/models", "x-goog-api-key: nx-app");
        assertEquals("models/m", GatewayBox.json(list).at("/models/0/name").asText(), list::text);
        var one = client.get("/v1beta/models/m", "x-goog-api-key: nx-app");
        assertEquals("models/m", GatewayBox.json(one).path("name").asText(), one::text);
        var openAi = client.get("/v1/models", "Authorization: Bearer nx-app");
        assertEquals("list", GatewayBox.json(openAi).path("object").asText(), openAi::text);
      }
      assertEquals(List.of(), upstream.chats());
    }
  }

  private static void assertError(Answer answer, int status, String name) throws IOException {
    assertEquals(status, answer.status(), answer::text);
    var error = GatewayBox.json(answer).path("error");
    assertEquals(status, error.path("code").asInt(), answer::text);
    assertEquals(name, error.path("status").asText(), answer::text);
    assertFalse(error.path("message").asText().isEmpty(), answer::text);
  }

  /** Whichever of them a server goes by, the other would be what is paid. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "'generationConfig':{'maxOutputTokens':5,'max_output_tokens':5000}",
        "'generationConfig':{},'generation_config':{'maxOutputTokens':5000}",
        "'generationConfig':{'maxOutputTokens':5},'generationConfig':{'maxOutputTokens':9}",
        "'generationConfig':{'candidateCount':1,'candidate_count':8}",
        "'generationConfig':{'thinkingConfig':{'thinkingBudget':0,'thinking_budget':9000}}",
        "'generationConfig':{'thinkingConfig':{},'thinking_config':{}}",
        "'generationConfig':{'MaxOutputTokens':5}",
        "'generationConfig':{'maxoutputtokens':5}",
        "'generationConfig':{'max-output-tokens':5}",
        "'GenerationConfig':{}",
        "'cachedContent':'cachedContents/a','cached_content':'cachedContents/b'",
        "'systemInstruction':{'parts':[]},'system_instruction':{'parts':[{'text':'long'}]}",
        "'tools':[],'tools':[{'googleSearch':{}}]",
        "'tools':[{'googleSearch':null,'google_search':{}}]",
        "'contents':[]",
        "'generationConfig':{'maxOutputTokens':'5'}",
        "'generationConfig':{'maxOutputTokens':0}",
        "'generationConfig':{'candidateCount':1000}",
        "'model':'models/other'"
      })
  void fields_thatSayTwoThings_areRefusedUnsent(String fields) throws Exception {
    try (Upstream upstream = upstream();
        GatewayBox box = GatewayBox.start(Gemini.CONFIG, upstream)) {
      var body = Gemini.ask(fields.replace('\'', '"'));
      var answer = post(box, Gemini.path("generateContent"), body);
      assertError(answer, 400, "INVALID_ARGUMENT");
      assertEquals(List.of(), upstream.chats());
    }
  }
}
