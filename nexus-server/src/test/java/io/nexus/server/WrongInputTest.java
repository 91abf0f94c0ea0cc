package io.nexus.server;

import static io.nexus.server.GatewayBox.CHAT;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.nexus.server.RawHttp.Answer;
import io.nexus.server.mock.Upstream;
import io.nexus.server.mock.UpstreamUsage;
import io.nexus.server.mock.Wire;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Wrong input gets an error in OpenAI's format, without internals, and has no effect on others. */
class WrongInputTest {

  private static final String CONFIG =
      """
      [server]
      max_request_bytes = 20000
      [budget]
      monthly_limit = 1.00
      """
          + GatewayBox.ONE_CLOUD;

  /** Stands in the wrong requests, and nowhere else. */
  private static final String PROMPT = "xyzzy-plugh";

  private static final String MESSAGES =
      "\"messages\":[{\"role\":\"user\",\"content\":\"xyzzy-plugh\"}]";

  private static Upstream upstream;
  private static GatewayBox box;
  private LogCapture log;

  @BeforeAll
  static void start() throws IOException {
    upstream = Upstream.answering("Hi", UpstreamUsage.of(10, 5));
    box = GatewayBox.start(CONFIG, upstream);
  }

  @AfterAll
  static void stop() throws IOException {
    box.close();
    upstream.close();
  }

  @BeforeEach
  void watch() {
    log = LogCapture.open();
  }

  @AfterEach
  void serves() throws Exception {
    log.close();
    assertFalse(log.text().contains(PROMPT), log::text);
    assertEquals(0, log.count("SEVERE"), log::text);
    assertEquals(200, box.connect().post(CHAT, GatewayBox.ask()).status(), "it still serves");
    assertEquals(0, GatewayBox.nanos(box.idle().path("budget").path("held_usd")));
  }

  @ParameterizedTest
  @ValueSource(strings = {CHAT, "/v1/explain"})
  void user_thatIsNoText_isNamed(String path) throws Exception {
    for (var user : new String[] {"{}", "[\"a\"]", "7", "true"}) {
      var answer = box.connect().post(path, GatewayBox.ask("\"user\":" + user));
      assertEquals(400, answer.status(), user);
      assertEquals("user", GatewayBox.json(answer).at("/error/param").asText(), user);
    }
    assertEquals(200, box.connect().post(path, GatewayBox.ask("\"user\":null")).status());
  }

  @ParameterizedTest
  @ValueSource(strings = {CHAT, "/v1/explain"})
  void priority_thatIsNone_isNamed(String path) throws Exception {
    var answer = box.connect().post(path, GatewayBox.ask(), "X-Nexus-Priority: urgent");
    assertEquals(400, answer.status(), answer::text);
    assertTrue(answer.text().contains("high or normal"), answer::text);
    var fine = box.connect().post(path, GatewayBox.ask(), "X-Nexus-Priority: Normal");
    assertEquals(200, fine.status(), fine::text);
  }

  static Stream<String> malformed() {
    String good = "{\"model\":\"m\"," + MESSAGES + "}";
    return Stream.of(
        "",
        " ",
        "{",
        "{}}",
        "null",
        "[]",
        "\"" + PROMPT + "\"",
        PROMPT,
        good.substring(0, good.length() - 1),
        good.substring(0, good.length() - 4),
        good.substring(0, 12),
        good + good,
        good + ",",
        good.replace(":", "="),
        good.replace("\"", "'"),
        good.replace("}]", "},]"),
        good.replace("xyzzy", "xyzzy\n"),
        good.replace("xyzzy", "xyzzy\\x"),
        "{\"model\":\"m\",\"x\":NaN," + MESSAGES + "}",
        "{\"model\":\"m\",\"x\":01," + MESSAGES + "}",
        "{\"model\":\"m\",\"x\":/*c*/1," + MESSAGES + "}",
        "{\"model\":\"m\",\"x\":" + "[".repeat(5000) + "]".repeat(5000) + "," + MESSAGES + "}",
        "{\"model\":\"m\",\"x\":" + "{\"a\":".repeat(2000) + "1" + "}".repeat(2000) + "}",
        "[".repeat(15_000));
  }

