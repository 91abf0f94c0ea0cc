package io.nexus.server;

import static io.nexus.server.GatewayBox.CHAT;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.nexus.control.money.Money;
import io.nexus.server.mock.Upstream;
import io.nexus.server.mock.UpstreamReply.Pace;
import io.nexus.server.mock.UpstreamReply.Raw;
import io.nexus.server.mock.Wire;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is charged if a request asks for a service tier, and the answer may not name one. */
class UnsaidTierTest {

  private static final String CONFIG =
      """
      [budget]
      monthly_limit = 10
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
      [pricing.tiers.priority]
      input = 5
      output = 20
      [pricing.tiers.flex]
      input = 1
      output = 4
      """;

  private static final String USAGE = "\"usage\":{\"prompt_tokens\":100,\"completion_tokens\":50}";

  @ParameterizedTest
  @CsvSource({
    "priority, '', 0.0015",
    "priority, priority, 0.0015",
    "priority, default, 0.00075",
    "priority, auto, 0.0015",
    "auto, '', 0.0015",
    "flex, '', 0.00075",
    "flex, flex, 0.0003",
    "default, '', 0.00075",
    "'', '', 0.00075",
    "'', priority, 0.0015"
  })
  void answer_isChargedInItsTier_elseInTheDearestItMayHave(String asked, String said, String usd)
      throws Exception {
    var more = said.isEmpty() ? "" : ",\"service_tier\":\"%s\"".formatted(said);
    var whole =
        "{\"choices\":[{\"message\":{\"content\":\"hello there\"},\"finish_reason\":\"stop\"}],"
            + USAGE
            + more
            + "}";
    assertEquals(usd, charged("application/json", whole, ask(asked)));
    var stream =
        "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"hello there\"},\"finish_reason\":\"stop\"}]}\n\n"
            + "data: {\"choices\":[],%s%s}\n\ndata: [DONE]\n\n".formatted(USAGE, more);
    assertEquals(usd, charged("text/event-stream", stream, ask(asked, "\"stream\":true")));
  }

  @ParameterizedTest
  @CsvSource({"priority, 2", "default, 1"})
  void answer_withoutUsage_isChargedInTheTierAskedFor(String asked, int times) throws Exception {
    var whole = "{\"choices\":[{\"message\":{\"content\":\"hello there\"}}]}";
    var usd = charged("application/json", whole, ask("default"));
    var more = charged("application/json", whole, ask(asked));
    assertEquals(times * Money.usd(usd).nanos(), Money.usd(more).nanos());
  }

  private static String ask(String tier, String... fields) {
    var named = tier.isEmpty() ? "\"n\":1" : "\"service_tier\":\"%s\"".formatted(tier);
    var more = fields.length == 0 ? named : named + "," + fields[0];
    return Chats.body("m", more);
  }

  private static String charged(String type, String body, String ask) throws Exception {
    var head =
        "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Type: %s\r\nContent-Length: %d\r\n\r\n"
            .formatted(type, body.length());
    var raw = new Raw(List.of(Wire.bytes(head + body)), Pace.atOnce(), true);
    try (Upstream upstream = Upstream.start(_ -> raw);
        GatewayBox box = GatewayBox.start(CONFIG, upstream)) {
      var answer = box.connect().post(CHAT, ask);
      assertEquals(200, answer.status(), answer::text);
      var stats = box.idle();
      return new Money(GatewayBox.nanos(stats.at("/budget/current_spending_usd"))).toString();
    }
  }
}
