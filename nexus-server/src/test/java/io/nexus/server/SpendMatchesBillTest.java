package io.nexus.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.nexus.server.mock.Upstream;
import io.nexus.server.mock.UpstreamReply;
import io.nexus.server.mock.UpstreamRequest;
import io.nexus.server.mock.UpstreamUsage;
import io.nexus.server.mock.UpstreamUsage.Prices;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The gateway's spend equals the upstreams' bill. */
class SpendMatchesBillTest {

  private static final int REQUESTS = 200;

  private static final String CONFIG =
      """
      [budget]
      monthly_limit = 1000
      soft_limit_percent = 100
      [[backends]]
      name = "east"
      type = "openai"
      url = "{0}"
      models = ["large", "small"]
      max_concurrent = 500
      [[backends]]
      name = "west"
      type = "generic"
      location = "cloud"
      provider = "west"
      url = "{1}"
      models = ["large", "odd"]
      max_concurrent = 500
      [[backends]]
      name = "home"
      type = "vllm"
      url = "{2}"
      models = ["own"]
      max_concurrent = 500
      [[pricing]]
      model = "large"
      input = 2.5
      cached_input = 1.25
      output = 10
      reasoning = 12
      [[pricing]]
      model = "small"
      input = 0.0375
      cached_input = 0.01
      output = 0.15
      [[pricing]]
      model = "odd"
      input = 1.333333333
      cached_input = 0.777777777
      output = 3.141592653
      reasoning = 2.718281828
      """;

  /** Answers with some usage that depends on the request, and fails the first try of some. */
  private static final class Script {
    private final Set<String> failed = ConcurrentHashMap.newKeySet();

    UpstreamReply reply(UpstreamRequest request) {
      String user = request.json().path("user").asText();
      if (user.startsWith("fails") && failed.add(user)) {
        return UpstreamReply.refuse(500, "{\"error\":{\"message\":\"overloaded\"}}");
      }
      if (user.startsWith("wrong")) {
        return UpstreamReply.refuse(400, "{\"error\":{\"message\":\"no such parameter\"}}");
      }
      int n = request.number();
      long choices = Math.max(1, request.json().path("n").asLong());
      UpstreamUsage usage =
          new UpstreamUsage(50 + 7L * n, n % 3 == 0 ? 5L * n : 0, (11 + n) * choices, n % 4);
      return UpstreamReply.chat(request, "an answer of a few words", usage);
    }
  }

  private static String body(int i) {
    String model = List.of("large", "small", "odd", "own").get(i % 4);
    String user = "\"user\":\"" + (i % 13 == 0 ? "fails" : i % 17 == 0 ? "wrong" : "u") + i + '"';
    String choices = i % 5 == 0 ? "\"n\":3" : "\"n\":1";
    return switch (i % 3) {
      case 0 -> Chats.body(model, user, choices, "\"max_tokens\":900");
      case 1 -> Chats.body(model, user, choices, "\"stream\":true");
      default ->
          Chats.body(
              model, user, choices, "\"stream\":true,\"stream_options\":{\"include_usage\":true}");
    };
  }

  @Test
  void stats_afterMixedConcurrentRequests_equalTheUpstreamsBill() throws Exception {
    Script script = new Script();
    Prices large = Prices.of("2.5", "1.25", "10", "12");
    Prices small = Prices.of("0.0375", "0.01", "0.15", "0.15");
    Prices odd = Prices.of("1.333333333", "0.777777777", "3.141592653", "2.718281828");
    try (Upstream east = Upstream.start(script::reply);
        Upstream west = Upstream.start(script::reply);
        Upstream home = Upstream.start(script::reply);
        GatewayBox box = GatewayBox.start(CONFIG, east, west, home)) {
      for (Upstream upstream : List.of(east, west)) {
        upstream.price("large", large).price("small", small).price("odd", odd);
      }
      var answers = Chats.atOnce(box, REQUESTS, SpendMatchesBillTest::body);
      long wrong = IntStream.range(0, REQUESTS).filter(i -> i % 17 == 0 && i % 13 != 0).count();
      assertEquals(REQUESTS - wrong, Chats.count(answers, 200));
      assertEquals(wrong, Chats.count(answers, 400));

      JsonNode stats = box.idle();
      long billed = east.billNanos() + west.billNanos();
      assertTrue(billed > 0);
      JsonNode budget = stats.path("budget");
      assertEquals(billed, GatewayBox.nanos(budget.path("current_spending_usd")));
      assertEquals(0, GatewayBox.nanos(budget.path("held_usd")));
      JsonNode backends = stats.path("backends");
      assertEquals(east.billNanos(), GatewayBox.nanos(backends.path(0).path("spend_usd")));
      assertEquals(west.billNanos(), GatewayBox.nanos(backends.path(1).path("spend_usd")));
      assertEquals(0, GatewayBox.nanos(backends.path(2).path("spend_usd")));
      assertEquals(billed, sum(stats.path("models"), "spend_usd"));
      assertAgree(stats, MetricsPage.of(box));
    }
  }

