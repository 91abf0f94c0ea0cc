package io.nexus.server;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import io.nexus.server.RawHttp.Answer;
import io.nexus.server.mock.Upstream;
import io.nexus.server.mock.UpstreamReply;
import io.nexus.server.mock.UpstreamReply.Pace;
import io.nexus.server.mock.UpstreamUsage;
import io.nexus.server.mock.UpstreamUsage.Prices;
import java.io.IOException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The worked examples on holds and on clamping of the guide to budgets, number for number. */
@Timeout(30)
class GuideExampleTest {

  private static final String CONFIG =
      """
      [budget]
      monthly_limit = 0.01
      hard_limit_action = "reject"
      [[backends]]
      name = "cloud"
      type = "generic"
      location = "cloud"
      url = "{0}"
      models = ["m"]
      [[pricing]]
      model = "m"
      input = 2.5
      output = 10
      """;

  private static String body(int letters) {
    return "{\"model\":\"m\",\"max_tokens\":500,\"messages\":[{\"role\":\"user\",\"content\":\""
        + "x".repeat(letters)
        + "\"}]}";
  }

  /** A request of 1,000 tokens at most. */
  private static String thousandTokens(GatewayBox box) throws IOException {
    try (RawHttp client = RawHttp.connect(box.port())) {
      JsonNode explained = GatewayBox.json(client.post("/v1/explain", body(500)));
      return body(1500 - explained.at("/candidates/0/input_tokens_upper_bound").asInt());
    }
  }

  private static void assertBudget(GatewayBox box, String spent, String held, String remaining)
      throws IOException {
    JsonNode budget = box.stats().path("budget");
    assertEquals(spent, budget.path("current_spending_usd").asText());
    assertEquals(held, budget.path("held_usd").asText());
    assertEquals(remaining, budget.path("remaining_usd").asText());
  }

  @Test
  void numbers_ofTheGuide_areTheGateways() throws Exception {
    CountDownLatch go = new CountDownLatch(1);
    UpstreamUsage usage = UpstreamUsage.of(1000, 200);
    try (Upstream upstream =
            Upstream.start(
                request ->
                    new UpstreamReply.Stalled(
                        Pace.after(go), UpstreamReply.completion(request, "Hello", usage)));
        GatewayBox box = GatewayBox.start(CONFIG, upstream);
        var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      upstream.price(Prices.of("2.5", "10"));
      String body = thousandTokens(box);
      Future<Answer> first = threads.submit(() -> Chats.send(box, body));
      upstream.awaitChat(1);
      assertBudget(box, "0", "0.0075", "0.0025");
      assertEquals(429, Chats.send(box, body).status());
      go.countDown();
      assertEquals("0.0045", Chats.header(first.get(), "X-Nexus-Cost"));
      assertBudget(box, "0.0045", "0", "0.0055");

      Answer clamped = Chats.send(box, body);
      assertEquals("300", Chats.header(clamped, "X-Nexus-Max-Tokens-Clamped"));
      assertEquals(300, upstream.chats().getLast().json().path("max_tokens").asInt());
      assertEquals(429, Chats.send(box, body).status(), "less than 64 tokens are affordable");
    }
  }
}
