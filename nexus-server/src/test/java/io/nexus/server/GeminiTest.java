package io.nexus.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.nexus.server.RawHttp.Answer;
import io.nexus.server.RawHttp.Event;
import io.nexus.server.UpstreamUsage.Prices;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Google's API: what is sent on, what comes back, and what it is charged. */
@Timeout(60)
class GeminiTest {

  private static final UpstreamUsage USAGE = new UpstreamUsage(20, 8, 12, 5);

  /** 12 tokens at 2.5, 8 at 0.25 and 12 at 10. */
  private static final long NANOS = 30_000 + 2_000 + 120_000;

  private static Upstream upstream() throws IOException {
    return Upstream.start(request -> Gemini.reply(request, "Hello from upstream", USAGE))
        .price(Prices.of("2.5", "0.25", "10", "10"));
  }

  private static Upstream answering(String body) throws IOException {
    return Upstream.start(
        request ->
            request.method().equals("GET")
                ? Gemini.models("m")
                : Gemini.whole(body, UpstreamUsage.of(0, 0)));
  }

  private static Answer post(GatewayBox box, String path, String body, String... headers)
      throws IOException {
    try (RawHttp client = RawHttp.connect(box.port())) {
      return client.post(path, body, headers);
    }
  }

  private static List<String> stream(GatewayBox box, String body) throws IOException {
    try (RawHttp client = RawHttp.connect(box.port())) {
      assertEquals(200, client.open(Gemini.stream(), body).status());
      return client.events().stream().map(Event::data).toList();
    }
  }

  private static long spent(JsonNode stats) {
    assertEquals(0, GatewayBox.nanos(stats.at("/budget/held_usd")), "nothing is held");
    return GatewayBox.nanos(stats.at("/budget/current_spending_usd"));
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

  private static final String PRICES =
      """
      {"m": {"litellm_provider": "gemini", "mode": "chat",
        "input_cost_per_token": 2.5e-6, "output_cost_per_token": 1e-5,
        "cache_read_input_token_cost": 2.5e-7,
        "input_cost_per_audio_token": 7e-6, "cache_read_input_audio_token_cost": 7e-7,
        "output_cost_per_image_token": 4e-5,
        "input_cost_per_token_priority": 5e-6, "output_cost_per_token_priority": 2e-5,
        "input_cost_per_token_above_200k_tokens": 5e-6,
        "output_cost_per_token_above_200k_tokens": 2e-5,
        "search_context_cost_per_query": {"search_context_size_medium": 0.035},
        "google_maps_grounding_cost_per_query": 0.025}}
      """;

  @TempDir private static Path folder;

  /** A gateway with prices of all kinds. */
  private static GatewayBox priced(Upstream upstream) throws IOException {
    return priced("100", upstream);
  }

  private static GatewayBox priced(String limit, Upstream upstream) throws IOException {
    var file = Files.writeString(folder.resolve("prices.json"), PRICES);
    var config =
        Gemini.CONFIG.substring(0, Gemini.CONFIG.indexOf("[[pricing]]"))
            + "[pricing_files]\nlitellm = \""
            + file
            + "\"\n";
    return GatewayBox.start(
        config.replace("monthly_limit = 1", "monthly_limit = " + limit), upstream);
  }

  /** What searches find has no bound, so that more of them than is usual are paid from that. */
  @Test
  void searches_beyondWhatIsUsual_areNeverOver() throws Exception {
    var queries =
        IntStream.range(0, 40).mapToObj(i -> "\"q" + i + "\"").collect(Collectors.joining(","));
    var body =
        "{\"candidates\":[{\"content\":{\"parts\":[{\"text\":\"Hi\"}]},\"finishReason\":\"STOP\","
            + "\"groundingMetadata\":{\"webSearchQueries\":[%s]}}],".formatted(queries)
            + "\"usageMetadata\":{\"promptTokenCount\":100,\"candidatesTokenCount\":10,"
            + "\"totalTokenCount\":110},\"modelVersion\":\"gemini-3-pro\"}";
    try (Upstream upstream = answering(body);
        GatewayBox box = priced("20", upstream)) {
      var ask = Gemini.ask("\"tools\":[{\"googleSearch\":{}}]", Gemini.limit(100));
      int served = 0;
      while (post(box, Gemini.path("generateContent"), ask).status() == 200) {
        served++;
      }
      assertTrue(served >= 2, "served " + served);
      long spent = spent(box.idle());
      assertEquals(served * 1_400_350_000L, spent);
      assertTrue(spent <= 20_000_000_000L, () -> "charged " + spent);
    }
  }

  /** Of a usage, the money. */
  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '|',
      value = {
        "'promptTokenCount':100,'candidatesTokenCount':10,'totalTokenCount':110; 350_000",
        "'prompt_token_count':100,'candidates_token_count':10,'total_token_count':110; 350_000",
        "'promptTokenCount':100,'candidatesTokenCount':10,'thoughtsTokenCount':40,'totalTokenCount':150; 750_000",
        "'promptTokenCount':100,'candidatesTokenCount':10,'totalTokenCount':150; 750_000",
        "'promptTokenCount':100,'cachedContentTokenCount':80,'candidatesTokenCount':10,'totalTokenCount':110; 170_000",
        "'promptTokenCount':20,'cachedContentTokenCount':10,'candidatesTokenCount':10,'totalTokenCount':30; 127_500",
        "'promptTokenCount':100,'toolUsePromptTokenCount':50,'candidatesTokenCount':10,'totalTokenCount':160; 475_000",
        "'promptTokenCount':100,'promptTokensDetails':[{'modality':'TEXT','tokenCount':40},{'modality':'AUDIO','tokenCount':60}],'candidatesTokenCount':10,'totalTokenCount':110; 620_000",
        "'promptTokenCount':100,'candidatesTokenCount':20,'candidatesTokensDetails':[{'modality':'IMAGE','tokenCount':10}],'totalTokenCount':120; 750_000",
        "'promptTokenCount':100,'cachedContentTokenCount':60,'promptTokensDetails':[{'modality':'AUDIO','tokenCount':60}],'cacheTokensDetails':[{'modality':'AUDIO','tokenCount':60}],'candidatesTokenCount':10,'totalTokenCount':110; 242_000",
        "'promptTokenCount':100,'candidatesTokenCount':10,'totalTokenCount':110,'trafficType':'ON_DEMAND_PRIORITY'; 700_000",
        "'promptTokenCount':100,'candidatesTokenCount':10,'totalTokenCount':110,'serviceTier':'priority'; 700_000",
        "'promptTokenCount':300000,'candidatesTokenCount':10,'totalTokenCount':300010; 1_500_200_000"
      })
  void usage_isRead_byWhatItMeans(String usage, String nanos) throws Exception {
    assertCharged(usage, "", Gemini.ask(), nanos);
  }

