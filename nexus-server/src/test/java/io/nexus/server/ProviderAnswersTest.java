package io.nexus.server;

import static io.nexus.server.GatewayBox.CHAT;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nexus.server.mock.Upstream;
import io.nexus.server.mock.UpstreamReply;
import io.nexus.server.mock.UpstreamReply.Pace;
import io.nexus.server.mock.UpstreamReply.Raw;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Answers as providers really send them are charged what the provider bills. */
class ProviderAnswersTest {

  private static final String CONFIG =
      """
      [budget]
      monthly_limit = 10
      [[backends]]
      name = "cloud"
      type = "generic"
      location = "cloud"
      url = "{0}"
      models = ["m"]
      [[pricing]]
      model = "m"
      input = 2.5
      cached_input = 0.25
      cache_write = 3.125
      output = 10
      """;
  private static final String HI =
      "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"hi there\"}]}";
  private static final String STREAM = HI.replace("}]}", "}],\"stream\":true}");
  private static final String USAGE =
      STREAM.replace("}]", "}],\"stream_options\":{\"include_usage\":true}");
  private static final String JSON = "application/json";
  private static final String SSE = "text/event-stream";

  /** 7 x 2.5 + 5 x 10 = 67.5 dollars per million. */
  private static final long SMALL_NANOS = 67_500;

  private static final String SMALL =
      """
      {"id":"c1","object":"chat.completion","created":1,"model":"m","choices":[{"index":0,\
      "message":{"role":"assistant","content":"hello there"},"finish_reason":"stop"}],\
      "usage":{"prompt_tokens":7,"completion_tokens":5,"total_tokens":12}}\
      """;

  private static final String SMALL_STREAM =
      """
      data: {"id":"c1","choices":[{"index":0,"delta":{"content":"hello "},"finish_reason":null}]}

      data: {"id":"c1","choices":[{"index":0,"delta":{"content":"there"},"finish_reason":"stop"}]}

      data: {"id":"c1","choices":[],"usage":{"prompt_tokens":7,"completion_tokens":5}}

      data: [DONE]

      """;

  @ParameterizedTest
  @CsvSource({
    "01-both-names-zero.json, 0.00075, reported",
    "02-reasoning-apart.json, 0.00111, reported",
    "04-cache-names-of-anthropic.json, 0.007575, reported",
    "06-cost-of-provider.json, 0.00942, stated",
  })
  void answer_ofAProvider_costsWhatItBills(String file, String usd, String precision)
      throws Exception {
    try (Upstream upstream = Upstream.start(_ -> reply(JSON, resource(file)));
        GatewayBox box = GatewayBox.start(CONFIG, upstream)) {
      var answer = box.connect().post(CHAT, HI);
      assertEquals(200, answer.status(), answer::text);
      assertEquals(usd, Chats.header(answer, "X-Nexus-Cost"));
      assertEquals(precision, Chats.header(answer, "X-Nexus-Cost-Precision"));
      assertEquals(usd, GatewayBox.json(answer).at("/usage/cost").asText());
      assertEquals(1, count(answer.text(), "\"cost\""), answer::text);
      assertEquals(nanos(usd), spent(box));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "10-zero-usage-last.sse, 0.00225",
    "11-data-on-several-lines.sse, 0.0030175",
    "12-usage-in-choice.sse, 0.00205",
  })
  void stream_ofAProvider_costsWhatItBills(String file, String usd) throws Exception {
    try (Upstream upstream = Upstream.start(_ -> reply(SSE, resource(file)));
        GatewayBox box = GatewayBox.start(CONFIG, upstream)) {
      assertTrue(box.connect().post(CHAT, STREAM).text().endsWith("data: [DONE]\n\n"));
      assertEquals(nanos(usd), spent(box));
      var told = box.connect().post(CHAT, USAGE).text();
      var tail = told.substring(Math.max(0, told.length() - 600));
      assertTrue(told.contains("\"cost\":" + usd + "}"), tail);
      assertEquals(2 * nanos(usd), spent(box));
    }
  }

