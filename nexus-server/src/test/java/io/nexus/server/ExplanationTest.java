package io.nexus.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.nexus.server.RawHttp.Answer;
import io.nexus.server.mock.Upstream;
import io.nexus.server.mock.UpstreamReply;
import io.nexus.server.mock.UpstreamReply.Pace;
import io.nexus.server.mock.UpstreamReply.Stalled;
import io.nexus.server.mock.UpstreamUsage;
import io.nexus.server.mock.UpstreamUsage.Prices;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Semaphore;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The explanation of a request's way is what happens to the request. */
class ExplanationTest {

  private static final String CONFIG =
      """
      [budget]
      monthly_limit = 0.03
      hard_limit_action = "local-only"
      [[budgets]]
      name = "user"
      match = { user = "u1" }
      limit = 0.001
      hard_limit_action = "reject"
      [[budgets]]
      name = "large"
      match = { model = "large" }
      limit = 0.0455
      [routing]
      strategy = "priority_only"
      max_retries = 0
      [routing.fallbacks]
      "large" = ["small", "own"]
      "secret" = ["own"]
      [[routing.policies]]
      model_pattern = "sec*"
      privacy = "restricted"
      [[routing.policies]]
      model_pattern = "small"
      min_tier = 3
      [[backends]]
      name = "east"
      type = "openai"
      url = "{0}"
      priority = 1
      tier = 3
      models = ["large", "small", "secret", "closed", "pricey"]
      [[backends]]
      name = "west"
      type = "generic"
      location = "cloud"
      url = "{0}"
      priority = 2
      tier = 1
      models = ["large", "small", "odd"]
      [[backends]]
      name = "desk"
      type = "vllm"
      url = "{1}"
      priority = 3
      tier = 2
      models = ["own", "odd"]
      [[routing.policies]]
      model_pattern = "closed"
      privacy = "restricted"
      [[pricing]]
      model = "large"
      input = 0
      output = 10
      [[pricing]]
      model = "pricey"
      input = 0
      output = 10
      [[pricing]]
      model = "*"
      provider = "openai"
      input = 0
      output = 2
      """;

  private static List<String> reasons(JsonNode list) {
    List<String> reasons = new ArrayList<>();
    for (JsonNode each : list) {
      reasons.add(
          String.join(
              " | ",
              each.path("backend").asText(),
              each.path("model").asText(),
              each.path("reconciler").asText(),
              each.path("reason").asText()));
    }
    return reasons;
  }

