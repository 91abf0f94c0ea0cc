package io.nexus.server;

import static io.nexus.server.GatewayBox.CHAT;
import static io.nexus.server.GatewayBox.ask;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.nexus.server.RawHttp.Answer;
import io.nexus.server.mock.Upstream;
import io.nexus.server.mock.UpstreamUsage;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The routes beside the chat. */
class RoutesTest {

  private static final String CONFIG =
      """
      [budget]
      monthly_limit = 1.00
      """
          + GatewayBox.ONE_CLOUD
          + """
          [[backends]]
          name = "home"
          type = "vllm"
          url = "{1}"
          [routing.aliases]
          "gpt-4" = "m"
          """;
  private static final UpstreamUsage USAGE = UpstreamUsage.of(10, 5);

  @Test
  void health_allUp_oneDown_allDown() throws Exception {
    Upstream home = Upstream.answering("Hi", USAGE).models("llama", "m");
    Upstream cloud = Upstream.answering("Hi", USAGE);
    try (GatewayBox box = GatewayBox.of(CONFIG, cloud, home).start()) {
      JsonNode health = box.json("/health");
      assertEquals(
          "{\"status\":\"healthy\",\"uptime_seconds\":0,\"backends\":{\"total\":2,\"healthy\":2},"
              + "\"models\":2}",
          health.toString());
      box.clock().set(box.clock().instant().plusSeconds(90));
      assertEquals(90, box.json("/health").path("uptime_seconds").asInt());
    }
    home.close();
    try (GatewayBox box = GatewayBox.of(CONFIG, cloud, home).start()) {
      assertEquals("degraded", box.json("/health").path("status").asText());
      assertEquals(1, box.json("/health").path("backends").path("healthy").asInt());
      assertEquals(200, box.connect().get("/health").status());
    }
    cloud.close();
    try (GatewayBox box = GatewayBox.of(CONFIG, cloud, home).start()) {
      assertEquals("unhealthy", box.json("/health").path("status").asText());
      assertEquals(200, box.connect().get("/health/live").status());
      assertEquals(200, box.connect().get("/health/ready").status());
      Answer answer = box.connect().post(CHAT, ask());
      assertEquals(503, answer.status());
      assertEquals("no_backend", GatewayBox.json(answer).path("error").path("code").asText());
    }
  }

  @Test
  void models_severalBackends_oneEntryAModel() throws Exception {
    try (Upstream cloud = Upstream.answering("Hi", USAGE);
        Upstream home = Upstream.answering("Hi", USAGE).models("llama", "m");
        GatewayBox box = GatewayBox.start(CONFIG, cloud, home)) {
      JsonNode list = box.json("/v1/models");
      assertEquals("list", list.path("object").asText());
      List<String> ids = new ArrayList<>();
      for (JsonNode model : list.path("data")) {
        ids.add(model.path("id").asText());
        assertEquals("model", model.path("object").asText());
        assertTrue(model.path("created").isIntegralNumber());
        assertFalse(model.path("owned_by").asText().isEmpty());
      }
      assertEquals(List.of("gpt-4", "llama", "m"), ids);
      JsonNode shared = list.path("data").path(2).path("nexus");
      assertEquals("[\"cloud\",\"home\"]", shared.path("backends").toString());
      assertEquals(
          "2.5", shared.path("price").path("input_usd_per_million").decimalValue().toPlainString());
    }
  }

  @Test
  void explain_anyRequest_saysWhatHappens() throws Exception {
    try (Upstream cloud = Upstream.answering("Hi", USAGE);
        Upstream home = Upstream.answering("Hi", USAGE).models("llama", "m");
        GatewayBox box = GatewayBox.start(CONFIG, cloud, home)) {
      RawHttp client = box.connect();
      for (String body :
          List.of(
              ask(),
              ask("\"max_tokens\":10"),
              ask().replace("\"m\"", "\"gpt-4\""),
              ask().replace("\"m\"", "\"llama\""))) {
        JsonNode explained = GatewayBox.json(client.post("/v1/explain", body));
        int sent = cloud.chats().size() + home.chats().size();
        Answer answer = client.post(CHAT, body);
        assertEquals(200, answer.status(), answer::text);
        assertEquals(sent + 1, cloud.chats().size() + home.chats().size(), "explained, not sent");
        assertEquals("route", explained.path("decision").asText());
        assertEquals(
            answer.header("X-Nexus-Backend").orElseThrow(), explained.path("backend").asText());
        assertEquals(
            answer.header("X-Nexus-Model").orElseThrow(),
            explained.path("resolved_model").asText());
        JsonNode chosen = explained.path("candidates").path(0);
        assertEquals(
            answer.header("X-Nexus-Cost-Estimated").orElseThrow(),
            chosen.path("estimate_usd").decimalValue().toPlainString());
      }
      JsonNode unknown =
          GatewayBox.json(client.post("/v1/explain", ask().replace("\"m\"", "\"none\"")));
      assertEquals("reject", unknown.path("decision").asText());
      assertEquals("model_not_found", unknown.path("reason").asText());
    }
  }

  @Test
  void metrics_afterRequests_areServedInBothFormats() throws Exception {
    try (Upstream cloud = Upstream.answering("Hi", USAGE);
        Upstream home = Upstream.answering("Hi", USAGE).models("llama");
        GatewayBox box = GatewayBox.start(CONFIG, cloud, home)) {
      RawHttp client = box.connect();
      client.post(CHAT, ask());
      client.post(CHAT, ask().replace("\"m\"", "\"" + "none".repeat(20) + "\""));
      Answer plain = client.get("/metrics");
      assertTrue(plain.header("Content-Type").orElseThrow().startsWith("text/plain"));
      assertTrue(
          plain.text().contains("nexus_requests_total{backend=\"cloud\",model=\"m\""), plain::text);
      assertTrue(plain.text().contains("nexus_budget_limit_usd 1"), plain::text);
      assertFalse(plain.text().contains("nonenone"), plain::text);
      Answer open = client.get("/metrics", "Accept: application/openmetrics-text; version=1.0.0");
      assertTrue(
          open.header("Content-Type").orElseThrow().startsWith("application/openmetrics-text"));
      assertTrue(open.text().endsWith("# EOF\n"), open::text);
    }
  }

  @Test
  void malformedHttp_isToldInTheFormOfThePathsApi() throws Exception {
    try (Upstream upstream = Upstream.answering("Hi", USAGE);
        GatewayBox box = GatewayBox.of(GatewayBox.ONE_CLOUD, upstream).start()) {
      var messages = malformed(box, "/v1/messages");
      assertEquals("error", messages.path("type").asText(), messages::toString);
      var google = malformed(box, "/v1beta/models/m:generateContent");
      assertEquals("INVALID_ARGUMENT", google.at("/error/status").asText(), google::toString);
    }
  }

  private static JsonNode malformed(GatewayBox box, String path) throws IOException {
    RawHttp client = box.connect();
    client.send("POST " + path + " HTTP/1.1\r\nHost: x\r\nContent-Length: x\r\n\r\n");
    Answer answer = client.read();
    assertEquals(400, answer.status(), answer::text);
    return GatewayBox.json(answer);
  }
}
