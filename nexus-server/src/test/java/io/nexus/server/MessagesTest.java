package io.nexus.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.nexus.server.RawHttp.Answer;
import io.nexus.server.RawHttp.Event;
import io.nexus.server.mock.Upstream;
import io.nexus.server.mock.UpstreamReply;
import io.nexus.server.mock.UpstreamUsage;
import io.nexus.server.mock.UpstreamUsage.Prices;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Anthropic's Messages API: forwarded requests, answers, and charges. */
@Timeout(60)
class MessagesTest {

  private static final UpstreamUsage USAGE = new UpstreamUsage(20, 8, 12, 0);

  /** 12 tokens at 2.5, 8 at 0.25 and 12 at 10. */
  private static final long NANOS = 30_000 + 2_000 + 120_000;

  private static Upstream upstream() throws IOException {
    return Upstream.start(request -> Messages.reply(request, "Hello from upstream", USAGE))
        .price(Prices.of("2.5", "0.25", "10", "10"));
  }

  static Answer post(GatewayBox box, String path, String body, String... headers)
      throws IOException {
    try (RawHttp client = RawHttp.connect(box.port())) {
      return client.post(path, body, headers);
    }
  }

  static List<String> stream(GatewayBox box, String body) throws IOException {
    try (RawHttp client = RawHttp.connect(box.port())) {
      assertEquals(200, client.open(Messages.PATH, body).status());
      return client.events().stream().map(Event::text).map(String::strip).toList();
    }
  }

  static long spent(JsonNode stats) {
    assertEquals(0, GatewayBox.nanos(stats.at("/budget/held_usd")), "nothing is held");
    return GatewayBox.nanos(stats.at("/budget/current_spending_usd"));
  }

  @Test
  void answer_isPassedOn_andChargedAsReported() throws Exception {
    try (Upstream upstream = upstream();
        GatewayBox box =
            GatewayBox.of(
                    Messages.CONFIG.replace("url =", "api_key_env = \"A_KEY\"\nurl ="), upstream)
                .with("A_KEY", "anthropic-secret")
                .start()) {
      var body = Messages.ask("\"unknown_field\":[1]", "\"system\":\"Be brief\"");
      var answer =
          post(
              box,
              Messages.PATH + "?beta=true",
              body,
              "anthropic-version: 2026-10-21",
              "anthropic-beta: context-1m-2025-08-07",
              "anthropic-dangerous-direct-browser-access: true");
      assertEquals(200, answer.status(), answer::text);
      assertEquals("0.000152", answer.header("X-Nexus-Cost").orElseThrow());
      assertEquals("reported", answer.header("X-Nexus-Cost-Precision").orElseThrow());
      assertEquals(
          answer.header("X-Request-Id").orElseThrow(), answer.header("request-id").orElseThrow());
      var made =
          new String(Messages.whole("Hello from upstream", USAGE).body(), StandardCharsets.UTF_8);
      assertEquals(made.replace("\"standard\"}", "\"standard\",\"cost\":0.000152}"), answer.text());
      var sent = upstream.chats().getFirst();
      assertEquals("/v1/messages?beta=true", sent.path());
      assertEquals("anthropic-secret", sent.header("x-api-key").orElseThrow());
      assertEquals("2026-10-21", sent.header("anthropic-version").orElseThrow());
      assertEquals("context-1m-2025-08-07", sent.header("anthropic-beta").orElseThrow());
      assertTrue(sent.header("anthropic-dangerous-direct-browser-access").isPresent());
      assertEquals(body, sent.text());
      assertEquals(NANOS, spent(box.idle()));
      assertEquals(
          1, MetricsPage.of(box).count("nexus_requests_total", "api=\"messages\"", "\"200\""));
    }
  }

  @Test
  void stream_isPassedOn_andChargedOnce() throws Exception {
    try (Upstream upstream = upstream();
        GatewayBox box = GatewayBox.start(Messages.CONFIG, upstream)) {
      var body = Messages.streaming();
      var events = stream(box, body);
      var made = Messages.stream(List.of("Hello ", "from ", "upstream"), USAGE);
      var expected =
          made.chunks().stream()
              .map(
                  chunk ->
                      chunk
                          .data()
                          .replace(
                              "\"output_tokens\":12}", "\"output_tokens\":12,\"cost\":0.000152}"))
              .toList();
      assertEquals(expected, events);
      var sent = upstream.chats().getFirst();
      assertEquals("/v1/messages", sent.path());
      assertEquals("2023-06-01", sent.header("anthropic-version").orElseThrow());
      assertEquals(body, sent.text());
      assertEquals(NANOS, spent(box.idle()));
      assertEquals(upstream.billNanos(), NANOS);
    }
  }

