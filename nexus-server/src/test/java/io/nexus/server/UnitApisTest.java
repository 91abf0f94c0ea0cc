package io.nexus.server;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nexus.server.RawHttp.Answer;
import io.nexus.server.mock.Upstream;
import io.nexus.server.mock.UpstreamReply;
import io.nexus.server.mock.UpstreamReply.Whole;
import io.nexus.server.mock.UpstreamUsage;
import io.nexus.server.mock.Wire.Header;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Images, sound and rerank: what is sent, what comes back, and what they are charged. */
@Timeout(60)
class UnitApisTest {

  private static final UpstreamUsage NONE = UpstreamUsage.of(0, 0);
  private static final String PICTURE =
      "{\"model\":\"gpt-image-1\",\"prompt\":\"\",\"size\":\"1024x1024\",\"quality\":\"low\",\"n\":1,"
          + "\"image\":[]}";

  private static String config(String provider, String limit) {
    return """
    [budget]
    monthly_limit = %s
    hard_limit_action = "reject"
    soft_limit_percent = 100
    [[backends]]
    name = "cloud"
    type = "openai"
    provider = "%s"
    location = "cloud"
    url = "{0}"
    models = ["gpt-image-1", "gpt-4o-transcribe", "whisper-1", "tts-1", "rerank-v3.5"]
    apis = ["images", "speech", "transcriptions", "rerank"]
    max_concurrent = 100
    [routing.aliases]
    "painter" = "gpt-image-1"
    "scribe" = "whisper-1"
    """
        .formatted(limit, provider);
  }

  private static Upstream answering(String body) throws IOException {
    return Upstream.start(_ -> UpstreamReply.json(200, body, NONE));
  }

  private static Answer post(GatewayBox box, String path, String body) throws IOException {
    try (RawHttp client = RawHttp.connect(box.port())) {
      return client.post(path, body);
    }
  }

  private static long spent(GatewayBox box) throws Exception {
    var stats = box.idle();
    assertEquals(0, GatewayBox.nanos(stats.at("/budget/held_usd")));
    return GatewayBox.nanos(stats.at("/budget/current_spending_usd"));
  }

  private static String form(String model, String file) {
    return "--x\r\nContent-Disposition: form-data; name=\"model\"\r\n\r\n"
        + model
        + "\r\n--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.wav\"\r\n"
        + "Content-Type: audio/wav\r\n\r\n"
        + file
        + "\r\n--x--\r\n";
  }

  /**
   * Silence of this number of seconds, 8,000 samples of a byte each; in ASCII, so that it is text
   * too.
   */
  private static String wav(int seconds) {
    var head = ByteBuffer.allocate(44).order(ByteOrder.LITTLE_ENDIAN);
    head.put("RIFF".getBytes(StandardCharsets.US_ASCII)).putInt(0);
    head.put("WAVEfmt ".getBytes(StandardCharsets.US_ASCII)).putInt(16);
    head.putShort((short) 1).putShort((short) 1).putInt(80).putInt(80);
    head.putShort((short) 1).putShort((short) 8);
    head.put("data".getBytes(StandardCharsets.US_ASCII)).putInt(0);
    return new String(head.array(), StandardCharsets.US_ASCII) + "A".repeat(80 * seconds);
  }

  @Test
  void pictureWithoutUsage_isChargedByItsSizeAndQuality() throws Exception {
    try (Upstream upstream = answering("{\"created\":1,\"data\":[{\"b64_json\":\"QUJD\"}]}");
        GatewayBox box = GatewayBox.start(config("openai", "1"), upstream)) {
      var body =
          "{\"model\":\"painter\", \"prompt\":\" \",\"size\":\"1024x1024\",\"quality\":\"low\"}";
      Answer answer = post(box, "/v1/images/generations", body);
      assertEquals(200, answer.status(), answer::text);
      assertEquals("{\"created\":1,\"data\":[{\"b64_json\":\"QUJD\"}]}", answer.text());
      assertEquals(body.replace("painter", "gpt-image-1"), upstream.chats().getFirst().text());
      assertEquals("/v1/images/generations", upstream.chats().getFirst().path());
      long charged = spent(box);
      // The prompt is counted, at $5 for a million tokens.
      assertTrue(charged >= 11_000_000 && charged <= 11_050_000, () -> charged + " charged");
    }
  }

