package io.nexus.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.nexus.server.mock.Upstream;
import io.nexus.server.mock.UpstreamReply;
import io.nexus.server.mock.UpstreamUsage;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Alerts of single values of a budget. */
@Timeout(120)
class EachAlertsTest {

  /** $0.20 a request, of $1.00 a day for each user. */
  private static final String CONFIG =
      """
      [[budgets]]
      name = "each-user"
      per = "user"
      window = "daily"
      limit = 1.00
      hard_limit_action = "reject"
      [[backends]]
      name = "cloud"
      type = "generic"
      location = "cloud"
      url = "{0}"
      models = ["m"]
      [[pricing]]
      model = "m"
      input = 1000
      output = 10000
      [[alerts]]
      name = "ops"
      thresholds = [40]
      budgets = "PATTERN"
      on = ["threshold", "refused"]
      url_env = "HOOK"
      """;

  private static void ask(GatewayBox box, String user) throws IOException {
    var body = GatewayBox.ask("\"max_tokens\":10", "\"user\":\"" + user + "\"");
    var answer = Chats.send(box, body);
    assertEquals(200, answer.status(), answer::text);
  }

  @Test
  void values_thatAreNamed_areToldEachOnce() throws Exception {
    try (var upstream = Upstream.answering("Hi", UpstreamUsage.of(100, 10));
        var receiver = Upstream.start(_ -> UpstreamReply.refuse(204, ""));
        var log = LogCapture.open();
        var box =
            GatewayBox.of(CONFIG.replace("PATTERN", "each-user/a*"), upstream)
                .with("HOOK", receiver.url() + "/hook")
                .start()) {
      ask(box, "bob");
      ask(box, "bob");
      ask(box, "bob");
      ask(box, "ann");
      ask(box, "ann");
      var first = receiver.awaitChat(1).json();
      assertEquals("each-user/ann", first.path("budget").asText());
      assertEquals(40, first.path("threshold").asInt());
      ask(box, "al");
      ask(box, "al");
      assertEquals("each-user/al", receiver.awaitChat(2).json().path("budget").asText());
      for (int i = 0; i < 3; i++) {
        ask(box, "ann");
      }
      var refused = receiver.awaitChat(3).json();
      assertEquals("budget.refused", refused.path("type").asText());
      assertEquals("each-user/ann", refused.path("budget").asText());
      assertFalse(log.text().contains("watches nothing"), log::text);
    }
  }
}
