package io.nexus.server;

import static io.nexus.server.Gemini.box;
import static io.nexus.server.Gemini.post;
import static io.nexus.server.Gemini.spent;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.nexus.server.RawHttp.Answer;
import io.nexus.server.mock.Upstream;
import io.nexus.server.mock.UpstreamReply;
import io.nexus.server.mock.UpstreamReply.Break;
import io.nexus.server.mock.UpstreamReply.Chunk;
import io.nexus.server.mock.UpstreamReply.Pace;
import io.nexus.server.mock.UpstreamUsage;
import io.nexus.server.mock.UpstreamUsage.Prices;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Google's API where money is short, a client leaves or a backend fails: never over. */
@Timeout(90)
class GeminiLimitsTest {

  private static final Prices PRICES = Prices.of("2.5", "0.25", "10", "10");
  private static final String GENERATE = Gemini.path("generateContent");

  private static JsonNode lastEvent(Answer answer) throws IOException {
    var text = answer.text();
    return GatewayBox.parse(text.substring(text.lastIndexOf("data: ") + "data: ".length()));
  }

  /** A stream of this number of tokens, each chunk with the usage so far, without an end. */
  private static UpstreamReply.Events endless(int tokens, int thoughts) {
    var chunks = new ArrayList<Chunk>();
    for (int i = 1; i <= tokens; i++) {
      var usage = new UpstreamUsage(8, 0, thoughts + i, thoughts);
      chunks.add(
          new Chunk(Gemini.chunk(Gemini.text("word "), "", usage), i == 1 ? thoughts + 1 : 1));
    }
    return Gemini.events(chunks, new UpstreamUsage(8, 0, tokens + thoughts, thoughts));
  }

  @ParameterizedTest
  @ValueSource(strings = {"streamGenerateContent?alt=sse", "streamGenerateContent"})
  void stream_thatCostsMore_isCutAsAtItsOwnLimit(String verb) throws Exception {
    try (Upstream upstream =
            Upstream.start(_ -> endless(20_000, 0).paced(Pace.everyMillis(1))).price(PRICES);
        GatewayBox box = box("0.02", upstream)) {
      var answer = post(box, Gemini.path(verb), Gemini.ask());
      assertEquals(200, answer.status(), answer::text);
      JsonNode last;
      if (verb.contains("sse")) {
        last = lastEvent(answer);
      } else {
        var array = GatewayBox.json(answer);
        last = array.get(array.size() - 1);
      }
      assertEquals("MAX_TOKENS", last.at("/candidates/0/finishReason").asText(), last::toString);
      var usage = last.path("usageMetadata");
      assertEquals(
          usage.path("promptTokenCount").asLong() + usage.path("candidatesTokenCount").asLong(),
          usage.path("totalTokenCount").asLong());
      long spent = spent(box.idle());
      assertEquals(spent, GatewayBox.nanos(usage.path("cost")));
      assertTrue(upstream.billNanos() <= spent && spent <= 20_000_000, () -> "charged " + spent);
      assertTrue(spent > 12_000_000, () -> "most of it can be spent: " + spent);
      assertEquals(usage.path("candidatesTokenCount"), last.at("/nexus/max_tokens_clamped"));
    }
  }

  /** The thoughts reported by each chunk count at once, although they are hidden. */
  @Test
  void thoughts_thatAChunkTells_areHeldForAtOnce() throws Exception {
    try (Upstream upstream =
            Upstream.start(_ -> endless(20_000, 1_200).paced(Pace.everyMillis(2))).price(PRICES);
        GatewayBox box = box("0.03", upstream)) {
      var answer = post(box, Gemini.stream(), Gemini.ask());
      assertTrue(answer.text().contains("\"finishReason\":\"MAX_TOKENS\""), answer::text);
      long spent = spent(box.idle());
      assertTrue(
          upstream.billNanos() <= spent && spent <= 30_000_000,
          () -> upstream.billNanos() + " billed, charged " + spent);
    }
  }

  /** Thoughts that are reported only at their end are metered by time. */
  @Test
  void thoughts_thatNobodyTells_areNeverOver() throws Exception {
    var chunks = new ArrayList<>(Collections.nCopies(400, new Chunk("", 10)));
    var usage = new UpstreamUsage(8, 0, 4_001, 4_000);
    chunks.add(new Chunk(Gemini.chunk(Gemini.text("so"), "STOP", usage), 1));
    try (Upstream upstream =
            Upstream.start(_ -> Gemini.events(chunks, usage).paced(Pace.everyMillis(10)))
                .price(PRICES);
        GatewayBox box = box("0.06", upstream);
        var clients = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Answer>> sent = new ArrayList<>();
      for (int i = 0; i < 6; i++) {
        sent.add(clients.submit(() -> post(box, Gemini.stream(), Gemini.ask())));
      }
      for (Future<Answer> each : sent) {
        var answer = each.get();
        assertTrue(
            answer.status() == 402 || answer.text().contains("\"finishReason\""), answer::text);
      }
      long spent = spent(box.idle());
      long billed = upstream.billNanos();
      assertTrue(billed <= spent && spent <= 60_000_000, () -> billed + " billed, " + spent);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"generateContent", "streamGenerateContent?alt=sse"})
  void manyAtTheEdgeOfTheLimit_areNeverOver(String verb) throws Exception {
    try (Upstream upstream =
            Upstream.start(
                    request -> {
                      int most = request.json().at("/generationConfig/maxOutputTokens").asInt();
                      var usage = UpstreamUsage.of(8, most);
                      return request.path().contains("stream")
                          ? Gemini.stream(Collections.nCopies(most, "word "), usage)
                              .paced(Pace.everyMillis(1))
                          : Gemini.reply(request, "Hello", usage);
                    })
                .price(PRICES);
        GatewayBox box = box("0.05", upstream);
        var clients = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Answer>> sent = new ArrayList<>();
      for (int i = 0; i < 64; i++) {
        sent.add(clients.submit(() -> post(box, Gemini.path(verb), Gemini.ask(Gemini.limit(200)))));
      }
      for (Future<Answer> each : sent) {
        int status = each.get().status();
        assertTrue(status == 200 || status == 402, () -> "status " + status);
      }
      long spent = spent(box.idle());
      long billed = upstream.billNanos();
      assertTrue(billed <= spent && spent <= 50_000_000, () -> billed + " billed, " + spent);
      assertTrue(billed >= 10_000_000, () -> "some are served: " + billed);
    }
  }