  private static Map<String, Long> counted(MetricsPage page) {
    Map<String, Long> counts = new TreeMap<>();
    String name = "nexus_reconciler_exclusions_total{";
    for (String line : page.lines()) {
      if (line.startsWith(name)) {
        int end = line.indexOf('}');
        String reconciler = line.substring(name.length(), end);
        counts.put(reconciler, page.count(name.substring(0, name.length() - 1), reconciler));
      }
    }
    return counts;
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void explanation_ofAnyRequest_isWhatHappens(long seed) throws Exception {
    RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
    List<String> models =
        List.of("large", "small", "secret", "closed", "odd", "own", "none", "pricey");
    Set<String> outcomes = new HashSet<>();
    try (Upstream cloud =
            Upstream.answering("Hello", UpstreamUsage.of(8, 60)).price(Prices.of("0", "10"));
        Upstream desk = Upstream.answering("Hello", UpstreamUsage.of(8, 60));
        GatewayBox box = GatewayBox.start(CONFIG, cloud, desk)) {
      for (int i = 0; i < 120; i++) {
        String body =
            Chats.body(
                models.get(random.nextInt(models.size())),
                "\"user\":\"u" + random.nextInt(1, 4) + '"',
                "\"max_tokens\":" + random.nextInt(50, 500),
                "\"stream\":" + random.nextBoolean());
        String leniency =
            List.of("X-Nexus-Strict: true", "X-Nexus-Flexible: true", "X-None: true")
                .get(random.nextInt(3));
        Map<String, Long> before = counted(MetricsPage.of(box));
        JsonNode explained;
        try (RawHttp client = RawHttp.connect(box.port())) {
          explained = GatewayBox.json(client.post("/v1/explain", body, leniency));
        }
        assertEquals(before, counted(MetricsPage.of(box)), "an explanation counts nothing");
        Answer answer = Chats.send(box, body, leniency);
        String context = "seed " + seed + ": " + body + " " + leniency + ": " + explained;
        outcomes.add(assertSame(explained, answer, context));
        for (JsonNode each : explained.path("excluded")) {
          before.merge("reconciler=\"" + each.path("reconciler").asText() + '"', 1L, Long::sum);
        }
        assertEquals(before, counted(MetricsPage.of(box)), context);
      }
      assertTrue(
          outcomes.containsAll(Set.of("route", "no_backend", "over_budget", "model_not_found")),
          outcomes::toString);
    }
  }

  private static String assertSame(JsonNode explained, Answer answer, String context)
      throws Exception {
    if (explained.path("decision").asText().equals("route")) {
      assertEquals(200, answer.status(), context);
      assertEquals(
          explained.path("backend").asText(), Chats.header(answer, "X-Nexus-Backend"), context);
      assertEquals(
          explained.path("reason").asText(), Chats.header(answer, "X-Nexus-Route-Reason"), context);
      assertEquals(
          explained.at("/candidates/0/model").asText(),
          Chats.header(answer, "X-Nexus-Model"),
          context);
      return "route";
    }
    JsonNode error = GatewayBox.json(answer).path("error");
    String reason = explained.path("reason").asText();
    switch (reason) {
      case "no_backend" -> {
        assertEquals(503, answer.status(), context);
        assertEquals(reasons(explained.path("excluded")), reasons(error.path("reasons")), context);
      }
      case "over_budget" -> assertEquals("budget_exceeded", error.path("type").asText(), context);
      default -> assertEquals(reason, error.path("code").asText(), context);
    }
    return reason;
  }

  @ParameterizedTest
  @CsvSource({
    "elastic, elastic, 0.00512",
    "worst-case, elastic, 0.02",
    "elastic, worst-case, 0.02",
    "worst-case, worst-case, 0.02",
  })
  void holds_ofAStream_areTheWorstCaseWhereABudgetWantsIt(String global, String own, String held)
      throws Exception {
    String config =
        CONFIG
            .replace("monthly_limit = 0.03", "monthly_limit = 0.03\nholds = \"" + global + '"')
            .replace(
                "[routing]\n",
                """
                [[budgets]]
                name = "own"
                match = { model = "pricey" }
                limit = 1
                holds = "OWN"
                [routing]
                """
                    .replace("OWN", own));
    try (Upstream cloud = Upstream.answering("Hello", UpstreamUsage.of(8, 60));
        Upstream desk = Upstream.answering("Hello", UpstreamUsage.of(8, 60));
        GatewayBox box = GatewayBox.start(config, cloud, desk)) {
      String body = Chats.body("pricey", "\"max_tokens\":2000", "\"stream\":true");
      JsonNode chosen =
          GatewayBox.json(box.connect().post("/v1/explain", body)).at("/candidates/0");
      assertEquals(new BigDecimal(held), chosen.path("hold_usd").decimalValue());
      assertEquals(new BigDecimal("0.02"), chosen.path("worst_case_usd").decimalValue());
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          # the request                          | limit | clamped | held
          "max_tokens":500                       |   500 | false   | 0.005
          "max_tokens":500,"n":3                 |   500 | false   | 0.015
          "max_tokens":9000                      |  3000 | true    | 0.03
          "max_tokens":9000,"stream":true        |  3000 | true    | 0.00512
          "max_tokens":100,"stream":true         |   100 | false   | 0.001
          "max_tokens":9000,"stream":true,"n":5  |   600 | true    | 0.0256
          "stream":true                          | 1048576 | false | 0.00512
          "temperature":1                        |  3000 | true    | 0.03
          """)
  void explanation_ofWhatIsHeld_isWhatIsHeld(
      String fields, long limit, boolean clamped, String held) throws Exception {
    var permits = new Semaphore(0);
    try (Upstream cloud =
            Upstream.start(
                request ->
                    new Stalled(
                        Pace.permits(permits),
                        UpstreamReply.completion(request, "Hi", UpstreamUsage.of(8, 60))));
        Upstream desk = Upstream.answering("Hello", UpstreamUsage.of(8, 60));
        GatewayBox box = GatewayBox.start(CONFIG, cloud, desk)) {
      String body = Chats.body("pricey", fields);
      JsonNode chosen =
          GatewayBox.json(box.connect().post("/v1/explain", body)).at("/candidates/0");
      assertEquals(limit, chosen.path("max_output_tokens").asLong());
      assertEquals(clamped, chosen.path("clamped").asBoolean());
      assertEquals(new BigDecimal(held), chosen.path("hold_usd").decimalValue());
      RawHttp client = box.connect();
      client.request("POST", GatewayBox.CHAT, body);
      cloud.awaitChat(1);
      JsonNode budget = box.stats().path("budget");
      assertEquals(
          GatewayBox.nanos(chosen.path("hold_usd")), GatewayBox.nanos(budget.path("held_usd")));
      permits.release(10);
      Answer answer = client.read();
      assertEquals(clamped, answer.header("X-Nexus-Max-Tokens-Clamped").isPresent());
    }
  }
}
