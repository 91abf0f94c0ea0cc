package io.nexus.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.nexus.control.money.ModelPricing;
import io.nexus.control.money.Money;
import io.nexus.control.money.Rates;
import io.nexus.control.money.Usage;
import io.nexus.server.RawHttp.Answer;
import io.nexus.server.RawHttp.Event;
import io.nexus.server.demo.SimulatedBackend;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class SimulatedBackendTest {

  private static final String CHAT = "/v1/chat/completions";
  private static final JsonMapper JSON = new JsonMapper();
  private static final ModelPricing PRICE =
      ModelPricing.of(Rates.text(Money.usd("2.50"), Money.usd("10")));

  @Test
  void chat_json_answersWithinMaxTokensAndBillsItsUsage() throws Exception {
    try (SimulatedBackend backend = start(Duration.ZERO);
        RawHttp client = connect(backend)) {
      Answer answer =
          client.post(
              CHAT,
              "{\"model\":\"paid\",\"max_tokens\":5,\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}]}");

      JsonNode body = JSON.readTree(answer.body());
      assertEquals(200, answer.status());
      assertEquals("length", body.at("/choices/0/finish_reason").asText());
      assertEquals(5, body.at("/choices/0/message/content").asText().split(" ").length);
      assertEquals(5, body.at("/usage/completion_tokens").asInt());
      long prompt = body.at("/usage/prompt_tokens").asLong();
      assertTrue(prompt > 0, answer.text());
      assertEquals(PRICE.cost(Usage.of(prompt, 5)), backend.bill());
      client.post(CHAT, "{\"model\":\"free\",\"messages\":[]}");
      assertEquals(PRICE.cost(Usage.of(prompt, 5)), backend.bill(), "free models cost nothing");
      assertEquals(2, backend.requests());
    }
  }

  @Test
  void chat_stream_saysTheSameAsJsonAndEndsInUsageAndDone() throws Exception {
    try (SimulatedBackend backend = start(Duration.ofNanos(100_000));
        RawHttp client = connect(backend)) {
      String messages =
          "\"model\":\"paid\",\"messages\":[{\"role\":\"user\",\"content\":\"Why?\"}]";
      JsonNode whole = JSON.readTree(client.post(CHAT, "{" + messages + "}").body());
      long once = backend.bill().nanos();
      client.open(
          CHAT, "{" + messages + ",\"stream\":true,\"stream_options\":{\"include_usage\":true}}");
      List<Event> events = client.events();

      StringBuilder content = new StringBuilder();
      for (Event event : events.subList(0, events.size() - 1)) {
        JsonNode delta = JSON.readTree(event.data()).at("/choices/0/delta/content");
        content.append(delta.asText());
      }
      assertEquals(whole.at("/choices/0/message/content").asText(), content.toString());
      assertEquals("[DONE]", events.getLast().data());
      JsonNode usage = JSON.readTree(events.get(events.size() - 2).data()).path("usage");
      assertEquals(whole.path("usage"), usage);
      assertEquals(2 * once, backend.bill().nanos());
    }
  }

  @Test
  void chat_clientLeavesMidStream_billsWhatWasSent() throws Exception {
    try (SimulatedBackend backend = start(Duration.ofMillis(20))) {
      RawHttp client = connect(backend);
      client.open(CHAT, "{\"model\":\"paid\",\"stream\":true,\"messages\":[]}");
      client.event();
      client.event();
      client.reset();

      long endNanos = System.nanoTime() + Duration.ofSeconds(20).toNanos();
      while (backend.bill().isZero() && System.nanoTime() < endNanos) {
        Thread.onSpinWait();
      }
      long prompt = 1;
      assertTrue(backend.bill().compareTo(PRICE.cost(Usage.of(prompt, 2))) >= 0);
      assertTrue(backend.bill().compareTo(PRICE.cost(Usage.of(prompt, 20))) < 0);
    }
  }

  @Test
  void chat_unknownModelOrNoJson_isRefusedUnbilled() throws Exception {
    try (SimulatedBackend backend = start(Duration.ZERO);
        RawHttp client = connect(backend)) {
      assertEquals(404, client.post(CHAT, "{\"model\":\"other\"}").status());
      assertEquals(400, client.post(CHAT, "{").status());
      assertEquals(Money.ZERO, backend.bill());
      assertEquals(0, backend.requests());
    }
  }

  @Test
  void models_always_listsThem() throws Exception {
    try (SimulatedBackend backend = start(Duration.ZERO);
        RawHttp client = connect(backend)) {
      JsonNode list = JSON.readTree(client.get("/v1/models").body());
      assertEquals("free", list.at("/data/0/id").asText());
      assertEquals("paid", list.at("/data/1/id").asText());
    }
  }

  private static SimulatedBackend start(Duration perToken) {
    return SimulatedBackend.start(Map.of("paid", PRICE, "free", ModelPricing.FREE), perToken);
  }

  private static RawHttp connect(SimulatedBackend backend) throws IOException {
    return RawHttp.connect(URI.create(backend.url()).getPort());
  }
}
