package io.nexus.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.nexus.server.RawHttp.Answer;
import io.nexus.server.mock.Upstream;
import io.nexus.server.mock.UpstreamReply;
import io.nexus.server.mock.UpstreamUsage;
import io.nexus.server.mock.Wire;
import java.io.IOException;
import java.util.Collections;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The output limit is lowered to what the tightest budget can pay. */
class ClampTest {

  /** A token of an answer costs a hundred-thousandth of a dollar. */
  private static final String BACKENDS =
      """
      [[backends]]
      name = "cloud"
      type = "TYPE"
      location = "cloud"
      url = "{0}"
      models = ["m"]
      [[backends]]
      name = "desk"
      type = "vllm"
      url = "{0}"
      models = ["own"]
      [[pricing]]
      model = "m"
      input = 0
      output = 10
      """;

  /** A thousand tokens' worth. */
  private static final String THOUSAND = "[budget]\nmonthly_limit = 0.01\n";

  private static final UpstreamUsage USAGE = UpstreamUsage.of(8, 10);

  private static String config(String budget, String type) {
    return budget + BACKENDS.replace("TYPE", type);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        // The client's field, the backend's field in its place, the type of backend.
        "\"max_tokens\":5000 | \"max_tokens\":1000 | openai",
        "\"max_completion_tokens\" : 5000 | \"max_completion_tokens\" : 1000 | generic",
        "\"max_tokens\":1001,\"n\":2 | \"max_tokens\":500,\"n\":2 | generic",
        "\"max_tokens\":9000,\"max_completion_tokens\":9001"
            + " | \"max_tokens\":1000,\"max_completion_tokens\":1000 | generic",
      })
  void limit_thatTheBudgetCannotPay_isLoweredWhereItStands(String said, String sent, String type)
      throws Exception {
    try (Upstream upstream = Upstream.answering("Hello", USAGE);
        GatewayBox box = GatewayBox.start(config(THOUSAND, type), upstream)) {
      Answer answer = Chats.send(box, Chats.body("m", said));
      assertEquals(200, answer.status());
      assertEquals(Chats.body("m", sent), upstream.chats().getFirst().text());
      String clamp = said.contains("\"n\"") ? "500" : "1000";
      assertEquals(clamp, Chats.header(answer, "X-Nexus-Max-Tokens-Clamped"));
      assertEquals(1, MetricsPage.of(box).count("nexus_budget_clamped_total"));
    }
  }

  @ParameterizedTest
  @CsvSource({"openai, max_completion_tokens", "generic, max_tokens"})
  void limit_thatTheClientDoesNotName_isTheDefaultOrWhatTheBudgetPays(String type, String field)
      throws Exception {
    String budget = "[budget]\nmonthly_limit = 0.04\ndefault_max_output_tokens = 3000\n";
    try (Upstream upstream = Upstream.answering("Hello", UpstreamUsage.of(8, 3000));
        GatewayBox box = GatewayBox.start(config(budget, type), upstream)) {
      Answer first = Chats.send(box, Chats.body("m"));
      assertEquals(3000, upstream.awaitChat(1).json().path(field).asLong());
      assertTrue(first.header("X-Nexus-Max-Tokens-Clamped").isEmpty());
      Answer second = Chats.send(box, Chats.body("m"));
      assertEquals(1000, upstream.awaitChat(2).json().path(field).asLong());
      assertEquals("1000", Chats.header(second, "X-Nexus-Max-Tokens-Clamped"));
    }
  }

  /**
   * Its hold grows with it: it runs to the model's own end, unless there is little to begin with.
   */
  @ParameterizedTest
  @CsvSource({"openai, max_completion_tokens", "generic, max_tokens"})
  void limit_thatTheClientDoesNotNameForAStream_isNone(String type, String field) throws Exception {
    String budget = "[budget]\nmonthly_limit = 0.01\n";
    try (Upstream upstream = Upstream.answering("Hello", UpstreamUsage.of(8, 700));
        GatewayBox box = GatewayBox.start(config(budget, type), upstream)) {
      Answer first = Chats.send(box, Chats.body("m", "\"stream\":true"));
      assertFalse(upstream.awaitChat(1).json().has(field));
      assertTrue(first.header("X-Nexus-Max-Tokens-Clamped").isEmpty());
      Answer second = Chats.send(box, Chats.body("m", "\"stream\":true"));
      assertEquals(300, upstream.awaitChat(2).json().path(field).asLong());
      assertEquals("300", Chats.header(second, "X-Nexus-Max-Tokens-Clamped"));
    }
  }

  /** The headers have gone when it ends: its last chunk says that the limit was the gateway's. */
  @ParameterizedTest
  @ValueSource(strings = {"\"stream_options\":{\"include_usage\":true}", "\"seed\":1"})
  void stream_thatEndsAtTheGatewaysLimit_saysSoInItsLastChunk(String field) throws Exception {
    try (Upstream upstream =
            Upstream.start(
                request ->
                    new UpstreamReply.Making(UpstreamUsage.of(8, 5000), 5000, 20_000, 5000, ""));
        GatewayBox box = GatewayBox.start(config(THOUSAND, "generic"), upstream)) {
      Answer own = Chats.send(box, Chats.body("m", "\"stream\":true", "\"max_tokens\":100", field));
      assertTrue(own.text().contains("\"finish_reason\":\"length\""), own::text);
      assertFalse(own.text().contains("\"nexus\""), own::text);
      Answer clamped =
          Chats.send(box, Chats.body("m", "\"stream\":true", "\"max_tokens\":5000", field));
      assertEquals("900", Chats.header(clamped, "X-Nexus-Max-Tokens-Clamped"));
      String last =
          clamped.text().lines().filter(line -> line.contains("\"length\"")).toList().getLast();
      assertEquals(
          900,
          GatewayBox.json(new Answer(clamped.head(), Wire.bytes(last.substring("data: ".length()))))
              .at("/nexus/max_tokens_clamped")
              .asLong(),
          last);
    }
  }

  @Test
  void answer_thatEndsAtTheDefaultLimit_saysSo() throws Exception {
    String budget = "[budget]\nmonthly_limit = 1\ndefault_max_output_tokens = 300\n";
    UpstreamUsage usage = UpstreamUsage.of(8, 300);
    try (Upstream upstream =
            Upstream.start(
                request ->
                    UpstreamReply.json(
                        200,
                        Wire.text(UpstreamReply.completion(request, "Hello", usage).body())
                            .replace("\"stop\"", "\"length\""),
                        usage));
        GatewayBox box = GatewayBox.start(config(budget, "generic"), upstream)) {
      Answer added = Chats.send(box, Chats.body("m"));
      assertEquals("300", Chats.header(added, "X-Nexus-Max-Tokens-Clamped"));
      Answer own = Chats.send(box, Chats.body("m", "\"max_tokens\":300"));
      assertTrue(own.header("X-Nexus-Max-Tokens-Clamped").isEmpty());
    }
  }

  @Test
  void limit_thatIsAddedAndNotReached_isNotTold() throws Exception {
    String budget = "[budget]\nmonthly_limit = 0.04\ndefault_max_output_tokens = 3000\n";
    try (Upstream upstream = Upstream.answering("Hello", UpstreamUsage.of(8, 2999));
        GatewayBox box = GatewayBox.start(config(budget, "generic"), upstream)) {
      Answer answer = Chats.send(box, Chats.body("m"));
      assertEquals(3000, upstream.awaitChat(1).json().path("max_tokens").asLong());
      assertTrue(answer.header("X-Nexus-Max-Tokens-Clamped").isEmpty());
    }
  }

  @Test
  void limit_ofTheModelItself_isAskedForAndNotTold() throws Exception {
    String budget = "[budget]\nmonthly_limit = 1\ndefault_max_output_tokens = 300\n";
    String model = "output = 10\nmax_output_tokens = 2000\n";
    try (Upstream upstream = Upstream.answering("Hello", UpstreamUsage.of(8, 2000));
        GatewayBox box =
            GatewayBox.start(config(budget, "generic").replace("output = 10\n", model), upstream)) {
      Answer answer = Chats.send(box, Chats.body("m"));
      assertEquals(2000, upstream.awaitChat(1).json().path("max_tokens").asLong());
      assertTrue(answer.header("X-Nexus-Max-Tokens-Clamped").isEmpty());
    }
  }

  @Test
  void stream_withoutALimit_runsBeyondTheDefaultToItsOwnEnd() throws Exception {
    String budget = "[budget]\nmonthly_limit = 1\ndefault_max_output_tokens = 100\n";
    try (Upstream upstream =
            Upstream.start(
                request ->
                    UpstreamReply.stream(
                        request, Collections.nCopies(6_000, "a "), UpstreamUsage.of(8, 6_000)));
        GatewayBox box = GatewayBox.start(config(budget, "generic"), upstream)) {
      Answer answer = Chats.send(box, Chats.body("m", "\"stream\":true"));
      JsonNode sent = upstream.awaitChat(1).json();
      assertTrue(sent.path("max_tokens").isMissingNode(), sent::toString);
      assertTrue(answer.header("X-Nexus-Max-Tokens-Clamped").isEmpty());
      assertEquals(6_000, answer.text().split("\"a \"", -1).length - 1);
      assertTrue(answer.text().contains("[DONE]"));
      assertEquals(60_000_000, GatewayBox.nanos(box.idle().at("/budget/current_spending_usd")));
    }
  }

  @Test
  void limit_thatIsNull_isReplacedAndNotRepeated() throws Exception {
    try (Upstream upstream = Upstream.answering("Hello", USAGE);
        GatewayBox box = GatewayBox.start(config(THOUSAND, "generic"), upstream)) {
      assertEquals(200, Chats.send(box, Chats.body("m", "\"max_tokens\":null")).status());
      assertEquals(Chats.body("m", "\"max_tokens\":1000"), upstream.awaitChat(1).text());
      String other = "\"max_tokens\":null,\"max_completion_tokens\":7000";
      assertEquals(200, Chats.send(box, Chats.body("m", other)).status());
      JsonNode sent = upstream.awaitChat(2).json();
      assertTrue(sent.path("max_tokens").isNull());
      assertEquals(990, sent.path("max_completion_tokens").asLong());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "\"max_tokens\":null", "\"stream\":true,\"max_tokens\":9000000"})
  void freeModel_hasItsLimitLeftAlone(String field) throws Exception {
    try (Upstream upstream = Upstream.answering("Hello", USAGE);
        GatewayBox box = GatewayBox.start(config(THOUSAND, "generic"), upstream)) {
      String body = field.isEmpty() ? Chats.body("own") : Chats.body("own", field);
      assertEquals(200, Chats.send(box, body).status());
      JsonNode said = upstream.awaitChat(1).json();
      assertFalse(said.has("max_completion_tokens"));
      assertEquals(field.contains("max_tokens"), said.has("max_tokens"));
    }
  }

  @Test
  void noBudget_leavesTheLimitAlone() throws Exception {
    try (Upstream upstream = Upstream.answering("Hello", USAGE);
        GatewayBox box = GatewayBox.start(config("", "openai"), upstream)) {
      assertEquals(200, Chats.send(box, Chats.body("m")).status());
      assertEquals(Chats.body("m"), upstream.awaitChat(1).text());
    }
  }

  @Test
  void remainder_belowTheLeastAnswer_isRefused() throws Exception {
    String budget = "[budget]\nmonthly_limit = 0.0106\nmin_output_tokens = 64\n";
    try (Upstream upstream = Upstream.answering("Hello", UpstreamUsage.of(8, 1000));
        GatewayBox box = GatewayBox.start(config(budget, "generic"), upstream)) {
      assertEquals(200, Chats.send(box, Chats.body("m", "\"max_tokens\":1000")).status());
      // The rest pays for 60 tokens.
      Answer refused = Chats.send(box, Chats.body("m", "\"max_tokens\":64"));
      assertRefusedFor(refused, 640_000);
      assertRefusedFor(Chats.send(box, Chats.body("m")), 640_000);
      upstream.script(request -> UpstreamReply.chat(request, "Hello", UpstreamUsage.of(8, 40)));
      Answer small = Chats.send(box, Chats.body("m", "\"max_tokens\":40"));
      assertEquals(200, small.status(), "a client that wants no more than is left is served");
      assertEquals(2, upstream.chats().size());
    }
  }

  private static void assertRefusedFor(Answer refused, long nanos) throws IOException {
    assertEquals(503, refused.status());
    JsonNode budget = GatewayBox.json(refused).at("/error/budget");
    assertEquals(600_000, GatewayBox.nanos(budget.path("remaining")));
    assertEquals(nanos, GatewayBox.nanos(budget.path("required")));
  }

  @Test
  void severalBudgets_theTightestDecides() throws Exception {
    String budgets =
        """
        [budget]
        monthly_limit = 1
        [[budgets]]
        name = "models"
        match = { model = "m" }
        limit = 0.02
        [[budgets]]
        name = "tagged"
        match = { tag = "batch" }
        limit = 0.005
        """;
    try (Upstream upstream = Upstream.answering("Hello", USAGE);
        GatewayBox box = GatewayBox.start(config(budgets, "generic"), upstream)) {
      String body = Chats.body("m", "\"max_tokens\":5000");
      Answer plain = Chats.send(box, body);
      assertEquals("2000", Chats.header(plain, "X-Nexus-Max-Tokens-Clamped"));
      assertEquals("models", Chats.header(plain, "X-Nexus-Budget-Name"));
      Answer tagged = Chats.send(box, body, "X-Nexus-Tags: a, batch");
      assertEquals("500", Chats.header(tagged, "X-Nexus-Max-Tokens-Clamped"));
      assertEquals("tagged", Chats.header(tagged, "X-Nexus-Budget-Name"));
      JsonNode stats = box.idle();
      assertEquals(200_000, GatewayBox.nanos(stats.at("/budgets/0/current_spending_usd")));
      assertEquals(200_000, GatewayBox.nanos(stats.at("/budgets/1/current_spending_usd")));
      assertEquals(100_000, GatewayBox.nanos(stats.at("/budgets/2/current_spending_usd")));
    }
  }

  @Test
  void pricing_thatNamesTheLongestAnswer_isGoneBy() throws Exception {
    String config =
        config("[budget]\nmonthly_limit = 1\n", "generic") + "max_output_tokens = 777\n";
    try (Upstream upstream = Upstream.answering("Hello", USAGE);
        GatewayBox box = GatewayBox.start(config, upstream)) {
      assertEquals(200, Chats.send(box, Chats.body("m")).status());
      assertEquals(777, upstream.awaitChat(1).json().path("max_tokens").asLong());
    }
  }
}
