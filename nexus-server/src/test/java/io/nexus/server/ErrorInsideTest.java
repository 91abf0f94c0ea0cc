package io.nexus.server;

import static io.nexus.server.GatewayBox.CHAT;
import static io.nexus.server.GatewayBox.ask;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nexus.server.mock.Upstream;
import io.nexus.server.mock.UpstreamReply.Pace;
import io.nexus.server.mock.UpstreamReply.Raw;
import io.nexus.server.mock.UpstreamUsage;
import io.nexus.server.mock.UpstreamUsage.Prices;
import io.nexus.server.mock.Wire;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** An error with status 200 is a failure of the backend, and costs nothing. */
class ErrorInsideTest {

  private static final String ONE = "[budget]\nmonthly_limit = 1.00\n" + GatewayBox.ONE_CLOUD;
  private static final String TWO =
      ONE
          + """
          [[backends]]
          name = "second"
          type = "generic"
          location = "cloud"
          url = "{1}"
          models = ["m"]
          priority = 900
          [routing]
          strategy = "priority_only"
          """;
  private static final String STREAM = ask("\"stream\":true");
  private static final UpstreamUsage USAGE = UpstreamUsage.of(10, 5);
  private static final String TEXT =
      "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"one two\"}}]}\n\n";

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"error\":{\"message\":\"overloaded\",\"type\":\"server_error\",\"code\":null}}",
        "{\"error\":\"overloaded\"}",
        "{\"object\":\"error\",\"message\":\"overloaded\",\"code\":50001}",
        "{\"type\":\"error\",\"error\":{\"type\":\"overloaded_error\",\"message\":\"overloaded\"}}",
        "{\"detail\":\"overloaded\"}",
        "{\"detail\":[{\"loc\":[\"body\"],\"msg\":\"overloaded\"}]}",
        "{\"errors\":[{\"code\":7,\"message\":\"overloaded\"}],\"success\":false}",
        "{\"code\":503,\"message\":\"overloaded\"}",
        "{\"base_resp\":{\"status_code\":1002,\"status_msg\":\"overloaded\"},\"choices\":null}",
        "{\"choices\":[{\"index\":0,\"error\":{\"code\":502,\"message\":\"overloaded\"}}]}",
        "{\"choices\":[],\"error\":{\"message\":\"overloaded\"},\"usage\":{\"prompt_tokens\":9}}",
      })
  void error_ofAnySpelling_isFreeAndAnotherServes(String error) throws Exception {
    for (var body :
        List.of(error, "data: " + error + "\n\n", ": wait\n\ndata: " + error + "\n\n")) {
      var type = body.startsWith("{") ? "application/json" : "text/event-stream";
      try (Upstream first = Upstream.start(_ -> reply(type, body));
          Upstream second = Upstream.answering("Hi", USAGE).price(Prices.of("2.5", "10"));
          GatewayBox box = GatewayBox.start(TWO, first, second)) {
        for (var request : List.of(ask(), STREAM)) {
          var answer = box.connect().post(CHAT, request);
          assertEquals(200, answer.status(), answer::text);
          assertEquals("second", Chats.header(answer, "X-Nexus-Backend"));
          assertFalse(answer.text().contains("overloaded"), answer::text);
        }
        assertEquals(2, first.chats().size());
        assertSpent(second.billNanos(), box);
      }
      try (Upstream first = Upstream.start(_ -> reply(type, body));
          GatewayBox box = GatewayBox.start(ONE, first)) {
        var answer = box.connect().post(CHAT, STREAM);
        assertTrue(answer.status() >= 500, answer::text);
        var told = GatewayBox.json(answer).at("/error/message").asText();
        assertTrue(told.contains("overloaded"), told);
        assertSpent(0, box);
      }
    }
  }

  @Test
  void error_namedByItsEvent_isOne() throws Exception {
    try (Upstream first =
            Upstream.start(
                _ -> reply("text/event-stream", "event: error\ndata: {\"message\":\"no\"}\n\n"));
        GatewayBox box = GatewayBox.start(ONE, first)) {
      assertEquals(502, box.connect().post(CHAT, STREAM).status());
      assertSpent(0, box);
    }
  }

  @ParameterizedTest
  @CsvSource({"400, 400", "\"404\", 404", "429, 429", "503, 503", "401, 502", "402, 502", "7, 502"})
  void error_namesAStatus_whichTheClientGetsUnlessItIsAboutTheKey(String code, int status)
      throws Exception {
    var body = "{\"error\":{\"message\":\"no\",\"code\":" + code + "}}";
    try (Upstream first = Upstream.start(_ -> reply("application/json", body));
        GatewayBox box = GatewayBox.start(ONE, first)) {
      assertEquals(status, box.connect().post(CHAT, ask()).status());
      assertSpent(0, box);
    }
  }

  @Test
  void error_afterText_isPassedOnAndTheTextIsPaid() throws Exception {
    var error = "data: {\"error\":{\"message\":\"overloaded\"}}\n\n";
    try (Upstream first = Upstream.start(_ -> reply("text/event-stream", TEXT + error));
        GatewayBox box = GatewayBox.start(ONE, first)) {
      var answer = box.connect().post(CHAT, STREAM);
      assertEquals(200, answer.status());
      assertEquals(TEXT + error, answer.text());
      long spent = spent(box);
      assertTrue(spent > 20_000, spent + " nanos");
      assertTrue(first.chats().size() == 1, "what is owed for is not sent again");
    }
  }

  /** Without a word of the answer: the client did not ask for usage, but must hear of the error. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "data: {\"choices\":[],\"error\":{\"message\":\"no\"},\"usage\":USAGE}\n\n",
        "data: {\"error\":{\"message\":\"no\"},\"usage\":USAGE}\n\n",
        "event: error\ndata: {\"message\":\"no\",\"usage\":USAGE}\n\n",
        "data: {\"choices\":[],\"usage\":USAGE}\n\ndata: {\"error\":{\"message\":\"no\"}}\n\n",
        "data: {\"choices\":[],\"usage\":USAGE}\n\nevent: error\ndata: {}\n\n",
        "data: {\"choices\":[],\"usage\":USAGE,\nevent: error\rdata: {\r\r",
      })
  void error_thatSaysWhatWasUsed_isPassedOnAndPaid(String events) throws Exception {
    var body = events.replace("USAGE", "{\"prompt_tokens\":10,\"completion_tokens\":5}");
    try (Upstream first = Upstream.start(_ -> reply("text/event-stream", body));
        GatewayBox box = GatewayBox.start(ONE, first)) {
      var answer = box.connect().post(CHAT, STREAM);
      assertEquals(200, answer.status(), answer::text);
      assertTrue(answer.text().contains("error"), answer::text);
      assertTrue(spent(box) >= 75_000, spent(box) + " nanos");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"error\":null,\"choices\":[{\"index\":0,\"message\":{\"content\":\"Hi\"}}]}",
        "{\"error\":\"\",\"choices\":[{\"index\":0,\"message\":{\"content\":\"Hi\"}}]}",
        "{\"code\":0,\"message\":\"ok\",\"choices\":[{\"index\":0,\"message\":{\"content\":\"Hi\"}}]}",
        "{\"base_resp\":{\"status_code\":0},\"choices\":[{\"message\":{\"content\":\"Hi\"}}]}",
        "{\"choices\":[{\"message\":{\"content\":\"an error\"}}],\"detail\":{\"a\":1}}",
        "{}",
      })
  void answer_withSuchFieldsThatSayNothing_isNone(String body) throws Exception {
    try (Upstream first = Upstream.start(_ -> reply("application/json", body));
        GatewayBox box = GatewayBox.start(ONE, first)) {
      var answer = box.connect().post(CHAT, ask());
      assertEquals(200, answer.status(), answer::text);
      assertEquals(body, answer.text());
    }
  }

  private static void assertSpent(long nanos, GatewayBox box) throws Exception {
    assertEquals(nanos, spent(box));
  }

  private static long spent(GatewayBox box) throws Exception {
    var budget =
        box.await(stats -> GatewayBox.nanos(stats.at("/budget/held_usd")) == 0).path("budget");
    return GatewayBox.nanos(budget.path("current_spending_usd"));
  }

  private static Raw reply(String type, String body) {
    byte[] bytes = Wire.bytes(body);
    var head =
        "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Type: %s\r\nContent-Length: %d\r\n\r\n"
            .formatted(type, bytes.length);
    return new Raw(List.of(Wire.bytes(head), bytes), Pace.atOnce(), true);
  }
}
