package io.nexus.server;

import static io.nexus.server.Gemini.box;
import static io.nexus.server.Gemini.post;
import static io.nexus.server.Gemini.spent;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nexus.server.mock.Upstream;
import io.nexus.server.mock.UpstreamUsage;
import io.nexus.server.mock.UpstreamUsage.Prices;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Requests to Google's API: what is changed in them, and what they may cost. */
@Timeout(60)
class GeminiRequestTest {

  private static final Prices PRICES = Prices.of("2.5", "0.25", "10", "10");
  private static final String GENERATE = Gemini.path("generateContent");

  /** A limit that the budget pays for takes a budget of thoughts with it. */
  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '|',
      value = {
        "'generationConfig':{'maxOutputTokens':9000,'thinkingConfig':{'thinkingBudget':8000}}; 'generationConfig':{'maxOutputTokens':N,'thinkingConfig':{'thinkingBudget':M}}",
        "'generation_config':{'max_output_tokens':9000}; 'generation_config':{'max_output_tokens':N}",
        "'generationConfig':{'thinking_config':{'thinking_budget':-1}}; 'generationConfig':{'maxOutputTokens':N,'thinking_config':{'thinking_budget':-1}}",
        "'generationConfig':{ }; 'generationConfig':{'maxOutputTokens':N }",
        "'generationConfig':null; 'generationConfig':{'maxOutputTokens':N}",
        "'safetySettings':[]; 'safetySettings':[],'generationConfig':{'maxOutputTokens':N}"
      })
  void limits_areLoweredTogether_whereTheyStand(String asked, String sent) throws Exception {
    try (Upstream upstream =
            Upstream.start(request -> Gemini.reply(request, "Hello there", UpstreamUsage.of(8, 4)))
                .price(PRICES);
        GatewayBox box = box("0.03", upstream)) {
      var answer = post(box, GENERATE, Gemini.ask(asked.replace('\'', '"')));
      assertEquals(200, answer.status(), answer::text);
      var body = upstream.chats().getFirst();
      var config = body.json().path("generationConfig");
      var there = config.isMissingNode() ? body.json().path("generation_config") : config;
      long limit = there.path("maxOutputTokens").asLong(there.path("max_output_tokens").asLong());
      assertTrue(limit > 1_024 && limit < 3_000, () -> "limit " + limit);
      assertEquals(
          Gemini.ask(
              sent.replace('\'', '"').replace(":N", ":" + limit).replace(":M", ":" + limit / 2)),
          body.text());
    }
  }

  @Test
  void alias_isPutWhereverTheModelStands() throws Exception {
    var config =
        Gemini.CONFIG
            + """
            [routing.aliases]
            "gemini-flash" = "m"
            """;
    var vectors = "{\"embeddings\":[{\"values\":[1,2]},{\"values\":[3,4]}]}";
    try (Upstream upstream =
            Upstream.start(
                request ->
                    request.path().contains("mbed")
                        ? Gemini.whole(vectors, UpstreamUsage.of(4, 0))
                        : Gemini.reply(request, "Hello there", UpstreamUsage.of(8, 4)));
        GatewayBox box = GatewayBox.start(config, upstream)) {
      var body =
          """
          {"requests":[{"model":"models/gemini-flash","content":{"parts":[{"text":"one two"}]}},
          {"model":"gemini-flash","content":{"parts":[{"text":"three"}]}, "taskType":"X"}]}""";
      var answer = post(box, "/v1beta/models/gemini-flash:batchEmbedContents", body);
      assertEquals(200, answer.status(), answer::text);
      assertEquals(vectors, answer.text());
      var sent = upstream.chats().getFirst();
      assertEquals("/v1/models/m:batchEmbedContents", sent.path());
      assertEquals(body.replace("gemini-flash", "m"), sent.text());
      var other = post(box, "/v1beta/models/m:batchEmbedContents", body);
      assertEquals(400, other.status(), other::text);
      long spent = spent(box.idle());
      assertTrue(spent >= 4 * 2_500 && spent <= 30 * 2_500, () -> "counted: " + spent);
    }
  }

  @Test
  void counting_isFree_andPassedOn() throws Exception {
    var count = "{\"totalTokens\":31,\"promptTokensDetails\":[]}";
    try (Upstream upstream = Upstream.start(_ -> Gemini.whole(count, UpstreamUsage.of(0, 0)));
        GatewayBox box = box("0", upstream)) {
      var body =
          "{\"generateContentRequest\":{\"model\":\"models/m\",\"contents\":[{\"parts\":[{\"text\":\"x\"}]}]}}";
      for (var each : List.of(Gemini.ask(), body)) {
        var answer = post(box, Gemini.path("countTokens"), each);
        assertEquals(200, answer.status(), answer::text);
        assertEquals(count, answer.text());
      }
      assertEquals(body, upstream.chats().getLast().text());
      assertEquals(0, spent(box.idle()));
    }
  }

  /** Files, caches and tools that run at the provider have no bound in the body. */
  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '|',
      value = {
        "'cachedContent':'cachedContents/a'; cachedContent",
        "'tools':[{'google_search':{}}]; tools.googleSearch",
        "'tools':[{'urlContext':{}}]; tools.urlContext",
        "'tools':[{'code_execution':{}}]; tools.codeExecution",
        "'tools':[{'fileSearch':{'fileSearchStoreNames':['a']}}]; tools.fileSearch",
        "'tools':[{'someNewTool':{}}]; tools.someNewTool",
        "'systemInstruction':{'parts':[{'file_data':{'file_uri':'https://x/y'}}]}; systemInstruction.parts.fileData.fileUri"
      })
  void parts_withoutABound_areNamedWhereTheyAreDenied(String field, String name) throws Exception {
    var config =
        Gemini.CONFIG.replace("monthly_limit = 1", "monthly_limit = 1\nunbounded = \"deny\"");
    try (Upstream upstream = Upstream.answering("Hi", UpstreamUsage.of(1, 1));
        GatewayBox box = GatewayBox.start(config, upstream)) {
      var answer = post(box, GENERATE, Gemini.ask(field.replace('\'', '"')));
      assertEquals(400, answer.status(), answer::text);
      assertTrue(answer.text().contains("'" + name + "'"), answer::text);
      assertEquals(List.of(), upstream.chats());
    }
  }

  @Test
  void explain_showsTheHoldOfAStream() throws Exception {
    try (Upstream upstream = Upstream.answering("Hi", UpstreamUsage.of(1, 1));
        GatewayBox box = box("1", upstream)) {
      var answer =
          post(
              box,
              "/v1/explain?api=gemini&target=m:streamGenerateContent",
              Gemini.ask(Gemini.limit(100)));
      var first = GatewayBox.json(answer).at("/candidates/0");
      assertEquals(100, first.path("max_output_tokens").asInt(), answer::text);
      assertTrue(GatewayBox.nanos(first.path("hold_usd")) >= 1_000_000, answer::text);
    }
  }
}
