package io.nexus.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.nexus.server.RawHttp.Answer;
import io.nexus.server.mock.Upstream;
import io.nexus.server.mock.UpstreamReply;
import io.nexus.server.mock.UpstreamReply.Chunk;
import io.nexus.server.mock.UpstreamReply.UsageChunk;
import io.nexus.server.mock.UpstreamRequest;
import io.nexus.server.mock.UpstreamUsage;
import io.nexus.server.mock.UpstreamUsage.Prices;
import java.util.Collections;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Answers of models that no counter knows, in words so long that an estimate by length is three
 * times too high, from backends that do not say what was used.
 */
@Timeout(60)
class EstimatedAnswerTest {

  private static final long PROMPT = 8;
  private static final String TOKEN = " environment";
  private static final String CONFIG =
      """
      [budget]
      monthly_limit = 0.05
      hard_limit_action = "reject"
      [[backends]]
      name = "cloud"
      type = "generic"
      location = "cloud"
      url = "{0}"
      models = ["m"]
      [[pricing]]
      model = "m"
      input = 2.5
      output = 10
      """;

  @Test
  void stream_estimatedAboveItsLimit_isChargedNoMoreThanWasHeld() throws Exception {
    try (Upstream upstream = Upstream.start(request -> stream(request, TOKEN, 4_000, 40));
        GatewayBox box = GatewayBox.start(CONFIG, upstream)) {
      upstream.price(Prices.of("2.5", "10"));

      Answer answer = Chats.send(box, Chats.body("m", "\"stream\":true", "\"max_tokens\":4000"));

      assertEquals(200, answer.status(), answer::text);
      long spent = spent(box.idle());
      assertTrue(upstream.billNanos() <= spent, spent + " of " + upstream.billNanos());
      assertTrue(spent <= cost(4_000), spent + " are more than was held");
    }
  }

  @Test
  void stream_thatIgnoresItsLimit_isChargedForWhatWasPassedOn() throws Exception {
    try (Upstream upstream = Upstream.start(request -> stream(request, " a", 1_000, 1));
        GatewayBox box = GatewayBox.start(CONFIG, upstream)) {
      upstream.price(Prices.of("2.5", "10"));

      Answer answer = Chats.send(box, Chats.body("m", "\"stream\":true", "\"max_tokens\":100"));

      assertEquals(200, answer.status(), answer::text);
      long passed = answer.text().split("\"content\"", -1).length - 1L;
      assertTrue(passed > 100, answer::text);
      long spent = spent(box.idle());
      assertTrue(spent >= cost(passed), spent + " for " + passed + " tokens");
    }
  }

  /** An icon, a second of sound, a page that was scanned: a million bytes, a few tokens. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{'type':'image_url','image_url':{'url':'data:image/png;base64,%s'}} | 20",
        "{'type':'input_audio','input_audio':{'format':'wav','data':'%s'}} | 32",
        "{'type':'file','file':{'filename':'a.pdf','file_data':'data:application/pdf;base64,%s'}} | 258",
      })
  void report_ofAPromptWithMedia_isCharged(String part, long tokens) throws Exception {
    String body =
        "{\"model\":\"m\",\"max_tokens\":10,\"messages\":[{\"role\":\"user\",\"content\":[%s]}]}"
            .formatted(part.replace('\'', '"').formatted("AAAA".repeat(330_000)));
    try (Upstream upstream =
            Upstream.start(
                request -> UpstreamReply.chat(request, "Hello", UpstreamUsage.of(tokens, 2)));
        GatewayBox box = GatewayBox.start(CONFIG.replace("0.05", "50"), upstream)) {
      upstream.price(Prices.of("2.5", "10"));

      Answer answer = Chats.send(box, body);

      assertEquals(200, answer.status(), answer::text);
      assertEquals(upstream.billNanos(), spent(box.idle()));
      assertEquals(0, MetricsPage.of(box).count("nexus_usage_implausible_total"));
    }
  }

  @Test
  void whole_estimatedAboveItsLimit_isChargedItsLimit() throws Exception {
    String body =
        "{\"model\":\"m\",\"choices\":[{\"index\":0,\"finish_reason\":\"length\","
            + "\"message\":{\"role\":\"assistant\",\"content\":\""
            + TOKEN.repeat(100)
            + "\"}}]}";
    try (Upstream upstream =
            Upstream.start(
                request -> UpstreamReply.json(200, body, UpstreamUsage.of(PROMPT, 100)));
        GatewayBox box = GatewayBox.start(CONFIG, upstream)) {
      upstream.price(Prices.of("2.5", "10"));

      Answer answer = Chats.send(box, Chats.body("m", "\"max_tokens\":100"));

      assertEquals(200, answer.status(), answer::text);
      assertEquals(upstream.billNanos(), spent(box.idle()));
    }
  }

  private static UpstreamReply stream(
      UpstreamRequest request, String token, int tokens, int aChunk) {
    String text = UpstreamReply.token(request, token.repeat(aChunk), "null");
    return UpstreamReply.events(
            Collections.nCopies(tokens / aChunk, new Chunk(text, aChunk)),
            UpstreamUsage.of(PROMPT, tokens))
        .usageChunk(UsageChunk.NEVER);
  }

  private static long cost(long tokens) {
    return UpstreamUsage.of(PROMPT, tokens).nanos(Prices.of("2.5", "10"));
  }

  private static long spent(JsonNode stats) {
    return GatewayBox.nanos(stats.at("/budget/current_spending_usd"));
  }
}