  @Test
  void stream_usageOnlyAtItsStart_costsThePromptAndWhatCame() throws Exception {
    byte[] body = resource("08-usage-only-at-start.sse");
    try (Upstream upstream = Upstream.start(_ -> reply(SSE, body));
        GatewayBox box = GatewayBox.start(CONFIG, upstream)) {
      assertEquals(
          new String(body, StandardCharsets.UTF_8), box.connect().post(CHAT, STREAM).text());
      long spent = spent(box);
      // 25 tokens of the prompt as reported, and 300 pieces of four characters.
      assertTrue(spent >= 62_500 + 3_000_000 && spent < 62_500 + 4_000_000, spent + " nanos");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "application/x-ndjson",
        "text/plain",
        "application/octet-stream",
        "application/json",
        "TEXT/Event-Stream; charset=UTF-8",
        ""
      })
  void stream_ofAnyType_isMeteredAsOne(String type) throws Exception {
    assertCharged(SMALL_NANOS, reply(type, bytes(SMALL_STREAM)), STREAM);
  }

  @ParameterizedTest
  @ValueSource(strings = {"\r\n", "\r"})
  void stream_withOtherLineEnds_isMetered(String end) throws Exception {
    assertCharged(SMALL_NANOS, reply(SSE, bytes(SMALL_STREAM.replace("\n", end))), STREAM);
  }

  @Test
  void stream_ofLenientSenders_isMetered() throws Exception {
    var lines = SMALL_STREAM.replace("\n\n", "\n");
    for (var stream :
        List.of(
            lines,
            "\uFEFF" + SMALL_STREAM,
            ": hello\n\nretry: 5\nid: 1\nevent: message\n" + SMALL_STREAM,
            SMALL_STREAM.replace("data: [DONE]\n\n", ""),
            lines.replace("data: [DONE]\n", ""),
            lines.replace("data: ", "").replace("[DONE]\n", ""))) {
      assertCharged(SMALL_NANOS, reply("application/x-ndjson", bytes(stream)), STREAM);
      assertCharged(SMALL_NANOS, reply(SSE, bytes(stream)), STREAM);
    }
  }

  @Test
  void answer_compressedUnasked_isReadAndPassedOnPlain() throws Exception {
    var encoding = "Content-Encoding: gzip\r\n";
    assertEquals(
        SMALL.replace("12}", "12,\"cost\":0.0000675}"),
        assertCharged(SMALL_NANOS, reply(JSON, gzip(SMALL), encoding), HI));
    assertEquals(
        SMALL_STREAM.replaceAll("data: .*usage.*\n\n", ""),
        assertCharged(SMALL_NANOS, reply(SSE, gzip(SMALL_STREAM), encoding), STREAM));
  }

