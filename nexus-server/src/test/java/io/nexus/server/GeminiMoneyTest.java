package io.nexus.server;

import static io.nexus.server.Gemini.answering;
import static io.nexus.server.Gemini.post;
import static io.nexus.server.Gemini.spent;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nexus.server.RawHttp.Event;
import io.nexus.server.mock.Upstream;
import io.nexus.server.mock.UpstreamReply;
import io.nexus.server.mock.UpstreamUsage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The charge of answers of Google's API: their usage and searches. */
@Timeout(60)
class GeminiMoneyTest {

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

  /** The results of searches are held without a bound, which pays for further searches. */
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

  /** An answer without a tier counts as served in the requested one. */
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

  private static List<String> stream(GatewayBox box, String body) throws IOException {
    try (RawHttp client = RawHttp.connect(box.port())) {
      assertEquals(200, client.open(Gemini.stream(), body).status());
      return client.events().stream().map(Event::data).toList();
    }
  }
}
