package io.nexus.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nexus.config.ConfigResult.Invalid;
import io.nexus.config.ConfigResult.Loaded;
import io.nexus.config.NexusConfig;
import io.nexus.server.RawHttp.Answer;
import io.nexus.server.mock.Upstream;
import io.nexus.server.mock.UpstreamReply;
import io.nexus.server.mock.UpstreamUsage;
import io.nexus.server.mock.Wire;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The headers that go through the gateway, and those that do not. */
class HeadersTest {

  private static final String TOKEN = "token-that-nobody-may-see";
  private static final UpstreamUsage USAGE = UpstreamUsage.of(1, 1);

  private static String config(String headers) {
    return GatewayBox.ONE_CLOUD.replace("models = [\"m\"]", "models = [\"m\"]\n" + headers);
  }

  private static Optional<String> sent(Upstream upstream, String name) {
    return Wire.value(upstream.chats().getLast().headers(), name);
  }

  @Test
  void headers_ofTheClientThatAreListed_reachTheBackend() throws Exception {
    String[] passed = {
      "anthropic-version: 2023-06-01",
      "anthropic-beta: a, b",
      "OpenAI-Beta: assistants=v2",
      "OpenAI-Organization: org-1",
      "OpenAI-Project: proj-1",
      "Idempotency-Key: idem-1",
      "traceparent: 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
      "tracestate: a=b",
      "x-stainless-lang: js",
      "X-Stainless-Retry-Count: 1",
      "User-Agent: OpenAI/JS 6.1.0",
    };
    String[] kept = {
      "Authorization: Bearer client-key",
      "x-api-key: client-key",
      "Cookie: client-cookie",
      "X-Nexus-Tags: a",
      "X-Forwarded-For: 10.0.0.1",
      "Accept-Encoding: gzip",
      "X-Own: own",
    };
    try (Upstream upstream = Upstream.answering("Hi", USAGE);
        GatewayBox box = GatewayBox.start(config(""), upstream)) {
      String[] all = new String[passed.length + kept.length];
      System.arraycopy(passed, 0, all, 0, passed.length);
      System.arraycopy(kept, 0, all, passed.length, kept.length);
      assertEquals(200, Chats.send(box, Chats.body("m"), all).status());
      for (String line : passed) {
        int colon = line.indexOf(':');
        String name = line.substring(0, colon);
        assertEquals(Optional.of(line.substring(colon + 2)), sent(upstream, name), name);
        assertEquals(
            1,
            upstream.chats().getLast().headers().stream()
                .filter(header -> header.name().equalsIgnoreCase(name))
                .count());
      }
      for (String line : kept) {
        String name = line.substring(0, line.indexOf(':'));
        assertEquals(Optional.empty(), sent(upstream, name), name);
      }

      assertEquals(200, Chats.send(box, Chats.body("m")).status());
      assertEquals(Optional.of("Nexus"), sent(upstream, "User-Agent"));
    }
  }

  @Test
  void headers_ofTheBackendsConfiguration_areSentAndGoFirst() throws Exception {
    String headers =
        "headers = { \"HTTP-Referer\" = \"https://example.org\", \"OpenAI-Organization\" = \"ours\","
            + " \"X-Token_env\" = \"TOKEN_OF_TEST\" }";
    try (Upstream upstream =
            Upstream.start(
                request ->
                    UpstreamReply.refuse(
                            400,
                            "{\"error\":{\"message\":\"you sent "
                                + Wire.value(request.headers(), "X-Token").orElse("none")
                                + "\"}}")
                        .with("x-request-id", "id of " + TOKEN));
        LogCapture log = LogCapture.open();
        GatewayBox box =
            GatewayBox.of(config(headers), upstream).with("TOKEN_OF_TEST", TOKEN).start()) {
      Answer answer = Chats.send(box, Chats.body("m"), "OpenAI-Organization: theirs");
      assertEquals(400, answer.status());
      assertEquals(Optional.of("https://example.org"), sent(upstream, "HTTP-Referer"));
      assertEquals(Optional.of("ours"), sent(upstream, "OpenAI-Organization"));
      assertEquals(Optional.of(TOKEN), sent(upstream, "X-Token"));
      assertEquals(
          Optional.of("https://example.org"),
          Wire.value(upstream.requests().getFirst().headers(), "HTTP-Referer"),
          "the health check, too");
      assertTrue(answer.text().contains("you sent ****"), answer::text);
      assertFalse(answer.text().contains(TOKEN));
      assertFalse(Chats.header(answer, "X-Upstream-Request-Id").contains(TOKEN));
      assertFalse(log.text().contains(TOKEN));
    }
  }