  @Test
  void answer_withWhatJsonHasNot_isRead() throws Exception {
    assertCharged(SMALL_NANOS, reply(JSON, bytes("\uFEFF" + SMALL)), HI);
    for (var number : List.of("NaN", "Infinity", "-Infinity", "-1e999")) {
      var odd = SMALL.replace("\"index\":0,", "\"index\":0,\"logprobs\":[" + number + "],");
      assertCharged(SMALL_NANOS, reply(JSON, bytes(odd)), HI);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"choices\":[{\"index\":0,\"delta\":{\"images\":[{\"type\":\"image_url\",\"image_url\":"
            + "{\"url\":\"data:image/png;base64,@\"}}]}}]}",
        "{\"choices\":[{\"index\":0,\"delta\":{\"content\":\"![](data:image/png;base64,@)\"}}]}",
        "{\"choices\":[{\"index\":0,\"delta\":{\"content\":\"@\"}}]}",
        "{\"choices\":[{\"index\":0,\"delta\":{\"b64_json\":\"@\"}}]}",
        "{\"choices\":[{\"index\":0,\"delta\":{\"audio\":{\"data\":\"@\"}}}]}",
        "{\"choices\":[{\"index\":0,\"delta\":{\"reasoning_details\":[{\"type\":"
            + "\"reasoning.encrypted\",\"data\":\"@\"}]}}]}",
        "{\"choices\":[{\"index\":0,\"delta\":{\"thinking_blocks\":[{\"signature\":\"@\"}]}}]}",
      })
  void stream_binaryInADeltaAndTheClientLeaves_costsTheText(String chunk) throws Exception {
    var random = new java.util.Random(5);
    var picture = new byte[330_000];
    random.nextBytes(picture);
    var base64 = java.util.Base64.getEncoder().encodeToString(picture);
    var head = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n";
    var text = "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"hello\"}}]}\n\n";
    var parts =
        List.of(bytes(head + text + "data: " + chunk.replace("@", base64) + "\n\n"), bytes("x"));
    var gone = new CountDownLatch(1);
    Pace pace =
        part -> {
          if (part == 1) {
            gone.await();
          }
        };
    try (Upstream upstream = Upstream.start(_ -> new Raw(parts, pace, true));
        GatewayBox box = GatewayBox.start(CONFIG, upstream)) {
      try (RawHttp client = RawHttp.connect(box.port())) {
        client.open(CHAT, STREAM);
        assertTrue(client.event().orElseThrow().data().contains("hello"));
        assertTrue(client.event().orElseThrow().data().length() > 440_000);
      }
      gone.countDown();
      // The prompt is some ten tokens, the text two; and the time in which it showed nothing is
      // owed, two cents a second, which on a busy machine are seconds. The picture would be 1.27
      // dollars.
      long spent = spent(box);
      assertTrue(spent > 0 && spent < 300_000_000, spent + " nanos");
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "0.00005|0.00005|stated|0",
        "\"0.00005\"|0.00005|stated|0",
        "{\"input_tokens_cost\":1,\"total_cost\":0.00005}|0.00005|stated|0",
        "-0.00005|0.0000675|reported|1",
        "5000|0.0000675|reported|1",
        "1e300|0.0000675|reported|1",
        "0|0.0000675|reported|0",
        "null|0.0000675|reported|0",
        "NaN|0.0000675|reported|0",
        "\"free\"|0.0000675|reported|0",
      })
  void answer_statesItsCost_whichCountsIfItCanBe(
      String stated, String charged, String precision, int implausible) throws Exception {
    var body = SMALL.replace("\"total_tokens\":12", "\"total_tokens\":12,\"cost\":" + stated);
    try (Upstream upstream = Upstream.start(_ -> reply(JSON, bytes(body)));
        GatewayBox box = GatewayBox.start(CONFIG, upstream)) {
      var answer = box.connect().post(CHAT, HI);
      assertEquals(charged, Chats.header(answer, "X-Nexus-Cost"));
      assertEquals(precision, Chats.header(answer, "X-Nexus-Cost-Precision"));
      assertEquals(1, count(answer.text(), "\"cost\""), answer::text);
      if (!stated.startsWith("{")) {
        assertEquals(charged, GatewayBox.json(answer).at("/usage/cost").asText(), answer::text);
      }
      assertEquals(nanos(charged), spent(box));
      var metrics = MetricsPage.of(box);
      assertEquals(
          implausible, metrics.count("nexus_usage_implausible_total", "backend=\"cloud\""));
      assertEquals(
          precision.equals("stated") ? 17_500 : 0,
          metrics.nanos("nexus_stated_cost_difference_usd_total", "provider=\"generic\""));
    }
  }

  @Test
  void answer_reportsMoreThanItsLimit_costsTheLimitAndIsTold() throws Exception {
    var body = SMALL.replace("\"completion_tokens\":5", "\"completion_tokens\":5000");
    var request = HI.replace("\"model\"", "\"max_tokens\":20,\"model\"");
    try (Upstream upstream = Upstream.start(_ -> reply(JSON, bytes(body)));
        GatewayBox box = GatewayBox.start(CONFIG, upstream);
        LogCapture log = LogCapture.open()) {
      for (int i = 1; i <= 3; i++) {
        assertEquals("0.0002175", Chats.header(box.connect().post(CHAT, request), "X-Nexus-Cost"));
      }
      assertEquals(3 * 217_500, spent(box));
      assertEquals(3, MetricsPage.of(box).count("nexus_usage_implausible_total"));
      assertEquals(1, count(log.text(), "implausible usage"), log::text);
    }
  }