  @Test
  void errors_areInAnthropicsEnvelope() throws Exception {
    var config =
        Messages.CONFIG
            + """
            [[keys]]
            name = "app"
            key_env = "APP"
            [[keys]]
            name = "poor"
            key_env = "POOR"
            [[budgets]]
            name = "none"
            match = { key = "poor" }
            limit = 0
            hard_limit_action = "reject"
            """;
    try (Upstream upstream = upstream();
        GatewayBox box =
            GatewayBox.of(config, upstream)
                .with("APP", "nx-app")
                .with("POOR", "nx-poor")
                .asking("nx-app")
                .start()) {
      var poor = post(box, Messages.PATH, Messages.ask(), "x-api-key: nx-poor");
      var error = assertError(poor, 402, "billing_error");
      assertTrue(poor.text().contains("Budget limit exceeded, request rejected"), poor::text);
      assertEquals("none", error.at("/error/budget/name").asText(), poor::text);
      assertEquals("budget_exceeded", error.at("/error/code").asText(), poor::text);
      assertEquals("false", poor.header("x-should-retry").orElseThrow());
      assertError(
          post(box, Messages.PATH, Messages.streaming(), "Authorization: Bearer nx-poor"),
          402,
          "billing_error");
      assertError(post(box, Messages.PATH, Messages.ask()), 401, "authentication_error");
      var key = "x-api-key: nx-app";
      var unknown = Messages.ask().replace("\"m\"", "\"x\"");
      assertError(post(box, Messages.PATH, unknown, key), 404, "not_found_error");
      assertError(post(box, Messages.PATH, "{", key), 400, "invalid_request_error");
      for (var missing : List.of("model", "max_tokens", "messages")) {
        var without = Messages.ask().replace('"' + missing + '"', "\"other\"");
        var answer = post(box, Messages.PATH, without, key);
        assertEquals(
            missing, assertError(answer, 400, "invalid_request_error").at("/error/param").asText());
      }
      assertEquals(List.of(), upstream.chats());
    }
  }

  private static JsonNode assertError(Answer answer, int status, String type) throws IOException {
    assertEquals(status, answer.status(), answer::text);
    var json = GatewayBox.json(answer);
    assertEquals("error", json.path("type").asText(), answer::text);
    assertEquals(type, json.at("/error/type").asText(), answer::text);
    assertFalse(json.at("/error/message").asText().isEmpty(), answer::text);
    assertEquals(
        answer.header("request-id").orElseThrow(), json.path("request_id").asText(), answer::text);
    return json;
  }

  @Test
  void errorsOfTheProvider_passAsTheyCame_andCostNothing() throws Exception {
    var overloaded =
        "{\"type\":\"error\",\"error\":{\"type\":\"invalid_request_error\",\"message\":\"no\"}}";
    try (Upstream upstream =
            Upstream.start(
                request ->
                    request.method().equals("GET")
                        ? Messages.models("m")
                        : UpstreamReply.refuse(400, overloaded));
        GatewayBox box = GatewayBox.start(Messages.CONFIG, upstream)) {
      var answer = post(box, Messages.PATH, Messages.ask());
      assertEquals(400, answer.status());
      assertEquals(overloaded, answer.text());
      assertEquals(0, spent(box.idle()));
    }
  }

  @Test
  void counting_isFree_andPassedOn() throws Exception {
    try (Upstream upstream =
            Upstream.start(
                request ->
                    request.method().equals("GET")
                        ? Messages.models("m")
                        : UpstreamReply.refuse(200, "{\"input_tokens\":14}"));
        GatewayBox box =
            GatewayBox.start(
                Messages.CONFIG.replace("monthly_limit = 1", "monthly_limit = 0"), upstream)) {
      var body = "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]}";
      var answer = post(box, "/v1/messages/count_tokens?beta=true", body);
      assertEquals(200, answer.status(), answer::text);
      assertEquals("{\"input_tokens\":14}", answer.text());
      assertEquals("/v1/messages/count_tokens?beta=true", upstream.chats().getFirst().path());
      assertEquals(body, upstream.chats().getFirst().text());
      assertEquals(0, spent(box.idle()));
    }
  }

  @Test
  void models_areInAnthropicsForm_whereItsVersionIsSent() throws Exception {
    var config =
        Messages.CONFIG
            + """
            [[keys]]
            name = "app"
            key_env = "APP"
            """;
    try (Upstream upstream = upstream();
        GatewayBox box =
            GatewayBox.of(config, upstream).with("APP", "nx-app").asking("nx-app").start();
        RawHttp client = RawHttp.connect(box.port())) {
      var version = "anthropic-version: 2023-06-01";
      var key = "x-api-key: nx-app";
      var list = GatewayBox.json(client.get("/v1/models?limit=1000", version, key));
      assertEquals("m", list.at("/data/0/id").asText(), list::toString);
      assertEquals("model", list.at("/data/0/type").asText());
      assertFalse(list.path("has_more").asBoolean(true));
      assertEquals("m", list.path("last_id").asText());
      var one = GatewayBox.json(client.get("/v1/models/m", version, key));
      assertEquals("m", one.path("display_name").asText(), one::toString);
      var none = client.get("/v1/models/none", version, key);
      assertEquals(404, none.status());
      assertEquals("not_found_error", GatewayBox.json(none).at("/error/type").asText());
      var unknown = GatewayBox.json(client.get("/v1/models", version));
      assertEquals("authentication_error", unknown.at("/error/type").asText());
      assertEquals("list", GatewayBox.json(client.get("/v1/models", key)).path("object").asText());
      client.send("HEAD / HTTP/1.1\r\nHost: localhost\r\n\r\n");
      assertEquals(200, client.head().status());
    }
  }
}