  private static void assertCharged(String usage, String more, String ask, String nanos)
      throws Exception {
    var body =
        ("{'candidates':[{'content':{'parts':[{'text':'Hi'}]},'finishReason':'STOP'}],"
                + "'usageMetadata':{%s}%s}".formatted(usage, more))
            .replace('\'', '"');
    try (Upstream upstream = answering(body);
        GatewayBox box = priced(upstream)) {
      var answer = post(box, Gemini.path("generateContent"), ask);
      assertEquals(200, answer.status(), answer::text);
      assertEquals(Long.parseLong(nanos.replace("_", "")), spent(box.idle()), answer::text);
    }
  }

  /** By the prompt up to Gemini 2.5, then by the query; each by its own fee. */
  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '|',
      value = {
        "gemini-2.5-pro; {'webSearchQueries':['a','b','c']}; 35_350_000",
        "gemini-3-pro; {'webSearchQueries':['a','b','c','']}; 105_350_000",
        "gemini-3-pro; {'web_search_queries':['a']}; 35_350_000",
        "gemini-3-pro; {}; 350_000",
        "gemini-3-pro; {'groundingChunks':[{'web':{'uri':'u'}}]}; 35_350_000",
        "gemini-2.5-pro; {'groundingChunks':[{'maps':{'uri':'u'}}]}; 25_350_000",
        "gemini-3-pro; {'webSearchQueries':['a','b'],'groundingChunks':[{'maps':{}}]}; 50_350_000"
      })
  void searches_areChargedByTheirFee(String model, String grounding, String nanos)
      throws Exception {
    assertCharged(
        "'promptTokenCount':100,'candidatesTokenCount':10,'totalTokenCount':110",
        ",'candidates':[{'groundingMetadata':%s}],'modelVersion':'%s'".formatted(grounding, model),
        Gemini.ask("\"tools\":[{\"googleSearch\":{}}]"),
        nanos);
  }

  /** An answer that names no tier was served in the one that was asked for, as far as is known. */
  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '|',
      value = {"||; 700_000", ",'serviceTier':'standard'; 350_000"})
  void priority_isChargedAsAsked_unlessTheAnswerSaysOtherwise(String tier, String nanos)
      throws Exception {
    assertCharged(
        "'promptTokenCount':100,'candidatesTokenCount':10,'totalTokenCount':110" + tier,
        "",
        Gemini.ask("\"service_tier\":\"priority\""),
        nanos);
  }

  @Test
  void blockedPrompt_costsItsInput_inOnePieceAndAsAStream() throws Exception {
    var body =
        "{\"promptFeedback\":{\"blockReason\":\"SAFETY\"},"
            + "\"usageMetadata\":{\"promptTokenCount\":100,\"totalTokenCount\":100}}";
    try (Upstream upstream =
            Upstream.start(
                request ->
                    request.path().contains("alt=sse")
                        ? Gemini.events(
                            List.of(new UpstreamReply.Chunk(body, 0)), UpstreamUsage.of(100, 0))
                        : Gemini.whole(body, UpstreamUsage.of(100, 0)));
        GatewayBox box = GatewayBox.start(Gemini.CONFIG, upstream)) {
      assertEquals(200, post(box, Gemini.path("generateContent"), Gemini.ask()).status());
      assertEquals(250_000, spent(box.idle()));
      assertEquals(1, stream(box, Gemini.ask()).size());
      assertEquals(500_000, spent(box.idle()));
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
