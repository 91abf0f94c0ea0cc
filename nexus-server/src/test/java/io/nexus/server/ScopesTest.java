package io.nexus.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.nexus.server.RawHttp.Answer;
import io.nexus.server.mock.Upstream;
import io.nexus.server.mock.UpstreamUsage;
import io.nexus.server.mock.UpstreamUsage.Prices;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Budgets beside the global one: which requests belong to them, and what they do together. */
class ScopesTest {

  /** Each request costs, at the most and in fact, a thousandth of a dollar. */
  private static final String BACKENDS =
      """
      [[keys]]
      name = "ann"
      key_env = "KEY_ANN"
      trust_user = true
      team = "research"
      tags = ["batch"]
      [[keys]]
      name = "bob"
      key_env = "KEY_BOB"
      trust_user = true
      team = "sales"
      [[backends]]
      name = "east"
      type = "openai"
      url = "{0}"
      models = ["big", "small"]
      [[backends]]
      name = "west"
      type = "generic"
      location = "cloud"
      provider = "acme"
      url = "{1}"
      models = ["other"]
      [[pricing]]
      model = "*"
      input = 0
      output = 10
      """;

  private static final long COST = 1_000_000;

  private static Upstream upstream() throws IOException {
    return Upstream.answering("Hello", UpstreamUsage.of(8, 100)).price(Prices.of("0", "10"));
  }

  private static GatewayBox start(String budgets, Upstream east, Upstream west) throws IOException {
    return GatewayBox.of(budgets + BACKENDS, east, west)
        .with("NEXUS_ADMIN_KEY", "nx-admin")
        .asking("nx-admin")
        .with("KEY_ANN", "sk-ann-0123456789")
        .with("KEY_BOB", "sk-bob-0123456789")
        .start();
  }

  /**
   * @param asked the key's name, the model, the user, the tags of the header and one more header,
   *     which may be left out, with a slash between
   */
  private static Answer ask(GatewayBox box, String asked) throws IOException {
    String[] parts = asked.split("/", -1);
    String body = Chats.body(parts[1], "\"max_tokens\":100", "\"user\":\"" + parts[2] + '"');
    return Chats.send(
        box,
        body,
        "Authorization: Bearer sk-" + parts[0] + "-0123456789",
        "X-Nexus-Tags: " + parts[3],
        parts.length > 4 && !parts[4].isEmpty() ? parts[4] : "X-None: none");
  }

  private static JsonNode budget(JsonNode stats, String name) {
    for (JsonNode budget : stats.path("budgets")) {
      if (budget.path("name").asText().equals(name)) {
        return budget;
      }
    }
    throw new AssertionError("no budget " + name + " in " + stats);
  }

