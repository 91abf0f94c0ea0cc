package io.nexus.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.nexus.server.RawHttp.Answer;
import io.nexus.server.mock.Upstream;
import io.nexus.server.mock.UpstreamReply;
import io.nexus.server.mock.UpstreamUsage;
import io.nexus.server.mock.UpstreamUsage.Prices;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The soft limit and the hard limit of the global budget, as clients and operators see them. */
class SpendLimitTest {

  /** Each request to the cloud costs, at the most and in fact, a thousandth of a dollar. */
  private static final String BACKENDS =
      """
      [[backends]]
      name = "cloud"
      type = "openai"
      url = "{0}"
      priority = 1
      models = ["m", "cloudy"]
      [[backends]]
      name = "desk"
      type = "vllm"
      url = "{1}"
      priority = 50
      models = ["m", "own"]
      [[pricing]]
      provider = "openai"
      model = "*"
      input = 0
      output = 10
      """;

  private static final String MAX = "\"max_tokens\":100";
  private static final UpstreamUsage USAGE = UpstreamUsage.of(8, 100);

  private static String config(String limit, String... lines) {
    return "[budget]\nmonthly_limit = " + limit + "\n" + String.join("\n", lines) + "\n" + BACKENDS;
  }

  private static Upstream cloud() throws IOException {
    return Upstream.answering("Hello", USAGE).price(Prices.of("0", "10"));
  }

  private static Upstream desk() throws IOException {
    return Upstream.answering("Hello", USAGE);
  }

  private static void spend(GatewayBox box, int requests) throws IOException {
    for (int i = 0; i < requests; i++) {
      assertEquals(200, Chats.send(box, Chats.body("cloudy", MAX)).status());
    }
  }

  private static Set<String> fieldsOf(JsonNode object) {
    Set<String> names = new TreeSet<>();
    object.fieldNames().forEachRemaining(names::add);
    return names;
  }

  @ParameterizedTest
  @ValueSource(strings = {"smart", "round_robin", "priority_only", "random"})
  void softLimit_reached_sendsToLocalFirstAndToTheCloudWithoutIt(String strategy) throws Exception {
    String config = config("0.04", "[routing]", "strategy = \"" + strategy + "\"");
    try (Upstream cloud = cloud();
        Upstream desk = desk();
        GatewayBox box = GatewayBox.start(config, cloud, desk);
        LogCapture log = LogCapture.open()) {
      spend(box, 31);
      Answer before = Chats.send(box, Chats.body("cloudy", MAX));
      assertEquals("SoftLimit", Chats.header(before, "X-Nexus-Budget-Status"));
      assertEquals("80.00", Chats.header(before, "X-Nexus-Budget-Utilization"));
      assertEquals("0.008", Chats.header(before, "X-Nexus-Budget-Remaining"));
      assertEquals("global", Chats.header(before, "X-Nexus-Budget-Name"));

      int local = 0;
      for (int i = 0; i < 20; i++) {
        Answer answer = Chats.send(box, Chats.body("m", MAX));
        assertEquals(200, answer.status());
        if (Chats.header(answer, "X-Nexus-Backend").equals("desk")) {
          local++;
          assertEquals("local", Chats.header(answer, "X-Nexus-Backend-Type"));
          assertEquals("budget-soft-limit", Chats.header(answer, "X-Nexus-Route-Reason"));
          assertEquals("0", Chats.header(answer, "X-Nexus-Cost"));
        }
      }
      assertTrue(local >= 18, local + " of 20 went local");

      desk.script(_ -> new UpstreamReply.HangUp(UpstreamReply.Break.RESET));
      Answer without = Chats.send(box, Chats.body("m", MAX));
      assertEquals("cloud", Chats.header(without, "X-Nexus-Backend"));
      assertEquals("failover", Chats.header(without, "X-Nexus-Route-Reason"));

      String warning = "WARNING Budget soft limit reached: preferring local agents";
      assertEquals(1, log.count(warning), log::text);
      assertEquals(1, MetricsPage.of(box).count("nexus_budget_soft_limit_activations_total"));
      assertEquals("SoftLimit", box.stats().at("/budget/status").asText());
    }
  }