  @ParameterizedTest
  @MethodSource("malformed")
  void chat_malformedJson_is400(String body) throws Exception {
    assertInvalid(box.connect().post(CHAT, body), 400);
  }

  @ParameterizedTest
  @MethodSource("malformed")
  void explain_malformedJson_is400(String body) throws Exception {
    assertInvalid(box.connect().post("/v1/explain", body), 400);
  }

  static Stream<String> wrongFields() {
    return Stream.of(
        "model|" + MESSAGES,
        "model|\"model\":null," + MESSAGES,
        "model|\"model\":1," + MESSAGES,
        "model|\"model\":[\"m\"]," + MESSAGES,
        "model|\"model\":{}," + MESSAGES,
        "model|\"model\":\"\"," + MESSAGES,
        "model|\"model\":\" \\n\"," + MESSAGES,
        "model|\"model\":\"m\",\"model\":\"m\"," + MESSAGES,
        "messages|\"model\":\"m\"",
        "messages|\"model\":\"m\",\"messages\":null",
        "messages|\"model\":\"m\",\"messages\":\"xyzzy-plugh\"",
        "messages|\"model\":\"m\",\"messages\":{}",
        "messages|\"model\":\"m\",\"messages\":[]",
        "messages|\"model\":\"m\",\"messages\":[\"xyzzy-plugh\"]",
        "messages|\"model\":\"m\",\"messages\":[null]",
        "messages|\"model\":\"m\",\"messages\":[[]]",
        "messages|\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":1}]",
        "messages|\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":{}}]",
        "messages|\"model\":\"m\"," + MESSAGES + "," + MESSAGES,
        "stream|\"model\":\"m\",\"stream\":\"true\"," + MESSAGES,
        "stream|\"model\":\"m\",\"stream\":1," + MESSAGES,
        "stream|\"model\":\"m\",\"stream\":true,\"stream\":true," + MESSAGES,
        "stream_options|\"model\":\"m\",\"stream\":true,\"stream_options\":true," + MESSAGES,
        "stream_options|\"model\":\"m\",\"stream_options\":{},\"stream_options\":{}," + MESSAGES,
        "stream_options.include_usage|\"model\":\"m\",\"stream_options\":{\"include_usage\":1},"
            + MESSAGES,
        "n|\"model\":\"m\",\"n\":0," + MESSAGES,
        "n|\"model\":\"m\",\"n\":129," + MESSAGES,
        "n|\"model\":\"m\",\"n\":\"2\"," + MESSAGES,
        "n|\"model\":\"m\",\"n\":1,\"\\u006e\":100," + MESSAGES,
        "tools|\"model\":\"m\",\"tools\":{}," + MESSAGES,
        "tools|\"model\":\"m\",\"tools\":\"f\"," + MESSAGES);
  }

  @ParameterizedTest
  @MethodSource("wrongFields")
  void chat_wrongField_is400AndNamesIt(String example) throws Exception {
    String[] parts = example.split("\\|", 2);
    Answer answer = box.connect().post(CHAT, "{" + parts[1] + "}");
    JsonNode error = assertInvalid(answer, 400);
    assertEquals(parts[0], error.path("param").asText());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "-2",
        "0",
        "-9223372036854775809",
        "1.5",
        "1e300",
        "0.5",
        "99999999999999999999",
        "\"10\"",
        "true",
        "[]",
        "{}",
        "2147483648",
        "10,\"@\":10",
        "10,\"@\":100000"
      })
  void chat_wrongMaxTokens_is400(String value) throws Exception {
    for (String field : new String[] {"max_tokens", "max_completion_tokens"}) {
      String body =
          "{\"model\":\"m\",\"%s\":%s,%s}".formatted(field, value.replace("@", field), MESSAGES);
      JsonNode error = assertInvalid(box.connect().post(CHAT, body), 400);
      assertEquals(field, error.path("param").asText());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"UTF-16LE", "UTF-16BE", "UTF-32LE", "UTF-32BE", "ISO-8859-1"})
  void chat_notUtf8_is400(String charset) throws Exception {
    String body = "{\"model\":\"m\",\"user\":\"ü\"," + MESSAGES + "}";
    for (String mark : charset.startsWith("U") ? new String[] {"", "\uFEFF"} : new String[] {""}) {
      RawHttp client = box.connect();
      byte[] bytes = (mark + body).getBytes(Charset.forName(charset));
      client.send(
          "POST "
              + CHAT
              + " HTTP/1.1\r\n"
              + "Host: localhost\r\n"
              + "Content-Type: application/json\r\n"
              + "Content-Length: ");
      client.send(bytes.length + "\r\n\r\n");
      client.send(bytes);
      assertInvalid(client.read(), 400);
    }
  }

  @Test
  void chat_modelThatNobodyServes_is404AndListsSomeThatAre() throws Exception {
    String body = "{\"model\":\"gpt-9\"," + MESSAGES + "}";
    JsonNode error = assertInvalid(box.connect().post(CHAT, body), 404);
    assertEquals("model_not_found", error.path("code").asText());
    assertEquals("model", error.path("param").asText());
    assertTrue(error.path("message").asText().contains(" m"), error::toString);
  }

  @Test
  void chat_tooLarge_is413() throws Exception {
    String body = GatewayBox.ask("\"x\":\"" + PROMPT.repeat(2000) + "\"");
    JsonNode error = assertInvalid(box.connect().post(CHAT, body), 413);
    assertEquals("request_too_large", error.path("code").asText());
    assertInvalid(box.connect().post("/v1/explain", body), 413);
  }

  @Test
  void chat_muchTooLarge_is413AlsoIfItIsStillBeingSent() throws Exception {
    RawHttp client = box.connect();
    client.send(
        "POST "
            + CHAT
            + " HTTP/1.1\r\n"
            + "Host: localhost\r\n"
            + "Content-Type: application/json\r\n"
            + "Content-Length: 900000000\r\n\r\n"
            + "{");
    assertInvalid(client.read(), 413);
  }

  @Test
  void chat_tooLargeInChunks_is413() throws Exception {
    RawHttp client = box.connect();
    client.send(
        "POST "
            + CHAT
            + " HTTP/1.1\r\n"
            + "Host: localhost\r\n"
            + "Content-Type: application/json\r\n"
            + "Transfer-Encoding: chunked\r\n\r\n");
    byte[] part = Wire.chunk(Wire.bytes(" ".repeat(7000)));
    client.send(ByteBuffer.allocate(3 * part.length).put(part).put(part).put(part).array());
    assertInvalid(client.read(), 413);
  }

  @Test
  void chat_endlessInChunks_is413AtOnce() throws Exception {
    RawHttp client = box.connect();
    client.send(
        "POST "
            + CHAT
            + " HTTP/1.1\r\n"
            + "Host: localhost\r\n"
            + "Content-Type: application/json\r\n"
            + "Transfer-Encoding: chunked\r\n\r\n");
    client.send(Wire.chunk(new byte[20_001]));
    Answer answer = client.read();
    assertInvalid(answer, 413);
    assertEquals("close", answer.header("Connection").orElseThrow());
    assertTrue(client.ended(), "what comes after it is no request");
  }

  @Test
  void anything_http10_is505AndSaysWhatToDo() throws Exception {
    RawHttp client = box.connect();
    client.send(
        "GET /health HTTP/1.0\r\nHost: localhost\r\nContent-Type: application/json\r\n\r\n");
    Answer answer = client.read();
    JsonNode error = assertInvalid(answer, 505);
    assertTrue(error.path("message").asText().contains("proxy_http_version 1.1"), error::toString);
    assertTrue(client.ended(), "a client of that version waits for it");
  }

  @Test
  void chat_clientLeavesInTheMiddle_harmsNobody() throws Exception {
    for (String head : new String[] {"Content-Length: 5000", "Transfer-Encoding: chunked"}) {
      try (RawHttp client = RawHttp.connect(box.port())) {
        client.send(
            "POST "
                + CHAT
                + " HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                + head
                + "\r\n\r\n");
        client.send("500\r\n{\"model\":");
      }
    }
    box.idle();
  }

  @Test
  void chat_inChunksAndNotTooLarge_isServed() throws Exception {
    RawHttp client = box.connect();
    client.send(
        "POST "
            + CHAT
            + " HTTP/1.1\r\n"
            + "Host: localhost\r\n"
            + "Content-Type: application/json\r\n"
            + "Transfer-Encoding: chunked\r\n\r\n");
    for (byte each : GatewayBox.ask().getBytes(StandardCharsets.UTF_8)) {
      client.send(Wire.chunk(new byte[] {each}));
    }
    client.send(Wire.chunk(new byte[0]));
    assertEquals(200, client.read().status());
  }

  @ParameterizedTest
  @ValueSource(strings = {"/", "/v1", "/v1/chat", "/v1/completion", "/v1/chat/completions/x"})
  void anyMethod_unknownPath_is404(String path) throws Exception {
    RawHttp client = box.connect();
    assertInvalid(client.get(path), 404);
    assertInvalid(client.post(path, "{\"x\":\"" + PROMPT + "\"}"), 404);
  }

  @Test
  void knownPath_wrongMethod_is405AndSaysWhich() throws Exception {
    RawHttp client = box.connect();
    Answer got = client.get(CHAT);
    assertInvalid(got, 405);
    assertEquals("POST", got.header("Allow").orElseThrow());
    for (String path : new String[] {"/v1/models", "/v1/stats", "/metrics", "/health"}) {
      Answer posted = client.post(path, "{}");
      assertInvalid(posted, 405);
      assertEquals("GET", posted.header("Allow").orElseThrow());
    }
    client.request("BREW", CHAT, "");
    assertInvalid(client.read(), 405);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "xyzzy-plugh\r\n\r\n",
        "GET\r\n\r\n",
        "GET /health HTTP/9.9\r\nHost: x\r\n\r\n",
        "GET health HTTP/1.1\r\nHost: x\r\n\r\n",
        "GET /%zz HTTP/1.1\r\nHost: x\r\n\r\n",
        "GET /health HTTP/1.1\r\nHost x\r\n\r\n",
        "GET /health HTTP/1.1\r\nHost: x\r\nBad Name: 1\r\n\r\n",
        "POST /v1/explain HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n",
        "POST /v1/explain HTTP/1.1\r\nHost: x\r\nContent-Length: x\r\n\r\n",
        "POST /v1/explain HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nabc\r\n",
      })
  void anything_malformedHttp_is4xxInTheEnvelope(String bytes) throws Exception {
    RawHttp client = box.connect();
    client.send(bytes);
    Answer answer = client.read();
    assertTrue(answer.status() >= 400 && answer.status() < 500, () -> "status " + answer.status());
    assertInvalid(answer, answer.status());
  }

  private static JsonNode assertInvalid(Answer answer, int status) throws IOException {
    assertEquals(status, answer.status(), answer::text);
    assertEquals("application/json", answer.header("Content-Type").orElseThrow());
    JsonNode error = GatewayBox.json(answer).path("error");
    assertEquals("invalid_request_error", error.path("type").asText());
    assertTrue(error.has("param") && error.has("code"), answer::text);
    assertFalse(error.path("message").asText().isBlank(), answer::text);
    assertFalse(answer.text().contains(PROMPT), answer::text);
    assertFalse(answer.text().contains("Exception"), answer::text);
    assertFalse(answer.text().contains("jackson"), answer::text);
    return error;
  }
}