  @Test
  void pictureWithUsage_isChargedByItsTokens_andSaysSo() throws Exception {
    var usage =
        "\"usage\":{\"input_tokens\":20,\"input_tokens_details\":{\"image_tokens\":8,"
            + "\"text_tokens\":12},\"output_tokens\":272,\"total_tokens\":292";
    var body = "{\"created\":1,\"data\":[{\"b64_json\":\"QUJD\"}]," + usage + "}}";
    try (Upstream upstream = answering(body);
        GatewayBox box = GatewayBox.start(config("openai", "1"), upstream)) {
      Answer answer =
          post(box, "/v1/images/generations", "{\"model\":\"gpt-image-1\",\"prompt\":\"a cat\"}");
      assertEquals(200, answer.status(), answer::text);
      // 12 at $5, 8 at $10 and 272 at $40 for a million.
      assertEquals(11_020_000, spent(box));
      assertEquals("0.01102", answer.header("X-Nexus-Cost").orElseThrow());
      assertEquals("reported", answer.header("X-Nexus-Cost-Precision").orElseThrow());
      assertEquals(body.replace("292}}", "292,\"cost\":0.01102}}"), answer.text());
    }
  }

  @Test
  void picturesAsAStream_passAsTheyCome_andAreChargedOnce() throws Exception {
    var events =
        "event: image_generation.partial_image\n"
            + "data: {\"type\":\"image_generation.partial_image\",\"b64_json\":\""
            + "QUJDabc1".repeat(2_000)
            + "\"}\n\n"
            + "event: image_generation.completed\n"
            + "data: {\"type\":\"image_generation.completed\",\"b64_json\":\"QUJD\","
            + "\"usage\":{\"input_tokens\":10,\"output_tokens\":372,\"total_tokens\":382}}\n\n";
    try (Upstream upstream = Upstream.start(_ -> typed("text/event-stream", events));
        GatewayBox box = GatewayBox.start(config("openai", "1"), upstream)) {
      Answer answer =
          post(
              box,
              "/v1/images/generations",
              "{\"model\":\"gpt-image-1\",\"prompt\":\"a cat\",\"stream\":true,"
                  + "\"partial_images\":1}");
      assertEquals(200, answer.status(), answer::text);
      assertEquals(events, answer.text());
      assertEquals(10 * 5_000 + 372 * 40_000, spent(box));
    }
  }

  private static Whole typed(String type, String body) {
    return typed(type, body.getBytes(StandardCharsets.UTF_8));
  }

  private static Whole typed(String type, byte[] body) {
    return new Whole(200, List.of(new Header("Content-Type", type)), body, NONE, -1);
  }

  @Test
  void editAsAForm_keepsItsBytes_butForTheModel() throws Exception {
    try (Upstream upstream = answering("{\"created\":1,\"data\":[{\"b64_json\":\"QUJD\"}]}");
        GatewayBox box = GatewayBox.start(config("openai", "1"), upstream);
        RawHttp client = RawHttp.connect(box.port())) {
      var body =
          "--b\r\nContent-Disposition: form-data; name=\"image[]\"; filename=\"a.png\"\r\n\r\n"
              + "\u0001\r\n--no\r\n"
              + "\r\n--b\r\nContent-Disposition: form-data; name=\"model\"\r\n\r\npainter"
              + "\r\n--b\r\nContent-Disposition: form-data; name=\"prompt\"\r\n\r\nmake it blue"
              + "\r\n--b\r\nContent-Disposition: form-data; name=\"quality\"\r\n\r\nlow"
              + "\r\n--b\r\nContent-Disposition: form-data; name=\"size\"\r\n\r\n1024x1024"
              + "\r\n--b--\r\n";
      Answer answer =
          client.post("/v1/images/edits", body, "Content-Type: multipart/form-data; boundary=b");
      assertEquals(200, answer.status(), answer::text);
      var sent = upstream.chats().getFirst();
      assertEquals(body.replace("painter", "gpt-image-1"), sent.text());
      assertEquals(
          "multipart/form-data; boundary=\"b\"", sent.header("Content-Type").orElseThrow());
      long charged = spent(box);
      assertTrue(charged >= 11_000_000 && charged <= 11_100_000, () -> charged + " charged");
    }
  }

