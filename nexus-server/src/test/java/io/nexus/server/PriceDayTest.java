package io.nexus.server;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.nexus.server.mock.Upstream;
import io.nexus.server.mock.UpstreamUsage;
import java.time.Instant;
import org.junit.jupiter.api.Test;

/** Prices that rise on a day, at a running gateway. */
class PriceDayTest {

  private static final String CONFIG =
      """
      [budget]
      monthly_limit = 1.00
      [[backends]]
      name = "gemini"
      type = "generic"
      location = "cloud"
      provider = "google"
      url = "{0}"
      models = ["gemini-4-argon"]
      """;

  @Test
  void chat_modelWhosePriceRisesAtMidnight_isChargedAtThePriceOfTheDay() throws Exception {
    try (var upstream = Upstream.answering("Hi", UpstreamUsage.of(1000, 100));
        var box = GatewayBox.of(CONFIG, upstream).at("2026-11-30T23:59:59Z").start()) {
      var body = Chats.body("gemini-4-argon", "\"max_tokens\":100");
      // 1000 x 2 + 100 x 10 millionths, and twice that from December on.
      assertEquals("0.003", Chats.header(Chats.send(box, body), "X-Nexus-Cost"));
      box.clock().set(Instant.parse("2026-12-01T00:00:00Z"));
      assertEquals("0.006", Chats.header(Chats.send(box, body), "X-Nexus-Cost"));
      assertEquals("0.006", Chats.header(Chats.send(box, body), "X-Nexus-Cost"));
    }
  }
}