  /** Statistics and metrics agree. */
  private static void assertAgree(JsonNode stats, MetricsPage metrics) {
    long spent = GatewayBox.nanos(stats.path("budget").path("current_spending_usd"));
    assertEquals(spent, metrics.nanos("nexus_budget_current_spending_usd"));
    assertEquals(spent, metrics.nanos("nexus_spend_usd_total"));
    long sent = 0;
    for (JsonNode model : stats.path("models")) {
      String label = "model=\"" + model.path("name").asText() + '"';
      assertEquals(
          GatewayBox.nanos(model.path("spend_usd")), metrics.nanos("nexus_spend_usd_total", label));
      assertEquals(
          model.path("input_tokens").asLong(),
          metrics.count("nexus_tokens_total", label, "type=\"input\""));
      assertEquals(
          model.path("output_tokens").asLong(),
          metrics.count("nexus_tokens_total", label, "type=\"output\""));
      assertEquals(
          model.path("requests").asLong(),
          metrics.count("nexus_requests_total", label, "status=\"200\""));
      sent += model.path("requests").asLong();
    }
    JsonNode requests = stats.path("requests");
    assertEquals(requests.path("success").asLong(), sent);
    assertEquals(
        requests.path("total").asLong(), metrics.count("nexus_requests_total"), stats::toString);
    assertEquals(
        requests.path("success").asLong(), metrics.count("nexus_requests_total", "status=\"200\""));
    long attempts = 0;
    for (JsonNode backend : stats.path("backends")) {
      attempts += backend.path("requests").asLong();
    }
    assertEquals(attempts, metrics.count("nexus_cost_estimate_usd_count"));
  }

  private static long sum(JsonNode entries, String field) {
    long sum = 0;
    for (JsonNode entry : entries) {
      sum += GatewayBox.nanos(entry.path(field));
    }
    return sum;
  }

  @Test
  void answer_neverComes_isChargedTheWorstCase() throws Exception {
    CountDownLatch never = new CountDownLatch(1);
    String config =
        """
        [server]
        request_timeout_seconds = 1
        [budget]
        monthly_limit = 1
        [[backends]]
        name = "east"
        type = "openai"
        url = "{0}"
        models = ["large"]
        [[pricing]]
        model = "large"
        input = 0
        output = 10
        reasoning = 20
        """;
    try (Upstream upstream =
            Upstream.start(
                request ->
                    new UpstreamReply.Stalled(
                        UpstreamReply.Pace.after(never),
                        UpstreamReply.completion(request, "Hi", UpstreamUsage.of(1, 1))));
        GatewayBox box = GatewayBox.start(config, upstream)) {
      var answer = Chats.send(box, Chats.body("large", "\"max_tokens\":100", "\"n\":3"));
      assertEquals(504, answer.status());
      assertEquals("upstream_timeout", GatewayBox.json(answer).at("/error/type").asText());
      JsonNode stats = box.idle();
      // 100 tokens in each of 3 choices, all of them of the dearest kind.
      assertEquals(6_000_000, GatewayBox.nanos(stats.at("/budget/current_spending_usd")));
      assertEquals(0, GatewayBox.nanos(stats.at("/budget/held_usd")));
      assertEquals(6_000_000, GatewayBox.nanos(stats.at("/backends/0/spend_usd")));
      assertEquals(1, stats.at("/backends/0/requests").asLong(), stats::toString);
      assertEquals(1, stats.at("/backends/0/errors").asLong());
      assertEquals(1, upstream.chats().size(), "what may have been served is not sent again");
    }
  }

  @Test
  void estimates_ofForwardedRequests_areCountedByAmount() throws Exception {
    String config =
        """
        [[backends]]
        name = "east"
        type = "openai"
        url = "{0}"
        models = ["cheap", "dear"]
        [[pricing]]
        model = "cheap"
        input = 0
        output = 0
        per_request = 0.0005
        [[pricing]]
        model = "dear"
        input = 0
        output = 0
        per_request = 5
        """;
    try (Upstream upstream = Upstream.answering("Hi", UpstreamUsage.of(1, 1));
        GatewayBox box = GatewayBox.start(config, upstream)) {
      assertEquals("0.0005", Chats.header(Chats.send(box, Chats.body("cheap")), "X-Nexus-Cost"));
      assertEquals(
          "5", Chats.header(Chats.send(box, Chats.body("dear")), "X-Nexus-Cost-Estimated"));
      MetricsPage metrics = MetricsPage.of(box);
      String bucket = "nexus_cost_estimate_usd_bucket";
      String cheap = "model=\"cheap\"";
      assertEquals(0, metrics.count(bucket, cheap, "le=\"0.0001\""));
      assertEquals(1, metrics.count(bucket, cheap, "le=\"0.001\""));
      assertEquals(0, metrics.count(bucket, "model=\"dear\"", "le=\"1.0\""));
      assertEquals(1, metrics.count(bucket, "model=\"dear\"", "le=\"10.0\""));
      assertEquals(2, metrics.count("nexus_cost_estimate_usd_count", "tier=\"Estimated\""));
    }
  }
}
