package io.nexus.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nexus.server.RawHttp.Answer;
import io.nexus.server.UpstreamUsage.Prices;
import org.junit.jupiter.api.Test;

class GatewayBoxTest {

  private static final String CONFIG =
      """
      [budget]
      monthly_limit = 1.00
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

  @Test
  void start_oneRequest_isServedAndPaid() throws Exception {
    UpstreamUsage usage = UpstreamUsage.of(100, 10);
    try (Upstream upstream = Upstream.answering("Hi", usage).price(Prices.of("2.5", "10"));
        GatewayBox box = GatewayBox.start(CONFIG, upstream);
        LogCapture log = LogCapture.open()) {
      RawHttp client = box.connect();
      Answer answer =
          client.post(
              "/v1/chat/completions",
              "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}]}");
      assertEquals(200, answer.status(), answer::text);
      assertEquals("0.00035", answer.header("X-Nexus-Cost").orElseThrow());
      var stats = box.idle();
      assertEquals(
          upstream.billNanos(),
          GatewayBox.nanos(stats.path("budget").path("current_spending_usd")));
      assertEquals(0, GatewayBox.nanos(stats.path("budget").path("held_usd")));
      assertTrue(log.lines().isEmpty(), log::text);
    }
  }
}
