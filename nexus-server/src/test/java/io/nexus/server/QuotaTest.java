package io.nexus.server;

import static io.nexus.server.GatewayBox.ask;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nexus.server.mock.Upstream;
import io.nexus.server.mock.UpstreamReply;
import io.nexus.server.mock.UpstreamUsage;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What backends allow: their own quotas, as configured and as they say, send requests elsewhere.
 */
@Timeout(60)
class QuotaTest {

  private static final String TWO =
      """
      [routing]
      strategy = "priority_only"
      max_retries = 0
      [[backends]]
      name = "first"
      type = "generic"
      location = "local"
      url = "{0}"
      models = ["m"]
      priority = 1
      [[backends]]
      name = "second"
      type = "generic"
      location = "local"
      url = "{0}"
      models = ["m"]
      priority = 2
      """;

  private static final UpstreamUsage USAGE = UpstreamUsage.of(8, 20);

  private final Upstream upstream;

  QuotaTest() throws IOException {
    upstream = Upstream.start(request -> UpstreamReply.chat(request, "Hello", USAGE));
  }

  @AfterEach
  void end() throws IOException {
    upstream.close();
  }

  @Test
  void quota_ofABackend_isUsedAndThenTheNextOneServes() throws Exception {
    var toml = TWO.replace("priority = 1", "priority = 1\nrequests_per_minute = 2");
    try (var box = GatewayBox.start(toml, upstream)) {
      for (var expected : List.of("first", "first", "second", "second")) {
        var answer = Chats.send(box, ask());
        assertEquals(200, answer.status(), answer::text);
        assertEquals(expected, Chats.header(answer, "X-Nexus-Backend"));
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "x-ratelimit-remaining-requests, x-ratelimit-reset-requests, 1h0m0s",
    "X-RateLimit-Remaining-Tokens, X-RateLimit-Reset-Tokens, 6m12.5s",
    "x-ratelimit-remaining, x-ratelimit-reset, 1773144060",
    "anthropic-ratelimit-output-tokens-remaining, anthropic-ratelimit-output-tokens-reset,"
        + " 2026-03-10T12:01:00Z",
  })
  void quota_usedUpAsTheBackendSays_sendsTheNextRequestElsewhere(
      String remaining, String reset, String when) throws Exception {
    upstream.script(
        request ->
            UpstreamReply.completion(request, "Hello", USAGE)
                .with(remaining, "0")
                .with(reset, when));
    try (var box = GatewayBox.start(TWO, upstream)) {
      for (var expected : List.of("first", "second")) {
        assertEquals(expected, Chats.header(Chats.send(box, ask()), "X-Nexus-Backend"));
      }
      var refused = Chats.send(box, ask());
      assertEquals(429, refused.status(), "both rest");
      assertTrue(Integer.parseInt(Chats.header(refused, "Retry-After")) > 0);
    }
  }
}
