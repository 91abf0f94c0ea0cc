package io.nexus.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nexus.server.mock.Upstream;
import io.nexus.server.mock.UpstreamUsage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What HTTP and JSON permit and few clients send, and the limits of both. */
class LegalHttpTest {

  private static final String HEAD =
      """
      POST /v1/chat/completions HTTP/1.1\r
      Host: localhost\r
      Content-Type: application/json\r
      Transfer-Encoding: chunked\r
      \r
      """;

  private static RawHttp.Answer answer(RawHttp client, String begin, String end) throws Exception {
    String body = GatewayBox.ask();
    client.send(
        HEAD
            + Integer.toHexString(body.length())
            + begin
            + "\r\n"
            + body
            + "\r\n"
            + end.replace("~", "\r\n")
            + "\r\n\r\n");
    return client.read();
  }

  @ParameterizedTest
  @CsvSource({
    "'', 0",
    ";a=b, 0",
    ";a, 0;last",
    " ;a=\"b\", 000",
    "'', 0~X-Checksum: 1",
    ";a=b, 0;c~X-A: 1~X-B: 0",
  })
  void chunks_withExtensionsAndTrailers_areRead(String begin, String end) throws Exception {
    try (Upstream upstream = Upstream.answering("Hi", UpstreamUsage.of(10, 2));
        GatewayBox box = GatewayBox.start(GatewayBox.ONE_CLOUD, upstream)) {
      RawHttp client = box.connect();
      for (int i = 0; i < 2; i++) {
        RawHttp.Answer answer = answer(client, begin, end);
        assertEquals(200, answer.status(), answer::text);
      }
      assertEquals(200, client.get("/v1/models").status());
    }
  }

  @Test
  void extensions_withoutEnd_areRefused() throws Exception {
    try (Upstream upstream = Upstream.answering("Hi", UpstreamUsage.of(10, 2));
        GatewayBox box = GatewayBox.start(GatewayBox.ONE_CLOUD, upstream)) {
      RawHttp.Answer answer = answer(box.connect(), ";" + "a".repeat(20_000), "0");
      assertEquals(400, answer.status(), answer::text);
      answer = answer(box.connect(), "", "0~X-A: 1" + "~X-B: 2".repeat(3_000));
      assertEquals(400, answer.status(), answer::text);
    }
  }

  @Test
  void date_ofAllAnswers_hasTwoDigitsForTheDay() throws Exception {
    try (Upstream upstream = Upstream.answering("Hi", UpstreamUsage.of(10, 2));
        GatewayBox box = GatewayBox.start(GatewayBox.ONE_CLOUD, upstream)) {
      RawHttp client = box.connect();
      assertDate(client.post("/v1/chat/completions", GatewayBox.ask()));
      assertDate(client.get("/nowhere"));
      client.send("GET / HTTP/1.1\r\nno header\r\n\r\n");
      assertDate(client.read());
    }
  }

  private static void assertDate(RawHttp.Answer answer) {
    String date = answer.header("Date").orElseThrow();
    assertTrue(
        date.matches("[A-Z][a-z]{2}, \\d{2} [A-Z][a-z]{2} \\d{4} \\d\\d:\\d\\d:\\d\\d GMT"), date);
  }

  @ParameterizedTest
  @CsvSource({"/v1/models, 200", "/openapi.json, 200", "/nowhere, 404", "/v1/models/none, 404"})
  void head_hasTheLengthOfGet_andNoBody(String path, int status) throws Exception {
    try (Upstream upstream = Upstream.answering("Hi", UpstreamUsage.of(10, 2));
        GatewayBox box = GatewayBox.start(GatewayBox.ONE_CLOUD, upstream)) {
      RawHttp client = box.connect();
      RawHttp.Answer get = client.get(path);
      client.send("HEAD " + path + " HTTP/1.1\r\nHost: localhost\r\n\r\n");
      RawHttp.Head head = client.head();
      assertEquals(status, head.status());
      assertEquals(get.header("Content-Length"), head.header("Content-Length"));
      assertEquals(
          Integer.toString(get.body().length), head.header("Content-Length").orElseThrow());
      // A body would stand before this answer.
      client.send("HEAD / HTTP/1.1\r\nHost: localhost\r\n\r\n");
      assertEquals(200, client.head().status());
    }
  }

  @Test
  void blankLine_beforeARequest_isSkipped() throws Exception {
    try (Upstream upstream = Upstream.answering("Hi", UpstreamUsage.of(10, 2));
        GatewayBox box = GatewayBox.start(GatewayBox.ONE_CLOUD, upstream)) {
      RawHttp client = box.connect();
      client.send("\r\n");
      assertEquals(200, client.get("/v1/models").status());
      client.send("\r\n\r\n");
      assertEquals(200, client.get("/v1/models").status());
    }
  }

  @Test
  void headers_thatAreTooLong_are431() throws Exception {
    try (Upstream upstream = Upstream.answering("Hi", UpstreamUsage.of(10, 2));
        GatewayBox box = GatewayBox.start(GatewayBox.ONE_CLOUD, upstream)) {
      assertEquals(200, box.connect().get("/v1/models", "X-A: " + "a".repeat(15_000)).status());
      RawHttp client = box.connect();
      RawHttp.Answer answer = client.get("/v1/models", "X-A: " + "a".repeat(17_000));
      assertEquals(431, answer.status(), answer::text);
      assertTrue(answer.text().contains("16384"), answer::text);
      answer = box.connect().get("/v1/models", "a".repeat(17_000) + ": 1");
      assertEquals(431, answer.status(), answer::text);
    }
  }

  @Test
  void body_thatIsNestedTooDeeply_isToldSo() throws Exception {
    try (Upstream upstream = Upstream.answering("Hi", UpstreamUsage.of(10, 2));
        GatewayBox box = GatewayBox.start(GatewayBox.ONE_CLOUD, upstream)) {
      String deep = GatewayBox.ask("\"metadata\":" + "[".repeat(250) + "]".repeat(250));
      RawHttp.Answer answer = box.connect().post(GatewayBox.CHAT, deep);
      assertEquals(400, answer.status());
      assertTrue(answer.text().contains("nested too deeply"), answer::text);
      assertTrue(answer.text().contains("200"), answer::text);
    }
  }
}
