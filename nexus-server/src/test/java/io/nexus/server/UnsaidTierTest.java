package io.nexus.server;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.nexus.control.money.Money;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is charged if a request asks for a service tier, and the answer may not name one. */
class UnsaidTierTest {

  private static final String CONFIG =
      "[budget]\nmonthly_limit = 10\n"
          + GatewayBox.ONE_CLOUD
          + """
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
    long nanos = Money.usd(usd).nanos();
    var more = said.isEmpty() ? "" : ",\"service_tier\":\"%s\"".formatted(said);
    var whole =
        "{\"choices\":[{\"message\":{\"content\":\"hello there\"},\"finish_reason\":\"stop\"}],"
            + USAGE
            + more
            + "}";
    assertEquals(nanos, Chats.charged(CONFIG, "application/json", whole, ask(asked)));
    var stream =
        "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"hello there\"},\"finish_reason\":\"stop\"}]}\n\n"
            + "data: {\"choices\":[],%s%s}\n\ndata: [DONE]\n\n".formatted(USAGE, more);
    assertEquals(
        nanos, Chats.charged(CONFIG, "text/event-stream", stream, ask(asked, "\"stream\":true")));
  }

  @ParameterizedTest
  @CsvSource({"priority, 2", "default, 1"})
  void answer_withoutUsage_isChargedInTheTierAskedFor(String asked, int times) throws Exception {
    var whole = "{\"choices\":[{\"message\":{\"content\":\"hello there\"}}]}";
    long usual = Chats.charged(CONFIG, "application/json", whole, ask("default"));
    assertEquals(times * usual, Chats.charged(CONFIG, "application/json", whole, ask(asked)));
  }

  private static String ask(String tier, String... fields) {
    var named = tier.isEmpty() ? "\"n\":1" : "\"service_tier\":\"%s\"".formatted(tier);
    var more = fields.length == 0 ? named : named + "," + fields[0];
    return Chats.body("m", more);
  }
}
