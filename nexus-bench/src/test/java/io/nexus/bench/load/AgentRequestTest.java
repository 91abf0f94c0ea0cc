package io.nexus.bench.load;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.json.JsonMapper;
import io.nexus.server.mock.Api;
import io.nexus.server.mock.Upstream;
import io.nexus.server.mock.UpstreamReply;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class AgentRequestTest {

  private static final int BYTES = 100 * 1_024;

  @ParameterizedTest
  @EnumSource(names = {"MESSAGES", "RESPONSES"})
  void body_isOfTheSizeAndHasToolsAndTurns(Api api) throws Exception {
    var body = AgentRequest.body(api, BYTES);
    assertTrue(body.length() >= BYTES && body.length() < BYTES + 8_192, () -> "" + body.length());
    assertEquals(body, AgentRequest.body(api, BYTES));
    var json = new JsonMapper().readTree(body);
    assertEquals(16, json.path("tools").size());
    assertTrue(json.path(api == Api.MESSAGES ? "messages" : "input").size() > 30);
    assertEquals(2, body.split(AgentRequest.NUMBER, -1).length, "the number is there once");
  }

  @Test
  void exchange_sendsAnotherNumberEachTime() throws Exception {
    try (var upstream = Upstream.start(_ -> UpstreamReply.refuse(200, "{}"));
        var exchange =
            JsonExchange.to(upstream.port(), ChatRequest.completion(Api.RESPONSES, BYTES)).open()) {
      assertTrue(exchange.perform());
      assertTrue(exchange.perform());
      var bodies = upstream.requests().stream().map(request -> request.json().toString()).toList();
      assertEquals(2, bodies.size());
      assertNotEquals(bodies.get(0), bodies.get(1));
      var number = "version \\d{16}";
      assertEquals(bodies.get(0).replaceFirst(number, ""), bodies.get(1).replaceFirst(number, ""));
    }
  }
}
