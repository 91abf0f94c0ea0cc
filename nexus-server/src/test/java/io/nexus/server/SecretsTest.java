package io.nexus.server;

import static io.nexus.server.GatewayBox.CHAT;
import static io.nexus.server.GatewayBox.ask;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nexus.server.RawHttp.Answer;
import io.nexus.server.mock.Upstream;
import io.nexus.server.mock.UpstreamReply;
import io.nexus.server.mock.UpstreamReply.Break;
import io.nexus.server.mock.UpstreamReply.HangUp;
import io.nexus.server.mock.UpstreamRequest;
import io.nexus.server.mock.UpstreamUsage;
import io.nexus.server.mock.Wire;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Each side sees only its own key. */
class SecretsTest {

  private static final String CLIENT_KEY = "nx-client-5d41402abc";
  private static final String UPSTREAM_KEY = "sk-upstream-7b52009b64";
  private static final String CONFIG =
      GatewayBox.ONE_CLOUD.replaceFirst("models", "api_key_env = \"UPSTREAM_KEY\"\nmodels")
          + """
          [[keys]]
          name = "ci"
          key_env = "CLIENT_KEY"
          [routing]
          max_retries = 0
          """;

  private static GatewayBox start(Upstream upstream) throws Exception {
    return GatewayBox.of(CONFIG, upstream)
        .with("CLIENT_KEY", CLIENT_KEY)
        .with("UPSTREAM_KEY", UPSTREAM_KEY)
        .start();
  }

  @Test
  void clientKey_inAnyHeader_neverReachesTheUpstream() throws Exception {
    try (LogCapture log = LogCapture.open();
        Upstream upstream = Upstream.answering("Hi", UpstreamUsage.of(10, 5));
        GatewayBox box = start(upstream)) {
      RawHttp client = box.connect();
      for (String header :
          List.of(
              "Authorization: Bearer " + CLIENT_KEY,
              "authorization: bearer   " + CLIENT_KEY,
              "x-api-key: " + CLIENT_KEY)) {
        String cookie = "Cookie: session=" + CLIENT_KEY;
        assertEquals(200, client.post(CHAT, ask(), header, cookie).status());
        UpstreamRequest request = upstream.chats().getLast();
        assertFalse(request.headers().toString().contains(CLIENT_KEY), request::toString);
        assertEquals("Bearer " + UPSTREAM_KEY, request.header("Authorization").orElseThrow());
        assertEquals(ask(), request.text());
      }
      assertFalse(log.text().contains(CLIENT_KEY), log::text);
      assertFalse(log.text().contains(UPSTREAM_KEY), log::text);
    }
  }

