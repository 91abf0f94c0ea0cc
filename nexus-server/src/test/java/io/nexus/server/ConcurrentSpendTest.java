package io.nexus.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.nexus.server.mock.Upstream;
import io.nexus.server.mock.UpstreamUsage;
import io.nexus.server.mock.UpstreamUsage.Prices;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Many requests at once on a budget that pays for few. */
class ConcurrentSpendTest {

  private static final int REQUESTS = 400;
  private static final int PAID = 50;

  /** Each request costs, at the most and in fact, a thousandth of a dollar. */
  private static final String CONFIG =
      """
      [budget]
      monthly_limit = 0.05
      hard_limit_action = "ACTION"
      [[backends]]
      name = "cloud"
      type = "openai"
      url = "{0}"
      models = ["m"]
      max_concurrent = 1000
      [[pricing]]
      model = "m"
      input = 0
      output = 10
      """;

  @ParameterizedTest
  @CsvSource({"reject, false, 429", "reject, true, 429", "local-only, false, 503"})
  void requests_moreThanTheBudgetPays_areRefusedAndNeverBilled(
      String action, boolean streaming, int refusal) throws Exception {
    String body = Chats.body("m", "\"max_tokens\":100", "\"stream\":" + streaming);
    String text = "word ".repeat(99) + "word";
    try (Upstream upstream =
            Upstream.answering(text, UpstreamUsage.of(8, 100)).price(Prices.of("0", "10"));
        GatewayBox box = GatewayBox.start(CONFIG.replace("ACTION", action), upstream)) {
      var answers = Chats.atOnce(box, REQUESTS, _ -> body);
      assertEquals(PAID, Chats.count(answers, 200));
      assertEquals(REQUESTS - PAID, Chats.count(answers, refusal));
      for (var answer : answers) {
        if (answer.status() != 200) {
          JsonNode error = GatewayBox.json(answer).path("error");
          assertEquals("budget_exceeded", error.path("type").asText());
          assertEquals("false", Chats.header(answer, "x-should-retry"));
        } else if (streaming) {
          assertTrue(answer.text().endsWith("data: [DONE]\n\n"), answer::text);
        }
      }

      JsonNode stats = box.idle();
      assertEquals(50_000_000, upstream.billNanos());
      assertEquals(50_000_000, GatewayBox.nanos(stats.at("/budget/current_spending_usd")));
      assertEquals(0, GatewayBox.nanos(stats.at("/budget/held_usd")));
      assertEquals(REQUESTS, stats.at("/requests/total").asLong());
      assertEquals(REQUESTS - PAID, stats.at("/requests/blocked").asLong());
      assertEquals(PAID, upstream.chats().size());
      String reason = "reason=\"hard_limit_" + action.replace('-', '_') + '"';
      MetricsPage metrics = MetricsPage.of(box);
      assertEquals(REQUESTS - PAID, metrics.count("nexus_budget_requests_blocked_total", reason));
      assertEquals(1, metrics.count("nexus_budget_hard_limit_activations_total"));
    }
  }
}