  @Test
  void speech_isChargedByItsCharacters_andPassesUnchanged() throws Exception {
    var sound = new byte[5_000];
    for (int i = 0; i < sound.length; i++) {
      sound[i] = (byte) (i * 31);
    }
    sound[0] = ':';
    try (Upstream upstream = Upstream.start(_ -> typed("audio/mpeg", sound));
        GatewayBox box = GatewayBox.start(config("openai", "1"), upstream)) {
      var body = "{\"model\":\"tts-1\",\"input\":\"Grüß Gott!\",\"voice\":\"alloy\"}";
      Answer answer = post(box, "/v1/audio/speech", body);
      assertEquals(200, answer.status(), answer::text);
      assertArrayEquals(sound, answer.body());
      assertEquals("audio/mpeg", answer.header("Content-Type").orElseThrow());
      assertEquals(10 * 15_000, spent(box));
    }
  }

  @Test
  void transcription_isChargedByTheSecondsReported_elseByThoseSent() throws Exception {
    try (Upstream upstream =
            answering("{\"text\":\"Hi\",\"usage\":{\"type\":\"duration\",\"seconds\":7}}");
        GatewayBox box = GatewayBox.start(config("openai", "1"), upstream)) {
      Answer answer = post(box, "/v1/audio/transcriptions", form("scribe", wav(10)));
      assertEquals(200, answer.status(), answer::text);
      assertEquals(form("whisper-1", wav(10)), upstream.chats().getFirst().text());
      assertEquals(7 * 100_000, spent(box));
    }
    try (Upstream upstream = Upstream.start(_ -> typed("text/plain", "data: spoken\n\n"));
        GatewayBox box = GatewayBox.start(config("openai", "1"), upstream)) {
      Answer answer = post(box, "/v1/audio/translations", form("whisper-1", wav(10)));
      assertEquals("data: spoken\n\n", answer.text());
      assertEquals("/v1/audio/translations", upstream.chats().getFirst().path());
      assertEquals(10 * 100_000, spent(box));
    }
  }

  @Test
  void transcriptionByTokens_isChargedByThem() throws Exception {
    try (Upstream upstream =
            answering(
                "{\"text\":\"Hi\",\"usage\":{\"type\":\"tokens\",\"input_tokens\":100,"
                    + "\"input_token_details\":{\"audio_tokens\":90,\"text_tokens\":10},"
                    + "\"output_tokens\":20,\"total_tokens\":120}}");
        GatewayBox box = GatewayBox.start(config("openai", "1"), upstream)) {
      Answer answer = post(box, "/v1/audio/transcriptions", form("gpt-4o-transcribe", wav(10)));
      assertEquals(200, answer.status(), answer::text);
      assertEquals(90 * 6_000 + 10 * 2_500 + 20 * 10_000, spent(box));
    }
  }

  @ParameterizedTest
  @CsvSource({"/v1/rerank, 3", "/v2/rerank, 1"})
  void rerank_isChargedByTheSearchesReported(String path, int searches) throws Exception {
    var result =
        "{\"results\":[{\"index\":0,\"relevance_score\":0.5}],\"meta\":{\"billed_units\":"
            + "{\"search_units\":%d}}}".formatted(searches);
    try (Upstream upstream = answering(result);
        GatewayBox box = GatewayBox.start(config("cohere", "1"), upstream)) {
      var documents = "\"" + "word ".repeat(16_000) + "\"";
      Answer answer =
          post(
              box,
              path,
              "{\"model\":\"rerank-v3.5\",\"query\":\"q\",\"documents\":[" + documents + "]}");
      assertEquals(200, answer.status(), answer::text);
      assertEquals(result, answer.text());
      assertEquals(searches * 2_000_000L, spent(box));
    }
  }