  @ParameterizedTest
  @CsvSource({"200", "400", "429"})
  void headers_ofTheAnswerThatAreListed_reachTheClient(int status) throws Exception {
    try (Upstream upstream =
            Upstream.start(
                request ->
                    UpstreamReply.json(status, "{\"choices\":[]}", USAGE)
                        .with("x-request-id", "req-of-the-provider")
                        .with("x-ratelimit-remaining-requests", "41")
                        .with("anthropic-ratelimit-tokens-limit", "1000")
                        .with("Retry-After", "7")
                        .with("Set-Cookie", "a=b")
                        .with("Server", "them")
                        .with("openai-organization", "ours"));
        GatewayBox box = GatewayBox.start("[routing]\nmax_retries = 0\n" + config(""), upstream)) {
      Answer answer = Chats.send(box, Chats.body("m"));
      assertEquals(status, answer.status());
      assertEquals("req-of-the-provider", Chats.header(answer, "X-Upstream-Request-Id"));
      assertTrue(Chats.header(answer, "X-Request-Id").startsWith("req_"));
      assertEquals("41", Chats.header(answer, "x-ratelimit-remaining-requests"));
      assertEquals("1000", Chats.header(answer, "anthropic-ratelimit-tokens-limit"));
      assertEquals(status == 200, answer.header("Retry-After").isEmpty());
      for (String name : new String[] {"Set-Cookie", "Server", "openai-organization"}) {
        assertEquals(Optional.empty(), answer.header(name), name);
      }
    }
  }

  @Test
  void headers_ofAStream_reachTheClient() throws Exception {
    String stream =
        String.join(
            "\r\n",
            "HTTP/1.1 200 OK",
            "Content-Type: text/event-stream",
            "request-id: stream-1",
            "X-RateLimit-Limit-Tokens: 5",
            "Connection: close",
            "",
            "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"a\"}}]}",
            "",
            "data: [DONE]",
            "",
            "");
    try (Upstream upstream = Upstream.start(_ -> UpstreamReply.raw(stream));
        GatewayBox box = GatewayBox.start(config(""), upstream)) {
      Answer answer = Chats.send(box, Chats.body("m", "\"stream\":true"));
      assertEquals("stream-1", Chats.header(answer, "X-Upstream-Request-Id"));
      assertEquals("5", Chats.header(answer, "x-ratelimit-limit-tokens"));
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "\"Content-Length\" = \"5\" | a header that the gateway itself sets",
        "\"no name\" = \"5\" | no name of a header",
        "\"X-A_env\" = \"NOT_SET_HERE\" | environment variable NOT_SET_HERE is not set",
        "\"X-A\" = \"1\", \"x-a\" = \"2\" | names a header twice",
        "\"X-A_env\" = \"BROKEN\" | a value with characters not allowed in headers",
        "\"Authorization\" = \"Bearer x\" | the header of the backend's api_key",
      })
  void headers_thatCannotBe_areToldOf(String pair, String wrong, @TempDir Path folder)
      throws Exception {
    Path file = folder.resolve("nexus.toml");
    String toml = config("api_key_env = \"KEY\"\nheaders = { " + pair + " }");
    Files.writeString(file, toml.replace("{0}", "http://127.0.0.1:1/v1"));
    var result =
        NexusConfig.load(file, Map.of("KEY", "some-key", "BROKEN", "secret\r\nHost: elsewhere"));
    if (result instanceof Invalid invalid) {
      String told = invalid.problems().toString();
      assertTrue(told.contains(wrong), told);
      assertTrue(told.contains("headers"), told);
      assertFalse(told.contains("elsewhere"), told);
    } else {
      throw new AssertionError("it was taken: " + pair);
    }
  }

  @Test
  void headers_thatAreSecret_areShownByTheirPlace(@TempDir Path folder) throws Exception {
    Path file = folder.resolve("nexus.toml");
    String toml = config("headers = { \"X-A\" = \"plain\", \"X-Token_env\" = \"TOKEN_OF_TEST\" }");
    Files.writeString(file, toml.replace("{0}", "http://127.0.0.1:1/v1"));
    var environment = Map.of("TOKEN_OF_TEST", TOKEN);
    if (NexusConfig.load(file, environment) instanceof Loaded loaded) {
      String shown = loaded.config().toml();
      assertTrue(shown.contains("X-Token_env = \"TOKEN_OF_TEST\""), shown);
      assertTrue(shown.contains("X-A = \"plain\""), shown);
      assertFalse(shown.contains(TOKEN), shown);
      Files.writeString(file, shown);
      assertTrue(NexusConfig.load(file, environment) instanceof Loaded, "it can be read again");
    } else {
      throw new AssertionError("it was not taken");
    }
  }
}
