package io.nexus.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nexus.server.RawHttp.Answer;
import io.nexus.server.mock.Upstream;
import io.nexus.server.mock.UpstreamRequest;
import io.nexus.server.mock.UpstreamUsage;
import io.nexus.server.mock.UpstreamUsage.Prices;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Fallbacks when money is short: a local model, or a cheaper one. */
class FallbackTest {

  private static final String BACKENDS =
      """
      [[backends]]
      name = "cloud"
      type = "openai"
      url = "{0}"
      priority = 1
      models = ["gpt-4o", "gpt-4o-mini", "lone"]
      [[backends]]
      name = "desk"
      type = "vllm"
      url = "{1}"
      priority = 90
      models = ["llama3:70b"]
      [[pricing]]
      model = "gpt-4o"
      input = 0
      output = 10
      [[pricing]]
      model = "lone"
      input = 0
      output = 10
      [[pricing]]
      model = "gpt-4o-mini"
      input = 0
      output = 0.6
      """;

  private static final String MAX = "\"max_tokens\":100";

  private static Upstream cloud() throws IOException {
    return Upstream.answering("Hello", UpstreamUsage.of(8, 100))
        .price(Prices.of("0", "10"))
        .price("gpt-4o-mini", Prices.of("0", "0.6"));
  }

  private static Upstream desk() throws IOException {
    return Upstream.answering("Hello", UpstreamUsage.of(8, 100));
  }

  private static void assertRan(Answer answer, String model, String reason) {
    assertEquals(200, answer.status(), answer::text);
    assertEquals(model, Chats.header(answer, "X-Nexus-Model"));
    assertEquals(reason, Chats.header(answer, "X-Nexus-Route-Reason"));
  }

  @Test
  @SuppressWarnings("try") // A backend goes down by its close.
  void localFallback_underPressure_goesBeforeTheCloudModelItself() throws Exception {
    String budget =
        """
        [budget]
        monthly_limit = 0.005
        hard_limit_action = "local-only"
        [routing.fallbacks]
        "gpt-4o" = ["llama3:70b"]
        """;
    try (Upstream cloud = cloud();
        Upstream desk = desk();
        GatewayBox box = GatewayBox.start(budget + BACKENDS, cloud, desk)) {
      for (int i = 0; i < 4; i++) {
        assertRan(Chats.send(box, Chats.body("gpt-4o", MAX)), "gpt-4o", "capability-match");
      }
      Answer soft = Chats.send(box, Chats.body("gpt-4o", MAX));
      assertRan(soft, "llama3:70b", "budget-soft-limit");
      assertEquals("local", Chats.header(soft, "X-Nexus-Backend-Type"));
      assertEquals("SoftLimit", Chats.header(soft, "X-Nexus-Budget-Status"));
      assertEquals("0", Chats.header(soft, "X-Nexus-Cost"));
      assertEquals("llama3:70b", desk.chats().getLast().model());

      Answer strict = Chats.send(box, Chats.body("gpt-4o", MAX), "X-Nexus-Strict: true");
      assertRan(strict, "gpt-4o", "capability-match");
      assertRan(Chats.send(box, Chats.body("gpt-4o", MAX)), "llama3:70b", "budget-hard-limit");
      assertEquals(503, Chats.send(box, Chats.body("lone", MAX)).status());
      desk.close();
      assertTrue(Chats.send(box, Chats.body("gpt-4o", MAX)).status() >= 500);
      assertEquals(5, cloud.chats().size());
    }
  }

  @Test
  void cheaperFallback_fitsWhereTheModelDoesNot_isTaken() throws Exception {
    String budget =
        """
        [budget]
        monthly_limit = 0.0025
        soft_limit_percent = 100
        hard_limit_action = "reject"
        [routing.fallbacks]
        "gpt-4o" = ["gpt-4o-mini"]
        """;
    try (Upstream cloud = cloud();
        Upstream desk = desk();
        GatewayBox box = GatewayBox.start(budget + BACKENDS, cloud, desk)) {
      assertRan(Chats.send(box, Chats.body("gpt-4o", MAX)), "gpt-4o", "capability-match");
      Answer longer = Chats.send(box, Chats.body("gpt-4o", "\"max_tokens\":200"));
      assertRan(longer, "gpt-4o-mini", "budget-hard-limit");
      assertEquals("0.00006", Chats.header(longer, "X-Nexus-Cost"));
      assertTrue(longer.header("X-Nexus-Max-Tokens-Clamped").isEmpty());
      assertRan(Chats.send(box, Chats.body("gpt-4o", MAX)), "gpt-4o", "capability-match");
      for (int i = 0; i < 6; i++) {
        assertRan(Chats.send(box, Chats.body("gpt-4o", MAX)), "gpt-4o-mini", "budget-hard-limit");
      }
      Answer strict = Chats.send(box, Chats.body("gpt-4o", MAX), "X-Nexus-Strict: true");
      assertEquals(429, strict.status());
      assertEquals(
          cloud.billNanos(), GatewayBox.nanos(box.idle().at("/budget/current_spending_usd")));
    }
  }

  @Test
  void shadowBudget_thatWouldRefuse_changesNothingAndSaysSo() throws Exception {
    String budgets =
        """
        [[budgets]]
        name = "trial"
        match = { model = "gpt-*" }
        limit = 0.001
        soft_limit_percent = 50
        hard_limit_action = "reject"
        mode = "shadow"
        [routing.fallbacks]
        "gpt-4o" = ["llama3:70b"]
        """;
    try (Upstream cloud = cloud();
        Upstream desk = desk();
        LogCapture log = LogCapture.open();
        GatewayBox box = GatewayBox.start(budgets + BACKENDS, cloud, desk)) {
      String body = Chats.body("gpt-4o", MAX);
      for (int i = 0; i < 5; i++) {
        Answer answer = Chats.send(box, body);
        assertRan(answer, "gpt-4o", "capability-match");
        assertTrue(
            answer.head().headers().stream().noneMatch(h -> h.name().contains("Budget")),
            () -> answer.head().toString());
        assertTrue(answer.header("X-Nexus-Max-Tokens-Clamped").isEmpty());
      }
      assertEquals(
          List.of(body), cloud.chats().stream().map(UpstreamRequest::text).distinct().toList());
      assertEquals(5_000_000, GatewayBox.nanos(box.idle().at("/budgets/0/current_spending_usd")));
      assertEquals(
          4,
          MetricsPage.of(box)
              .count(
                  "nexus_budget_shadow_decisions_total", "budget=\"trial\"", "action=\"reject\""));
      assertEquals(0, MetricsPage.of(box).count("nexus_budget_requests_blocked_total"));
      assertEquals(
          1,
          log.count("SEVERE Budget hard limit reached: none, in shadow mode [trial]"),
          log::text);
      assertEquals(0, log.count("preferring local agents"), log::text);
    }
  }
}