  @Test
  void manyAtTheEdgeOfTheLimit_areNeverOver() throws Exception {
    var served = new AtomicInteger();
    try (Upstream upstream =
            Upstream.start(
                _ -> {
                  served.incrementAndGet();
                  return typed("text/plain", "spoken");
                });
        GatewayBox box = GatewayBox.start(config("openai", "0.0105"), upstream);
        var clients = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Answer>> sent = new ArrayList<>();
      for (int i = 0; i < 64; i++) {
        sent.add(
            clients.submit(
                () -> post(box, "/v1/audio/transcriptions", form("whisper-1", wav(10)))));
      }
      for (Future<Answer> each : sent) {
        int status = each.get().status();
        assertTrue(status == 200 || status == 429, () -> "status " + status);
      }
      assertEquals(10, served.get());
      assertEquals(10_000_000, spent(box));
    }
  }

  /** A stream that breaks off is charged its worst case. */
  @Test
  void streamThatBreaksOff_isChargedWhatWasHeld() throws Exception {
    var event = "data: {\"type\":\"image_generation.partial_image\",\"b64_json\":\"QUJD\"}\n\n";
    try (Upstream upstream =
            Upstream.start(_ -> typed("text/event-stream", event).breakingAfterBytes(70));
        GatewayBox box = GatewayBox.start(config("openai", "1"), upstream)) {
      Answer answer =
          post(
              box,
              "/v1/images/generations",
              "{\"model\":\"gpt-image-1\",\"prompt\":\" \",\"stream\":true,"
                  + "\"size\":\"1024x1024\",\"quality\":\"high\"}");
      assertTrue(answer.status() == 200 || answer.status() == 502, answer::text);
      long charged = spent(box);
      assertTrue(charged >= 167_000_000 && charged <= 168_000_000, () -> charged + " charged");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"/v1/files", "/v1/batches", "/files/file-1"})
  void filesAndBatches_areSaidNotToBeServed(String path) throws Exception {
    try (Upstream upstream = answering("{}");
        GatewayBox box = GatewayBox.start(config("openai", "1"), upstream)) {
      Answer answer = post(box, path, "{}");
      assertEquals(404, answer.status(), answer::text);
      assertTrue(answer.text().contains("Files and batches are not served"), answer::text);
    }
  }

  /** A web page can send a form by itself; its origin header shows the site. */
  @Test
  void formOfAForeignPage_isRefused() throws Exception {
    try (Upstream upstream = answering("{\"text\":\"Hi\"}");
        GatewayBox box = GatewayBox.start(config("openai", "1"), upstream);
        RawHttp client = RawHttp.connect(box.port())) {
      Answer answer =
          client.post(
              "/v1/audio/transcriptions",
              form("whisper-1", wav(1)),
              "Content-Type: multipart/form-data; boundary=x",
              "Origin: https://example.org");
      assertEquals(403, answer.status(), answer::text);
      assertEquals(List.of(), upstream.chats());
    }
  }

  @Test
  void errorInsideA200_isFree() throws Exception {
    try (Upstream upstream = answering("{\"error\":{\"message\":\"overloaded\"}}");
        GatewayBox box = GatewayBox.start(config("openai", "1"), upstream)) {
      assertEquals(
          502, post(box, "/v1/images/generations", PICTURE.replace("\"\"", "\"x\"")).status());
      assertEquals(0, spent(box));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "{\"model\":\"whisper-1\"}",
        "--x\r\n",
        "--x\r\nContent-Disposition: form-data; name=\"model\"\r\n\r\nwhisper-1\r\n--x--\r\n",
        "--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a\"\r\n\r\nA\r\n--x--\r\n",
        """
        --x\r
        Content-Disposition: form-data; name="model"\r
        \r
        a\r
        --x\r
        Content-Disposition: form-data; name="model"\r
        \r
        b\r
        --x--\r
        """
      })
  void malformedForm_isRefusedUnsent(String body) throws Exception {
    try (Upstream upstream = answering("{}");
        GatewayBox box = GatewayBox.start(config("openai", "1"), upstream)) {
      Answer answer = post(box, "/v1/audio/transcriptions", body);
      assertEquals(400, answer.status(), answer::text);
      assertEquals("invalid_request_error", GatewayBox.json(answer).at("/error/type").asText());
      assertEquals(List.of(), upstream.chats());
    }
  }
}