  @Test
  void request_withoutAKnownKey_is401AndGoesNowhere() throws Exception {
    try (LogCapture log = LogCapture.open();
        Upstream upstream = Upstream.answering("Hi", UpstreamUsage.of(10, 5));
        GatewayBox box = start(upstream)) {
      RawHttp client = box.connect();
      List<Answer> answers = new ArrayList<>();
      for (String header :
          List.of(
              "X: y",
              "Authorization: Bearer nx-client-wrong",
              "Authorization: Basic " + CLIENT_KEY,
              "Authorization: " + CLIENT_KEY,
              "Authorization: Bearer",
              "x-api-key: " + UPSTREAM_KEY)) {
        answers.add(client.post(CHAT, ask(), header));
        answers.add(client.post("/v1/explain", ask(), header));
        answers.add(client.get("/v1/models", header));
      }
      for (Answer answer : answers) {
        assertEquals(401, answer.status(), answer::text);
        assertEquals(
            "invalid_api_key", GatewayBox.json(answer).path("error").path("code").asText());
        assertFalse(answer.text().contains("nx-client"), answer::text);
      }
      assertTrue(upstream.chats().isEmpty());
      assertFalse(log.text().contains("nx-client"), log::text);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {400, 401, 403, 429, 500})
  void upstreamKey_echoedByTheUpstream_isNotPassedOn(int status) throws Exception {
    String body =
        "{\"error\":{\"message\":\"Incorrect API key provided: %s.\",\"key\":\"%s\"}}"
            .formatted(UPSTREAM_KEY, UPSTREAM_KEY);
    try (LogCapture log = LogCapture.open();
        Upstream upstream =
            Upstream.start(
                _ -> UpstreamReply.refuse(status, body).with("X-Debug", "Bearer " + UPSTREAM_KEY));
        GatewayBox box = start(upstream)) {
      for (String request : List.of(ask(), ask("\"stream\":true"))) {
        Answer answer = box.connect().post(CHAT, request, "Authorization: Bearer " + CLIENT_KEY);
        assertFalse(answer.text().contains(UPSTREAM_KEY), answer::text);
        assertFalse(answer.head().toString().contains(UPSTREAM_KEY), answer.head()::toString);
        assertEquals(status == 500 || status == 401 ? 502 : status, answer.status());
      }
      assertFalse(log.text().contains(UPSTREAM_KEY), log::text);
      assertFalse(log.text().contains(CLIENT_KEY), log::text);
    }
  }

  @Test
  void upstreamKey_whenTheUpstreamFails_isInNoErrorPageOrLog() throws Exception {
    Upstream upstream = Upstream.start(_ -> new HangUp(Break.RESET));
    try (LogCapture log = LogCapture.open();
        GatewayBox box = start(upstream)) {
      RawHttp client = box.connect();
      String key = "Authorization: Bearer " + CLIENT_KEY;
      StringBuilder seen = new StringBuilder();
      seen.append(client.post(CHAT, ask(), key).text());
      upstream.close();
      seen.append(client.post(CHAT, ask(), key).text());
      for (String path : List.of("/metrics", "/v1/stats", "/v1/models", "/health")) {
        Answer answer = client.get(path, key);
        assertEquals(200, answer.status(), answer::text);
        seen.append(answer.text());
      }
      seen.append(client.post("/v1/explain", ask(), key).text()).append(log.text());
      assertFalse(seen.toString().contains(UPSTREAM_KEY), seen::toString);
      assertFalse(seen.toString().contains(CLIENT_KEY), seen::toString);
    }
  }

  /** A backend's header, and the part that reaches the client. */
  @ParameterizedTest
  @CsvSource({
    "200, application/json; key=KEY, application/json; key=MASK",
    "400, application/json; key=KEY, application/json; key=MASK",
    "429, application/json; key=KEY, application/json; key=MASK",
    "200, 'application/json; key=sk-upstream\1-7b5\u007f2009b64', application/json; key=MASK",
    "400, 'application/json; key=sk-upstreamNUL-7b52009b64', application/json; key=MASK",
    "400, 'application/json; a=\u001b[31mred', application/json; a=[31mred",
    "200, application/json; a=\u00fc, application/json; a=?",
    "400, application/json; a=\u00fc, application/json; a=?",
  })
  void upstreamHeader_withItsKeyOrOddBytes_isCleanedAndMasked(
      int status, String sent, String received) throws Exception {
    String body = ask();
    String head =
        "HTTP/1.1 %d X\r\nContent-Type: %s\r\nRetry-After: %s\1\r\nContent-Length: %d\r\n\r\n"
            .formatted(
                status,
                sent.replace("KEY", UPSTREAM_KEY).replace("NUL", "\0"),
                UPSTREAM_KEY + "\n 7",
                body.length());
    try (Upstream upstream =
            Upstream.start(
                _ ->
                    new UpstreamReply.Raw(
                        List.of(head.getBytes(ISO_8859_1), Wire.bytes(body)),
                        UpstreamReply.Pace.atOnce(),
                        true));
        GatewayBox box = start(upstream)) {
      Answer answer = box.connect().post(CHAT, ask(), "Authorization: Bearer " + CLIENT_KEY);
      assertEquals(status, answer.status(), answer::text);
      String mask = "*".repeat(UPSTREAM_KEY.length());
      assertEquals(received.replace("MASK", mask), answer.header("Content-Type").orElse(""));
      assertFalse(answer.head().toString().contains("sk-upstream"), answer.head()::toString);
    }
  }

  @Test
  void upstreamKey_withinAnAnswer_isCovered() throws Exception {
    String content = "my key is " + UPSTREAM_KEY + ", so there";
    try (Upstream upstream =
            Upstream.start(
                request -> UpstreamReply.chat(request, content, UpstreamUsage.of(10, 5)));
        GatewayBox box = start(upstream)) {
      RawHttp client = box.connect();
      String key = "Authorization: Bearer " + CLIENT_KEY;
      for (String body : List.of(ask(), ask("\"stream\":true"))) {
        Answer answer = client.post(CHAT, body, key);
        assertEquals(200, answer.status(), answer::text);
        assertTrue(answer.text().contains("there"), answer::text);
        assertFalse(answer.text().contains(UPSTREAM_KEY), answer::text);
      }
    }
  }
}