  @Test
  void belowTheSoftLimit_theStrategyDecides() throws Exception {
    try (Upstream cloud = cloud();
        Upstream desk = desk();
        GatewayBox box =
            GatewayBox.start(
                config("0.04", "[routing]", "strategy = \"priority_only\""), cloud, desk)) {
      spend(box, 30);
      Answer answer = Chats.send(box, Chats.body("m", MAX));
      assertEquals("cloud", Chats.header(answer, "X-Nexus-Backend"));
      assertEquals("capability-match", Chats.header(answer, "X-Nexus-Route-Reason"));
      assertEquals("Normal", Chats.header(answer, "X-Nexus-Budget-Status"));
    }
  }

  @ParameterizedTest
  @CsvSource({"local-only, 429, 503", "reject, 429, 429", "reject, 402, 402"})
  void hardLimit_reached_callsNoCloudAndServesWhatIsFree(String action, int status, int expected)
      throws Exception {
    String config =
        config("0.005", "hard_limit_action = \"" + action + "\"", "over_budget_status = " + status);
    try (Upstream cloud = cloud();
        Upstream desk = desk();
        GatewayBox box = GatewayBox.start(config, cloud, desk);
        LogCapture log = LogCapture.open()) {
      spend(box, 5);
      for (int i = 0; i < 10; i++) {
        assertRefused(Chats.send(box, Chats.body("cloudy", MAX)), expected);
        assertRefused(Chats.send(box, Chats.body("cloudy", "\"stream\":true")), expected);
        Answer both = Chats.send(box, Chats.body("m", MAX));
        assertEquals("desk", Chats.header(both, "X-Nexus-Backend"));
        assertEquals("budget-hard-limit", Chats.header(both, "X-Nexus-Route-Reason"));
        Answer own = Chats.send(box, Chats.body("own"));
        assertEquals(200, own.status());
        assertEquals("HardLimit", Chats.header(own, "X-Nexus-Budget-Status"));
        assertEquals("100.00", Chats.header(own, "X-Nexus-Budget-Utilization"));
        assertEquals("0", Chats.header(own, "X-Nexus-Budget-Remaining"));
      }
      assertEquals(5, cloud.chats().size(), "no call that costs money");
      assertEquals(1, log.count("SEVERE Budget hard limit reached: " + action), log::text);
      MetricsPage metrics = MetricsPage.of(box);
      assertEquals(1, metrics.count("nexus_budget_hard_limit_activations_total"));
      assertEquals(
          20,
          metrics.count(
              "nexus_budget_requests_blocked_total",
              "reason=\"hard_limit_" + action.replace('-', '_') + '"'));
      assertEquals(20, box.stats().at("/requests/blocked").asLong());
    }
  }

  /** Left to the gateway it is the status and the code that OpenAI's clients know. */
  @ParameterizedTest
  @CsvSource({
    "'', insufficient_quota",
    "'over_budget_status = \"auto\"', insufficient_quota",
    "over_budget_status = 429, budget_exceeded"
  })
  void hardLimit_status_isTheOneThatClientsUnderstand(String line, String code) throws Exception {
    try (Upstream cloud = cloud();
        Upstream desk = desk();
        GatewayBox box =
            GatewayBox.start(config("0", "hard_limit_action = \"reject\"", line), cloud, desk)) {
      Answer answer = Chats.send(box, Chats.body("cloudy", MAX));
      assertEquals(429, answer.status(), answer::text);
      JsonNode error = GatewayBox.json(answer).path("error");
      assertEquals("budget_exceeded", error.path("type").asText());
      assertEquals(code, error.path("code").asText());
      assertEquals("false", Chats.header(answer, "x-should-retry"));
    }
  }

  /** At noon on the tenth of March, with the next cycle on the first of April. */
  private static void assertRefused(Answer answer, int status) throws IOException {
    assertEquals(status, answer.status(), answer::text);
    assertTrue(answer.header("Retry-After").isEmpty(), "three weeks are left");
    assertEquals("false", Chats.header(answer, "x-should-retry"));
    assertTrue(Chats.header(answer, "Content-Type").startsWith("application/json"));
    assertTrue(Chats.header(answer, "X-Request-Id").startsWith("req_"));
    JsonNode error = GatewayBox.json(answer).path("error");
    assertEquals(Set.of("message", "type", "param", "code", "budget"), fieldsOf(error));
    assertTrue(
        error.path("message").asText().startsWith("Budget limit exceeded, request rejected"));
    assertEquals("budget_exceeded", error.path("type").asText());
    assertTrue(error.path("param").isNull());
    assertEquals("budget_exceeded", error.path("code").asText());
    JsonNode budget = error.path("budget");
    assertEquals(
        Set.of("name", "limit", "spent", "held", "remaining", "required", "resets_at"),
        fieldsOf(budget));
    assertEquals("global", budget.path("name").asText());
    assertEquals(5_000_000, GatewayBox.nanos(budget.path("limit")));
    assertEquals(5_000_000, GatewayBox.nanos(budget.path("spent")));
    assertEquals(0, GatewayBox.nanos(budget.path("held")));
    assertEquals(0, GatewayBox.nanos(budget.path("remaining")));
    assertTrue(GatewayBox.nanos(budget.path("required")) >= 1_000_000);
    assertEquals("2026-04-01T00:00:00Z", budget.path("resets_at").asText());
  }

