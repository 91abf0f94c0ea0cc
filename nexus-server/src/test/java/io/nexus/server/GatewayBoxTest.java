package io.nexus.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nexus.server.RawHttp.Answer;
import io.nexus.server.mock.Upstream;
import io.nexus.server.mock.UpstreamUsage;
import io.nexus.server.mock.UpstreamUsage.Prices;
import org.junit.jupiter.api.Test;

class GatewayBoxTest {

  @Test
  void start_oneRequest_isServedAndPaid() throws Exception {
    UpstreamUsage usage = UpstreamUsage.of(100, 10);
    try (Upstream upstream = Upstream.answering("Hi", usage).price(Prices.of("2.5", "10"));
        GatewayBox box =
            GatewayBox.start("[budget]\nmonthly_limit = 1.00\n" + GatewayBox.ONE_CLOUD, upstream);
        LogCapture log = LogCapture.open()) {
      Answer answer = box.connect().post(GatewayBox.CHAT, GatewayBox.ask());
      assertEquals(200, answer.status(), answer::text);
      assertEquals("0.00035", answer.header("X-Nexus-Cost").orElseThrow());
      var budget = box.idle().path("budget");
      assertEquals(upstream.billNanos(), GatewayBox.nanos(budget.path("current_spending_usd")));
      assertEquals(0, GatewayBox.nanos(budget.path("held_usd")));
      assertTrue(log.lines().isEmpty(), log::text);
    }
  }
}
