package io.nexus.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nexus.server.RawHttp.Answer;
import io.nexus.server.mock.Upstream;
import io.nexus.server.mock.UpstreamUsage;
import io.nexus.server.mock.Wire;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Paths, keys and bodies in the ways in which clients write them. */
@Timeout(60)
class SpellingsTest {

  private static final UpstreamUsage USAGE = UpstreamUsage.of(1, 1);

  private static final String KEYED =
      """
      [server]
      max_request_bytes = 65536
      max_bodies_bytes = BODIES
      [[keys]]
      name = "ann"
      key_env = "KEY_OF_ANN"
      """
          + GatewayBox.ONE_CLOUD.replace("models = [\"m\"]", "models = [\"m\", \"other/m\"]");

  private static final String ANN = "key-of-ann-which-is-secret";

  private static GatewayBox start(Upstream upstream) throws IOException {
    return GatewayBox.of(KEYED.replace("BODIES", "0"), upstream).with("KEY_OF_ANN", ANN).start();
  }

  private static Answer send(
      GatewayBox box, String method, String path, byte[] body, String... headers)
      throws IOException {
    try (RawHttp client = RawHttp.connect(box.port())) {
      StringBuilder head =
          new StringBuilder(method + " " + path + " HTTP/1.1\r\nHost: localhost\r\n");
      for (String header : headers) {
        head.append(header).append("\r\n");
      }
      head.append("Content-Type: application/json\r\nContent-Length: ").append(body.length);
      client.send(head + "\r\n\r\n");
      client.send(body);
      return client.read();
    }
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/v1/chat/completions",
        "/v1/chat/completions/",
        "/chat/completions",
        "/chat/completions/",
        "/openai/v1/chat/completions",
        "/openai/v1/chat/completions/?api-version=preview",
        "/openai/deployments/m/chat/completions?api-version=2024-10-21",
        "/openai/deployments/m/chat/completions/",
      })
  void chat_howeverItsPathIsWritten_isServed(String path) throws Exception {
    try (Upstream upstream = Upstream.answering("Hi", USAGE);
        GatewayBox box = start(upstream)) {
      Answer answer = send(box, "POST", path, bytes(Chats.body("m")), "api-key: " + ANN);
      assertEquals(200, answer.status(), answer::text);
      assertEquals("m", upstream.chats().getLast().json().path("model").asText());
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"responses", "embeddings", "images/generations", "responses/input_tokens"})
  void azurePath_withoutADeployment_isServed(String path) throws Exception {
    try (Upstream upstream = Upstream.answering("Hi", USAGE);
        GatewayBox box = start(upstream)) {
      String azure = "/openai/" + path + "?api-version=2025-03-01-preview";
      // What has no model is refused by the route itself.
      Answer answer = send(box, "POST", azure, bytes("{}"), "api-key: " + ANN);
      assertEquals(400, answer.status(), answer::text);
      assertEquals("model", GatewayBox.json(answer).at("/error/param").asText(), answer::text);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "m | {\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}]} | m",
        "m | {\"model\":\"other/m\",\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}]} | m",
        "m | { \"messages\":[{\"role\":\"user\",\"content\":\"Hi\",\"model\":\"x\"}],\"model\" : \"gpt\"} | m",
        "other%2Fm | {\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}]} | other/m",
      })
  void model_ofADeployment_isThePathsWhateverTheBodySays(String name, String body, String model)
      throws Exception {
    try (Upstream upstream = Upstream.answering("Hi", USAGE);
        GatewayBox box = start(upstream)) {
      String path = "/openai/deployments/" + name + "/chat/completions?api-version=2024-10-21";
      Answer answer = send(box, "POST", path, bytes(body), "api-key: " + ANN);
      assertEquals(200, answer.status(), answer::text);
      assertEquals(model, upstream.chats().getLast().json().path("model").asText());
      assertEquals(model, Chats.header(answer, "X-Nexus-Model"));
    }
  }

  @Test
  void model_ofADeployment_thatIsSaidTwice_isRefused() throws Exception {
    try (Upstream upstream = Upstream.answering("Hi", USAGE);
        GatewayBox box = start(upstream)) {
      String path = "/openai/deployments/m/chat/completions";
      String twice = "{\"model\":\"x\",\"model\":\"other/m\",\"messages\":[]}";
      assertEquals(400, send(box, "POST", path, bytes(twice), "api-key: " + ANN).status());
      assertEquals(400, send(box, "POST", path, bytes("[1"), "api-key: " + ANN).status());
      assertEquals(0, upstream.chats().size());
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/v1/models",
        "/v1/models/",
        "/models",
        "/openai/v1/models",
        "/openai/models?api-version=2024-10-21",
        "/openai/models/m?api-version=2024-10-21",
        "/v1/stats/",
        "/health/"
      })
  void get_howeverItsPathIsWritten_isServed_andHeadIsTheSameWithoutABody(String path)
      throws Exception {
    try (Upstream upstream = Upstream.answering("Hi", USAGE);
        GatewayBox box = start(upstream);
        RawHttp client = RawHttp.connect(box.port())) {
      Answer answer = client.get(path, "Authorization: Bearer " + ANN);
      assertEquals(200, answer.status(), answer::text);
      client.send(
          "HEAD " + path + " HTTP/1.1\r\nHost: localhost\r\nx-api-key: " + ANN + "\r\n\r\n");
      client.send("HEAD / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
      // Without bodies the second head follows the first at once.
      assertEquals(200, headOnly(client));
      assertEquals(200, headOnly(client));
      assertTrue(client.ended());
    }
  }

  private static int headOnly(RawHttp client) throws IOException {
    return client.head().status();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "/v1/models | Authorization: Bearer " + ANN,
        "/v1/models | x-api-key: " + ANN,
        "/v1/models | api-key: " + ANN,
        "/v1/models | x-goog-api-key: " + ANN,
        "/v1/models?a=b&key=" + ANN + " | X-A: b",
        "/models/?key=" + ANN + " | X-A: b",
      })
  void key_whereverItIs_isTaken(String path, String header) throws Exception {
    try (Upstream upstream = Upstream.answering("Hi", USAGE);
        LogCapture log = LogCapture.open();
        GatewayBox box = start(upstream);
        RawHttp client = RawHttp.connect(box.port())) {
      assertEquals(200, client.get(path, header).status());
      String chat = path.replaceFirst("/models/?", "/chat/completions");
      assertEquals(200, client.post(chat, Chats.body("m"), header).status());
      for (var sent : upstream.chats().getLast().headers()) {
        assertFalse(sent.value().contains(ANN), sent::toString);
      }
      assertFalse(upstream.chats().getLast().path().contains("key"));

      for (var route : List.of("stats", "spend", "models/m", "key")) {
        assertEquals(200, client.get("/v1/" + route + "?key=" + ANN).status(), route);
      }
      String wrong = "/v1/models?key=wrong-" + ANN;
      Answer refused = client.get(wrong);
      assertEquals(401, refused.status());
      assertFalse(refused.text().contains(ANN), refused::text);
      Answer unknown = client.get("/v1/nowhere?key=" + ANN);
      assertFalse(unknown.text().contains(ANN), unknown::text);
      assertFalse(log.text().contains(ANN), log::text);
    }
  }

  @Test
  void path_thatIsNotServed_saysWhichAre() throws Exception {
    try (Upstream upstream = Upstream.answering("Hi", USAGE);
        GatewayBox box = start(upstream);
        RawHttp client = RawHttp.connect(box.port())) {
      Answer answer = client.post("/v1/nowhere", "{}");
      assertEquals(404, answer.status());
      assertEquals("unknown_url", GatewayBox.json(answer).at("/error/code").asText());
      String told = GatewayBox.json(answer).at("/error/message").asText();
      assertTrue(told.contains("POST /v1/chat/completions"), told);
      assertTrue(told.contains("GET /v1/models"), told);
      assertFalse(told.contains("/admin"), told);
      Answer wrong = client.get("/chat/completions");
      assertEquals(405, wrong.status());
      assertEquals("POST", Chats.header(wrong, "Allow"));
    }
  }

  private static byte[] gzip(byte[] body) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (GZIPOutputStream packed = new GZIPOutputStream(out)) {
      packed.write(body);
    }
    return out.toByteArray();
  }

  private static byte[] deflate(byte[] body, boolean bare) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    Deflater deflater = new Deflater(Deflater.DEFAULT_COMPRESSION, bare);
    try (DeflaterOutputStream packed = new DeflaterOutputStream(out, deflater)) {
      packed.write(body);
    } finally {
      deflater.end();
    }
    return out.toByteArray();
  }

  private static byte[] packed(String coding, byte[] body) throws IOException {
    return switch (coding) {
      case "gzip", "x-gzip", "GZIP" -> gzip(body);
      case "deflate" -> deflate(body, false);
      case "deflate, bare" -> deflate(body, true);
      default -> body;
    };
  }

  @ParameterizedTest
  @ValueSource(strings = {"gzip", "x-gzip", "GZIP", "deflate", "deflate, bare", "identity"})
  void body_thatIsPacked_isUnpacked(String coding) throws Exception {
    try (Upstream upstream = Upstream.answering("Hi", USAGE);
        GatewayBox box = start(upstream)) {
      String body = Chats.body("m", "\"user\":\"" + "u".repeat(20_000) + "\"");
      String header = "Content-Encoding: " + coding.replace(", bare", "");
      for (int i = 0; i < 2; i++) {
        Answer answer =
            send(box, "POST", Chats.PATH, packed(coding, bytes(body)), header, "api-key: " + ANN);
        assertEquals(200, answer.status(), answer::text);
      }
      assertEquals(body, new String(upstream.chats().getLast().body(), StandardCharsets.UTF_8));
      assertTrue(Wire.value(upstream.chats().getLast().headers(), "Content-Encoding").isEmpty());
    }
  }

  @ParameterizedTest
  @CsvSource({"br, 415", "zstd, 415", "'gzip, gzip', 415", "gzip, 400"})
  void body_thatCannotBeUnpacked_isRefused(String coding, int status) throws Exception {
    try (Upstream upstream = Upstream.answering("Hi", USAGE);
        GatewayBox box = start(upstream)) {
      Answer answer =
          send(
              box,
              "POST",
              Chats.PATH,
              bytes(Chats.body("m")),
              "Content-Encoding: " + coding,
              "api-key: " + ANN);
      assertEquals(status, answer.status(), answer::text);
      assertEquals("invalid_request_error", GatewayBox.json(answer).at("/error/type").asText());
    }
  }

  @ParameterizedTest
  @CsvSource({"gzip, 0, 413", "deflate, 0, 413", "gzip, 20000, 503"})
  void body_thatUnpacksToTooMuch_isRefused(String coding, long bodies, int status)
      throws Exception {
    String toml = KEYED.replace("BODIES", Long.toString(bodies));
    if (bodies > 0) {
      toml = toml.replace("max_request_bytes = 65536", "max_request_bytes = 100000000");
    }
    try (Upstream upstream = Upstream.answering("Hi", USAGE);
        GatewayBox box = GatewayBox.of(toml, upstream).with("KEY_OF_ANN", ANN).start()) {
      byte[] bomb = packed(coding, new byte[20_000_000]);
      assertTrue(bomb.length < 65_536);
      Answer answer =
          send(box, "POST", Chats.PATH, bomb, "Content-Encoding: " + coding, "api-key: " + ANN);
      assertEquals(status, answer.status(), answer::text);
      assertEquals(0, upstream.chats().size());
    }
  }
}