  @ParameterizedTest
  @ValueSource(strings = {"local-only", "reject"})
  void limit_ofNothing_isExhaustedFromTheStart(String action) throws Exception {
    String config = config("0.00", "hard_limit_action = \"" + action + "\"");
    try (Upstream cloud = cloud();
        Upstream desk = desk();
        GatewayBox box = GatewayBox.start(config, cloud, desk)) {
      JsonNode budget = box.stats().path("budget");
      assertEquals("HardLimit", budget.path("status").asText());
      assertEquals(
          "100",
          budget.path("utilization_percent").decimalValue().stripTrailingZeros().toPlainString());
      assertEquals(
          action.equals("reject") ? 429 : 503, Chats.send(box, Chats.body("cloudy")).status());
      assertEquals("desk", Chats.header(Chats.send(box, Chats.body("m")), "X-Nexus-Backend"));
      assertEquals(200, Chats.send(box, Chats.body("own")).status());
      assertTrue(cloud.chats().isEmpty());
    }
  }

  @Test
  void hardLimit_thatOnlyWarns_admitsAndSaysSoOnce() throws Exception {
    try (Upstream cloud = cloud();
        Upstream desk = desk();
        GatewayBox box =
            GatewayBox.start(config("0.003", "hard_limit_action = \"warn\""), cloud, desk);
        LogCapture log = LogCapture.open()) {
      spend(box, 10);
      Answer answer = Chats.send(box, Chats.body("cloudy", MAX));
      assertEquals("HardLimit", Chats.header(answer, "X-Nexus-Budget-Status"));
      assertEquals("366.66", Chats.header(answer, "X-Nexus-Budget-Utilization"));
      assertEquals("0", Chats.header(answer, "X-Nexus-Budget-Remaining"));
      assertEquals(1, log.count("SEVERE Budget hard limit reached: warn"), log::text);
      JsonNode stats = box.idle();
      assertEquals(cloud.billNanos(), GatewayBox.nanos(stats.at("/budget/current_spending_usd")));
      assertEquals(0, stats.at("/requests/blocked").asLong());
      MetricsPage metrics = MetricsPage.of(box);
      assertEquals(0, metrics.count("nexus_budget_requests_blocked_total"));
      assertEquals(1, metrics.count("nexus_budget_hard_limit_activations_total"));
    }
  }

  @Test
  void budget_inShadow_reportsAndNeverActs() throws Exception {
    try (Upstream cloud = cloud();
        Upstream desk = desk();
        GatewayBox box =
            GatewayBox.start(
                config("0.003", "mode = \"shadow\"", "hard_limit_action = \"reject\""),
                cloud,
                desk)) {
      spend(box, 10);
      String plain = Chats.body("cloudy");
      assertEquals(200, Chats.send(box, plain).status());
      assertEquals(plain, cloud.chats().getLast().text(), "a body that nothing limits stays");
      assertEquals(
          cloud.billNanos(), GatewayBox.nanos(box.idle().at("/budget/current_spending_usd")));
      assertEquals(
          8, MetricsPage.of(box).count("nexus_budget_shadow_decisions_total", "action=\"reject\""));
    }
  }

  @Test
  void start_withABudget_saysWhatIsEnforced() throws Exception {
    try (Upstream cloud = cloud();
        Upstream desk = desk();
        LogCapture log = LogCapture.open();
        GatewayBox _ = GatewayBox.start(config("100.00"), cloud, desk)) {
      String line =
          "INFO Budget enforcement enabled: $100.00/month, soft limit 80%, action local-only";
      assertTrue(log.lines().contains(line), log::text);
      assertEquals(List.of(), cloud.chats());
    }
  }
}
