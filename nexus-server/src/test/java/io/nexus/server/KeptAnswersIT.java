package io.nexus.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nexus.ledger.jdbc.testing.PostgresServer;
import io.nexus.server.RawHttp.Answer;
import io.nexus.server.mock.Upstream;
import io.nexus.server.mock.UpstreamUsage.Prices;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Answers stored at two backends, requested through launched gateways that share a PostgreSQL. */
@Timeout(240)
class KeptAnswersIT {

  private static final String TOML =
      """
      [budget]
      monthly_limit = 100
      [[backends]]
      name = "one"
      type = "openai"
      url = "{0}"
      models = ["m"]
      priority = 10
      [[backends]]
      name = "two"
      type = "openai"
      url = "{1}"
      models = ["m", "n"]
      priority = 20
      [[pricing]]
      model = "*"
      provider = "openai"
      input = 2.5
      output = 10
      [ledger]
      url = "{2}"
      node = "{3}"
      lease_ttl_seconds = 5
      """;

  private static final String BACKGROUND =
      Responses.body("m", "\"background\":true", "\"max_output_tokens\":1000");

  @TempDir private static Path temp;

  private static Upstream upstream(String name) throws IOException {
    var model = new ResponsesModel(name);
    return Upstream.start(model::reply).price(Prices.of("2.5", "10"));
  }

  private static Answer ask(LaunchedGateway gateway, String body) throws IOException {
    try (var client = gateway.connect()) {
      var answer = client.post(Responses.PATH, body);
      assertEquals(200, answer.status(), answer::text);
      return answer;
    }
  }

  private static void assertContinuedAtTwo(LaunchedGateway gateway, String id) throws IOException {
    var continued = Responses.body("m", "\"previous_response_id\":\"" + id + "\"");
    assertEquals("two", ask(gateway, continued).header("X-Nexus-Backend").orElseThrow());
    assertEquals(id, gateway.json(Responses.PATH + "/" + id).path("id").asText());
  }

  /** The answer is recorded before it is polled. */
  private static void awaitAskedAfter(Upstream upstream) throws InterruptedException {
    long end = System.nanoTime() + 60_000_000_000L;
    while (upstream.requests().stream().noneMatch(r -> r.path().startsWith("/v1/responses/"))) {
      assertTrue(System.nanoTime() < end, "nobody asks after what is made in the background");
      Thread.sleep(20);
    }
  }

  private static void awaitSpent(LaunchedGateway gateway, Upstream... upstreams) throws Exception {
    long end = System.nanoTime() + 60_000_000_000L;
    while (true) {
      long billed = 0;
      for (var upstream : upstreams) {
        billed += upstream.billNanos();
      }
      var spend = gateway.json("/v1/spend");
      if (GatewayBox.nanos(spend.at("/total/cost_usd")) == billed) {
        return;
      }
      assertTrue(System.nanoTime() < end, billed + " billed, " + spend + gateway.log());
      Thread.sleep(50);
    }
  }

  @Test
  void continuations_afterRestartsAndFromAnotherGateway_goWhereTheAnswerIs() throws Exception {
    var server = new PostgresServer();
    try (var one = upstream("one");
        var two = upstream("two")) {
      var ledger = server.newLedger();
      var environment = Map.of("NEXUS_LEDGER_PASSWORD", PostgresServer.PASSWORD);
      var toml =
          TOML.replace("{0}", one.url()).replace("{1}", two.url()).replace("{2}", ledger.url());
      var first = toml.replace("{3}", "a");
      var a = LaunchedGateway.start(temp.resolve("a"), first, environment);
      var id = GatewayBox.json(ask(a, Responses.body("n"))).path("id").asText();
      assertContinuedAtTwo(a, id);
      try (var b =
          LaunchedGateway.start(temp.resolve("b"), toml.replace("{3}", "b"), environment)) {
        assertContinuedAtTwo(b, id);
        assertEquals("queued", GatewayBox.json(ask(a, BACKGROUND)).path("status").asText());
        awaitAskedAfter(one);
        a.kill();
        try (var again = LaunchedGateway.start(temp.resolve("a"), first, environment)) {
          assertContinuedAtTwo(again, id);
          awaitSpent(again, one, two);
          assertTrue(one.billNanos() > 0, "what was made in the background is billed");
        }
      }
    } finally {
      server.close();
    }
  }
}