  @Test
  void client_thatLeaves_isChargedForWhatWasMade() throws Exception {
    var permits = new Semaphore(5);
    try (Upstream upstream =
            Upstream.start(_ -> endless(100, 50).paced(Pace.permits(permits))).price(PRICES);
        GatewayBox box = box("1", upstream)) {
      try (RawHttp client = RawHttp.connect(box.port())) {
        assertEquals(200, client.open(Gemini.stream(), Gemini.ask()).status());
        for (int i = 0; i < 5; i++) {
          assertTrue(client.event().isPresent());
        }
      }
      upstream.awaitCancellation(1);
      long spent = spent(box.idle());
      assertTrue(
          upstream.billNanos() >= 550_000 && spent >= upstream.billNanos(), () -> "" + spent);
    }
  }

  /** A picture in base64 is no text: what a client that left is charged shows it. */
  @Test
  void pictures_andSignatures_areNoText() throws Exception {
    var picture =
        "{\"inlineData\":{\"mimeType\":\"image/png\",\"data\":\""
            + "iVBORw0KGgo9".repeat(20_000)
            + "\"},\"thoughtSignature\":\""
            + "Ab3d".repeat(10_000)
            + "\"}";
    var unsaid =
        "{\"candidates\":[{\"content\":{\"parts\":[" + picture + "]},\"finishReason\":\"STOP\"}]}";
    try (Upstream upstream =
            Upstream.start(
                request ->
                    request.path().contains("stream")
                        ? Gemini.events(List.of(new Chunk(unsaid, 1)), UpstreamUsage.of(8, 1))
                        : Gemini.whole(unsaid, UpstreamUsage.of(8, 1)));
        GatewayBox box = box("1", upstream)) {
      assertEquals(200, post(box, Gemini.stream(), Gemini.ask()).status());
      assertEquals(200, post(box, GENERATE, Gemini.ask()).status());
      long spent = spent(box.idle());
      assertTrue(spent < 2_000_000, () -> "charged " + spent);
    }
  }

  @ParameterizedTest
  @CsvSource({"CLOSE", "RESET"})
  void backend_thatBreaksOff_isToldAndCharged(Break how) throws Exception {
    try (Upstream upstream =
            Upstream.start(
                    _ ->
                        endless(100, 0)
                            .paced(
                                part -> {
                                  if (part > 20) {
                                    Thread.sleep(5);
                                  }
                                })
                            .breakingAfter(30, how))
                .price(PRICES);
        GatewayBox box = box("1", upstream)) {
      var answer = post(box, Gemini.stream(), Gemini.ask());
      var last = lastEvent(answer);
      assertEquals(502, last.at("/error/code").asInt(), last::toString);
      assertEquals("UNAVAILABLE", last.at("/error/status").asText());
      long spent = spent(box.idle());
      assertTrue(spent >= (how == Break.CLOSE ? upstream.billNanos() : 200_000), () -> "" + spent);
    }
  }

  @Test
  void errorInsideA200_isFree_andAnotherServes() throws Exception {
    var error = "{\"error\":{\"code\":503,\"message\":\"overloaded\",\"status\":\"UNAVAILABLE\"}}";
    var config =
        Gemini.CONFIG
            + """
            [[backends]]
            name = "second"
            type = "google"
            url = "{1}"
            models = ["m"]
            priority = 200
            """;
    var usage = UpstreamUsage.of(8, 4);
    try (Upstream bad =
            Upstream.start(
                request ->
                    request.path().contains("stream")
                        ? Gemini.events(List.of(new Chunk(error, 0)), UpstreamUsage.of(0, 0))
                        : Gemini.whole(error, UpstreamUsage.of(0, 0)));
        Upstream good =
            Upstream.start(request -> Gemini.reply(request, "Hello there", usage)).price(PRICES);
        GatewayBox box = GatewayBox.start(config, bad, good)) {
      for (var path : List.of(GENERATE, Gemini.stream(), Gemini.path("streamGenerateContent"))) {
        var answer = post(box, path, Gemini.ask());
        assertEquals(200, answer.status(), answer::text);
        assertTrue(answer.text().contains("Hello"), answer::text);
        assertEquals("second", answer.header("X-Nexus-Backend").orElseThrow());
      }
      assertEquals(good.billNanos(), spent(box.idle()));
    }
  }
}
