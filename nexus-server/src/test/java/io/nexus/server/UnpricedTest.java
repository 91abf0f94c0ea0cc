package io.nexus.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.nexus.server.RawHttp.Answer;
import io.nexus.server.mock.Upstream;
import io.nexus.server.mock.UpstreamUsage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Models of unknown price. */
class UnpricedTest {

  private static final String CONFIG =
      """
      [budget]
      monthly_limit = %s
      unpriced = "%s"
      [[backends]]
      name = "cloud"
      type = "openai"
      url = "{0}"
      models = ["never-heard-of", "gpt-4o"]
      """;

  private static final String BODY = Chats.body("never-heard-of", "\"max_tokens\":100");

  @Test
  void estimate_chargesTheConservativePrice() throws Exception {
    try (Upstream upstream = Upstream.answering("Hi", UpstreamUsage.of(10, 100));
        GatewayBox box = GatewayBox.start(CONFIG.formatted("1", "estimate"), upstream)) {
      Answer answer = Chats.send(box, BODY);
      // 20 dollars a million for input, 80 for output.
      assertEquals("0.0082", Chats.header(answer, "X-Nexus-Cost"));
      assertEquals(8_200_000, GatewayBox.nanos(box.idle().at("/budget/current_spending_usd")));
      assertEquals(200, Chats.send(box, Chats.body("gpt-4o")).status());
      assertEquals(1, MetricsPage.of(box).count("nexus_unpriced_requests_total"));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"1", "0"})
  void allow_letsThroughWithoutAHoldAndCounts(String limit) throws Exception {
    try (Upstream upstream = Upstream.answering("Hi", UpstreamUsage.of(10, 100));
        GatewayBox box = GatewayBox.start(CONFIG.formatted(limit, "allow"), upstream)) {
      Answer answer = Chats.send(box, BODY);
      assertEquals(200, answer.status(), answer::text);
      assertEquals("0", Chats.header(answer, "X-Nexus-Cost"));
      assertEquals(BODY, upstream.awaitChat(1).text());
      JsonNode stats = box.idle();
      assertEquals(0, GatewayBox.nanos(stats.at("/budget/current_spending_usd")));
      assertEquals(100, stats.at("/models/0/output_tokens").asLong());
      assertEquals(1, MetricsPage.of(box).count("nexus_unpriced_requests_total"));
    }
  }

  @Test
  void deny_refusesWithTheReason() throws Exception {
    try (Upstream upstream = Upstream.answering("Hi", UpstreamUsage.of(10, 100));
        GatewayBox box = GatewayBox.start(CONFIG.formatted("1", "deny"), upstream)) {
      Answer answer = Chats.send(box, BODY);
      assertEquals(503, answer.status());
      JsonNode error = GatewayBox.json(answer).path("error");
      assertEquals("no_backend", error.path("code").asText());
      assertTrue(error.at("/reasons/0/reason").asText().contains("price is not known"));
      assertTrue(upstream.chats().isEmpty());
      assertEquals(200, Chats.send(box, Chats.body("gpt-4o")).status());
      assertFalse(upstream.chats().isEmpty());
    }
  }
}