  private static long spent(JsonNode stats, String name) {
    JsonNode budget = budget(stats, name);
    assertEquals(0, GatewayBox.nanos(budget.path("held_usd")), name);
    return GatewayBox.nanos(budget.path("current_spending_usd"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "key = 'ann'                            | ann/big//        | bob/big//",
        "team = 'research'                      | ann/other//      | bob/other//",
        "user = 'u1'                            | bob/big/u1/      | bob/big/u2/",
        "session = 's-1'                        | bob/big///X-Nexus-Session: s-1 | bob/big//",
        "session = 's-1'   | bob/big///x-claude-code-session-id: s-1 | bob/big///session-id: s-2",
        "session = 's-1'                        | bob/big///session_id: s-1 | bob/big//s-1/",
        "session = 's-1'                        | ann/big///x-session-id: s-1 | ann/big///a: s-1",
        "tag = 'nightly'                        | bob/big//x,nightly | bob/big//night",
        "tag = 'batch'                          | ann/big//x       | bob/big//",
        "model = 'b*g'                          | bob/big//        | bob/small//",
        "provider = 'acme'                      | bob/other//      | bob/big//",
        "backend = 'east'                       | bob/small//      | bob/other//",
        "team = 'research', model = 'big'       | ann/big//        | ann/small//",
        "team = 'research', model = 'big'       | ann/big//        | bob/big//",
        "user = 'u1', tag = 'x', backend = 'west' | ann/other/u1/x | ann/other/u1/y",
        "user = 'u1', tag = 'x', backend = 'west' | ann/other/u1/x | ann/big/u1/x",
      })
  void match_ofARequest_limitsThatOneAlone(String match, String inside, String outside)
      throws Exception {
    String budgets =
        """
        [[budgets]]
        name = "scope"
        match = { %s }
        limit = 0.001
        hard_limit_action = "reject"
        """
            .formatted(match.replace('\'', '"'));
    try (Upstream east = upstream();
        Upstream west = upstream();
        GatewayBox box = start(budgets, east, west)) {
      assertEquals(200, ask(box, inside).status());
      Answer refused = ask(box, inside);
      assertEquals(429, refused.status(), refused::text);
      assertEquals("scope", GatewayBox.json(refused).at("/error/budget/name").asText());
      Answer other = ask(box, outside);
      assertEquals(200, other.status(), other::text);
      assertTrue(other.header("X-Nexus-Budget-Name").isEmpty(), "no budget applies");
      assertEquals(COST, spent(box.idle(), "scope"));
    }
  }

  @Test
  void request_ofSeveralBudgets_isHeldOnAllOrNone() throws Exception {
    String budgets =
        """
        [budget]
        monthly_limit = 1
        [[budgets]]
        name = "team"
        match = { team = "research" }
        limit = 0.002
        hard_limit_action = "local-only"
        [[budgets]]
        name = "big"
        match = { model = "big" }
        limit = 0.001
        hard_limit_action = "reject"
        """;
    try (Upstream east = upstream();
        Upstream west = upstream();
        GatewayBox box = start(budgets, east, west)) {
      Answer first = ask(box, "ann/big//");
      assertEquals(200, first.status(), first::text);
      assertEquals("big", Chats.header(first, "X-Nexus-Budget-Name"));

      Answer second = ask(box, "ann/big//");
      assertEquals(429, second.status());
      assertEquals("big", GatewayBox.json(second).at("/error/budget/name").asText());
      JsonNode stats = box.idle();
      assertEquals(COST, spent(stats, "team"));
      assertEquals(COST, spent(stats, "big"));
      assertEquals(COST, spent(stats, "global"));

      assertEquals(200, ask(box, "ann/other//").status());
      Answer local = ask(box, "ann/other//");
      assertEquals(503, local.status(), "local-only");
      assertEquals("team", GatewayBox.json(local).at("/error/budget/name").asText());
      assertEquals(429, ask(box, "ann/big//").status(), "reject is more severe than local-only");
      assertEquals(200, ask(box, "bob/small//").status());
      assertEquals(3 * COST, spent(box.idle(), "global"));
      assertEquals(3 * COST, east.billNanos() + west.billNanos());
    }
  }

  @Test
  void action_ofABudgetThatIsNotSpent_hasNoPart() throws Exception {
    String budgets =
        """
        [[budgets]]
        name = "spent"
        match = { team = "research" }
        limit = 0.00
        hard_limit_action = "local-only"
        [[budgets]]
        name = "narrow"
        match = { model = "big" }
        limit = 0.0009
        hard_limit_action = "reject"
        """;
    try (Upstream east = upstream();
        Upstream west = upstream();
        GatewayBox box = start(budgets, east, west)) {
      Answer answer = ask(box, "ann/big//");
      assertEquals(503, answer.status(), "the narrow budget would have lowered max_tokens");
      assertEquals("spent", GatewayBox.json(answer).at("/error/budget/name").asText());
    }
  }

  @Test
  void windows_ofDifferentLength_turnEachForItself() throws Exception {
    String budgets =
        """
        [budget]
        monthly_limit = 0.0035
        hard_limit_action = "reject"
        [[budgets]]
        name = "quarter"
        match = { team = "research" }
        limit = 0.001
        window = "15m"
        """;
    try (Upstream east = upstream();
        Upstream west = upstream();
        GatewayBox box = start(budgets, east, west)) {
      Instant start = box.clock().instant();
      List<Integer> statuses = new ArrayList<>();
      for (int quarter = 0; quarter < 3; quarter++) {
        box.clock().set(start.plus(Duration.ofMinutes(15L * quarter)).plusSeconds(60));
        assertEquals(quarter * COST, spent(box.stats(), "global"));
        assertEquals(0, spent(box.stats(), "quarter"), "a new quarter");
        statuses.add(ask(box, "ann/big//").status());
        Answer refused = ask(box, "ann/small//");
        statuses.add(refused.status());
        assertEquals("quarter", GatewayBox.json(refused).at("/error/budget/name").asText());
        assertTrue(refused.header("Retry-After").isEmpty(), "fourteen minutes are left");
      }
      assertEquals(List.of(200, 429, 200, 429, 200, 429), statuses);

      box.clock().set(start.plus(Duration.ofMinutes(45)));
      Answer month = ask(box, "ann/big//");
      assertEquals("global", GatewayBox.json(month).at("/error/budget/name").asText());
      box.clock().set(Instant.parse("2026-04-01T00:00:00Z"));
      assertEquals(200, ask(box, "ann/big//").status());
      assertEquals(COST, spent(box.idle(), "global"));
    }
  }
}