  @ParameterizedTest
  @CsvSource({"-5, 5", "NaN, 5", "null, 5", "\"5\", 5.0", "0, 0", "7, Infinity"})
  void answer_reportsNoNumber_costsWhatIsCounted(String prompt, String completion)
      throws Exception {
    var body =
        SMALL
            .replace("\"prompt_tokens\":7", "\"prompt_tokens\":" + prompt)
            .replace("\"completion_tokens\":5", "\"completion_tokens\":" + completion)
            .replace("12", "0");
    try (Upstream upstream = Upstream.start(_ -> reply(JSON, bytes(body)));
        GatewayBox box = GatewayBox.start(CONFIG, upstream)) {
      assertEquals(200, box.connect().post(CHAT, HI).status());
      // The prompt is 5 to 20 tokens, the answer 3 to 5, by any counter.
      long spent = spent(box);
      assertTrue(spent >= 5 * 2_500 + 3 * 10_000 && spent <= 20 * 2_500 + 5 * 10_000, spent + "");
    }
  }

  /** 1,500 tokens of input are 3,750 dollars per million, and what is counted as output is more. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'total_tokens':1500}",
        "{'total_tokens':1500,'prompt_tokens':0,'completion_tokens':0}"
      })
  void answer_reportsATotalAlone_costsAllOfIt(String said) throws Exception {
    var usage = "\"usage\":" + said.replace('\'', '"');
    var whole = SMALL.substring(0, SMALL.indexOf("\"usage\"")) + usage + "}";
    var stream =
        SMALL_STREAM.replace("\"usage\":{\"prompt_tokens\":7,\"completion_tokens\":5}", usage);
    for (boolean streams : new boolean[] {false, true}) {
      var reply = streams ? reply(SSE, bytes(stream)) : reply(JSON, bytes(whole));
      try (Upstream upstream = Upstream.start(_ -> reply);
          GatewayBox box = GatewayBox.start(CONFIG, upstream)) {
        assertEquals(200, box.connect().post(CHAT, streams ? STREAM : HI).status());
        long spent = spent(box);
        assertTrue(spent >= 3_750_000 + 3 * 7_500 && spent <= 3_750_000 + 5 * 7_500, spent + "");
      }
    }
  }

  /** Asks for an answer and gives it as the client got it. */
  private static String assertCharged(long nanos, UpstreamReply reply, String request)
      throws Exception {
    try (Upstream upstream = Upstream.start(_ -> reply);
        GatewayBox box = GatewayBox.start(CONFIG, upstream)) {
      var answer = box.connect().post(CHAT, request);
      assertEquals(200, answer.status(), answer::text);
      assertFalse(answer.text().contains("\"error\""), answer::text);
      assertEquals(nanos, spent(box), answer::text);
      return answer.text();
    }
  }

  private static long spent(GatewayBox box) throws Exception {
    var budget = box.idle().path("budget");
    assertEquals(0, GatewayBox.nanos(budget.path("held_usd")));
    return GatewayBox.nanos(budget.path("current_spending_usd"));
  }

  private static Raw reply(String type, byte[] body, String... headers) {
    var head = new StringBuilder("HTTP/1.1 200 OK\r\nConnection: close\r\n");
    if (!type.isEmpty()) {
      head.append("Content-Type: ").append(type).append("\r\n");
    }
    for (var header : headers) {
      head.append(header);
    }
    head.append("Content-Length: ").append(body.length).append("\r\n\r\n");
    return new Raw(List.of(bytes(head.toString()), body), Pace.atOnce(), true);
  }

  private static byte[] gzip(String text) throws IOException {
    var bytes = new ByteArrayOutputStream();
    try (var gzip = new GZIPOutputStream(bytes)) {
      gzip.write(bytes(text));
    }
    return bytes.toByteArray();
  }

  private static byte[] resource(String file) {
    try (InputStream in = ProviderAnswersTest.class.getResourceAsStream("providers/" + file)) {
      return Objects.requireNonNull(in, file).readAllBytes();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static int count(String text, String part) {
    return text.split(java.util.regex.Pattern.quote(part), -1).length - 1;
  }

  private static long nanos(String usd) {
    return new java.math.BigDecimal(usd).movePointRight(9).longValueExact();
  }
}
