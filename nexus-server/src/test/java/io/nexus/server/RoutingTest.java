package io.nexus.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.nexus.server.RawHttp.Answer;
import io.nexus.server.mock.Upstream;
import io.nexus.server.mock.UpstreamReply;
import io.nexus.server.mock.UpstreamReply.Pace;
import io.nexus.server.mock.UpstreamUsage;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Routes and their reasons in the headers of answers. */
class RoutingTest {

  private static final String BACKENDS =
      """
      [[backends]]
      name = "cloud"
      type = "openai"
      url = "{0}"
      priority = 10
      tier = 3
      models = ["m", "big", "secret-1"]
      [[backends]]
      name = "desk"
      type = "vllm"
      url = "{1}"
      priority = 20
      tier = 1
      max_concurrent = 2
      models = ["m", "small", "secret-1"]
      """;

  private static final UpstreamUsage USAGE = UpstreamUsage.of(8, 10);

  private static Upstream upstream() throws IOException {
    return Upstream.answering("Hello", USAGE);
  }

  private static String routing(String... lines) {
    return "[routing]\n" + String.join("\n", lines) + "\n" + BACKENDS;
  }

  /** Backend, model and reason of an answer. */
  private static String route(Answer answer) {
    return answer.status() == 200
        ? String.join(
            " ",
            Chats.header(answer, "X-Nexus-Backend"),
            Chats.header(answer, "X-Nexus-Model"),
            Chats.header(answer, "X-Nexus-Route-Reason"))
        : answer.status() + " " + answer.text();
  }

  @ParameterizedTest
  @CsvSource({
    "m, cloud m capability-match",
    "one, cloud big capability-match",
    "three, cloud big capability-match",
    "wanted, desk small fallback",
    "big, cloud big capability-match",
    "secret-1, desk secret-1 privacy-requirement",
  })
  void request_forAModel_goesWhereItsHeadersSay(String model, String expected) throws Exception {
    String config =
        routing(
            "strategy = \"priority_only\"",
            "[routing.aliases]",
            "one = \"big\"",
            "two = \"one\"",
            "three = \"two\"",
            "[routing.fallbacks]",
            "wanted = [\"gone\", \"small\", \"big\"]",
            "[[routing.policies]]",
            "model_pattern = \"secret-*\"",
            "privacy = \"restricted\"");
    try (Upstream cloud = upstream();
        Upstream desk = upstream();
        GatewayBox box = GatewayBox.start(config, cloud, desk)) {
      Answer answer = Chats.send(box, Chats.body(model));
      assertEquals(expected, route(answer));
      boolean local = expected.startsWith("desk");
      assertEquals(local ? "local" : "cloud", Chats.header(answer, "X-Nexus-Backend-Type"));
      assertEquals(local ? "restricted" : "open", Chats.header(answer, "X-Nexus-Privacy-Zone"));
      Upstream used = local ? desk : cloud;
      assertEquals(Chats.header(answer, "X-Nexus-Model"), used.awaitChat(1).model());
      assertEquals(1, cloud.chats().size() + desk.chats().size());
      Answer stream = Chats.send(box, Chats.body(model, "\"stream\":true"));
      assertEquals(expected, route(stream));
    }
  }

  @Test
  void restrictedModel_withoutARestrictedBackend_isNotSent() throws Exception {
    String config =
        routing(
            "[[routing.policies]]",
            "model_pattern = \"big\"",
            "privacy = \"restricted\"",
            "min_tier = 2");
    try (Upstream cloud = upstream();
        Upstream desk = upstream();
        GatewayBox box = GatewayBox.start(config, cloud, desk)) {
      Answer answer = Chats.send(box, Chats.body("big"), "X-Nexus-Flexible: true");
      assertEquals(503, answer.status());
      JsonNode error = GatewayBox.json(answer).path("error");
      assertEquals("service_unavailable", error.path("type").asText());
      assertEquals("no_backend", error.path("code").asText());
      JsonNode reason = error.at("/reasons/0");
      assertEquals("cloud", reason.path("backend").asText());
      assertEquals("privacy", reason.path("reconciler").asText());
      assertTrue(reason.path("reason").asText().contains("restricted"));
      assertEquals(1, error.path("reasons").size());
      assertTrue(cloud.chats().isEmpty());
      assertEquals(
          1,
          MetricsPage.of(box).count("nexus_reconciler_exclusions_total", "reconciler=\"privacy\""));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "small, X-None: 1, 503",
    "small, X-Nexus-Flexible: true, desk small capability-match",
    "wanted, X-None: 1, cloud big fallback",
    "wanted, X-Nexus-Strict: true, 503",
    "big, X-Nexus-Strict: true, cloud big capability-match",
    "big, X-Nexus-Flexible: true, cloud big capability-match",
  })
  void request_strictOrFlexible_getsNoMoreAndNoLessThanItTakes(
      String model, String header, String expected) throws Exception {
    String config =
        routing(
            "[routing.fallbacks]",
            "wanted = [\"big\"]",
            "[[routing.policies]]",
            "model_pattern = \"*\"",
            "min_tier = 2");
    try (Upstream cloud = upstream();
        Upstream desk = upstream();
        GatewayBox box = GatewayBox.start(config, cloud, desk)) {
      Answer answer = Chats.send(box, Chats.body(model), header);
      assertTrue(route(answer).startsWith(expected), () -> route(answer));
    }
  }

  @Test
  void backend_thatFails_givesWayToTheNext() throws Exception {
    try (Upstream cloud = upstream();
        Upstream desk = upstream();
        GatewayBox box = GatewayBox.start(routing("strategy = \"priority_only\""), cloud, desk)) {
      for (UpstreamReply failure :
          List.of(
              UpstreamReply.refuse(500, "{}"),
              UpstreamReply.refuse(503, "{}"),
              UpstreamReply.tooManyRequests(0),
              UpstreamReply.refuse(404, "{}"))) {
        cloud.script(_ -> failure);
        assertEquals("desk m failover", route(Chats.send(box, Chats.body("m"))));
        assertEquals("desk m failover", route(Chats.send(box, Chats.body("m", "\"stream\":true"))));
      }
      JsonNode stats = box.idle();
      assertEquals(6, stats.at("/backends/0/errors").asLong(), "404 is no error of its own");
      assertEquals(8, stats.at("/backends/0/requests").asLong());
      assertEquals(8, stats.at("/backends/1/requests").asLong());
      assertEquals(8, stats.at("/requests/success").asLong());
    }
  }

  @Test
  void everyBackend_thatFails_isTriedAndThenTheClientIsTold() throws Exception {
    try (Upstream cloud = upstream();
        Upstream desk = upstream();
        GatewayBox box =
            GatewayBox.start(
                routing("strategy = \"priority_only\"", "max_retries = 3"), cloud, desk)) {
      cloud.script(_ -> UpstreamReply.refuse(503, "{}"));
      desk.script(_ -> UpstreamReply.refuse(500, "{}"));
      Answer answer = Chats.send(box, Chats.body("m"));
      assertEquals(502, answer.status());
      assertEquals("upstream_error", GatewayBox.json(answer).at("/error/type").asText());
      assertEquals(2, cloud.chats().size());
      assertEquals(2, desk.chats().size());
    }
  }

  @Test
  void backend_thatIsFull_overflowsToTheNext() throws Exception {
    CountDownLatch done = new CountDownLatch(1);
    String config =
        routing("strategy = \"priority_only\"", "queue_size = 0")
            .replace("priority = 20", "priority = 1");
    try (Upstream cloud = upstream();
        Upstream desk =
            Upstream.start(
                request ->
                    new UpstreamReply.Stalled(
                        Pace.after(done), UpstreamReply.completion(request, "Hi", USAGE)));
        GatewayBox box = GatewayBox.start(config, cloud, desk);
        RawHttp one = RawHttp.connect(box.port());
        RawHttp two = RawHttp.connect(box.port())) {
      one.request("POST", Chats.PATH, Chats.body("m"));
      two.request("POST", Chats.PATH, Chats.body("m"));
      desk.awaitChat(2);
      assertEquals(2, box.stats().at("/backends/1/pending").asLong());
      assertEquals("cloud m capacity-overflow", route(Chats.send(box, Chats.body("m"))));
      Answer full = Chats.send(box, Chats.body("small"));
      assertEquals(503, full.status());
      assertTrue(
          GatewayBox.json(full).at("/error/reasons/0/reason").asText().startsWith("at capacity"));
      done.countDown();
      assertEquals("desk m capability-match", route(one.read()));
      assertEquals("desk m capability-match", route(two.read()));
    }
  }

  @Test
  void unknownModel_isNotFoundWithSomeThatAre() throws Exception {
    try (Upstream cloud = upstream();
        Upstream desk = upstream();
        GatewayBox box = GatewayBox.start(BACKENDS, cloud, desk)) {
      Answer answer = Chats.send(box, Chats.body("nobodys"));
      assertEquals(404, answer.status());
      JsonNode error = GatewayBox.json(answer).path("error");
      assertEquals("invalid_request_error", error.path("type").asText());
      assertEquals("model_not_found", error.path("code").asText());
      assertEquals("model", error.path("param").asText());
      assertEquals(
          "The model 'nobodys' does not exist. Some that do: big, m, secret-1, small.",
          error.path("message").asText());
      assertEquals(
          1,
          MetricsPage.of(box)
              .count("nexus_requests_total", "backend=\"none\"", "model=\"other\"", "\"404\""));
    }
  }

  /** Clients take a 404 as final. */
  @Test
  void unknownModel_whileABackendHasNotBeenReached_isUnavailable() throws Exception {
    try (Upstream cloud = upstream();
        GatewayBox box =
            GatewayBox.start(
                BACKENDS
                    .replace("{1}", "http://127.0.0.1:1")
                    .replace("models = [\"m\", \"small\", \"secret-1\"]\n", ""),
                cloud)) {
      Answer answer = Chats.send(box, Chats.body("nobodys"));
      assertEquals(503, answer.status());
      assertEquals("10", answer.header("Retry-After").orElseThrow());
      assertEquals("no_backend", GatewayBox.json(answer).at("/error/code").asText());
      assertEquals(200, Chats.send(box, Chats.body("m")).status());
    }
  }

  @ParameterizedTest
  @CsvSource({
    "priority_only, 12, 0",
    "round_robin, 6, 6",
  })
  void strategy_ofTheConfiguration_isFollowed(String strategy, int cloudward, int deskward)
      throws Exception {
    try (Upstream cloud = upstream();
        Upstream desk = upstream();
        GatewayBox box =
            GatewayBox.start(routing("strategy = \"" + strategy + "\""), cloud, desk)) {
      for (int i = 0; i < 12; i++) {
        assertEquals(200, Chats.send(box, Chats.body("m")).status());
      }
      assertEquals(cloudward, cloud.chats().size());
      assertEquals(deskward, desk.chats().size());
    }
  }

  @Test
  void strategy_random_usesBothAndSmart_thePreferred() throws Exception {
    try (Upstream cloud = upstream();
        Upstream desk = upstream()) {
      try (GatewayBox box = GatewayBox.start(routing("strategy = \"random\""), cloud, desk)) {
        for (int i = 0; i < 40; i++) {
          assertEquals(200, Chats.send(box, Chats.body("m")).status());
        }
        assertTrue(cloud.chats().size() > 3 && desk.chats().size() > 3);
      }
      int before = cloud.chats().size();
      try (GatewayBox box = GatewayBox.start(routing("strategy = \"smart\""), cloud, desk)) {
        assertEquals("cloud m capability-match", route(Chats.send(box, Chats.body("m"))));
      }
      assertEquals(before + 1, cloud.chats().size());
    }
  }

  @Test
  void explain_anyRequest_namesTheRouteThatItThenTakes() throws Exception {
    String config =
        routing(
            "strategy = \"priority_only\"",
            "[[routing.policies]]",
            "model_pattern = \"secret-*\"",
            "privacy = \"restricted\"");
    try (Upstream cloud = upstream();
        Upstream desk = upstream();
        GatewayBox box = GatewayBox.start(config, cloud, desk);
        RawHttp client = RawHttp.connect(box.port())) {
      for (String model : List.of("m", "big", "small", "secret-1")) {
        JsonNode explained = GatewayBox.json(client.post("/v1/explain", Chats.body(model)));
        assertEquals("route", explained.path("decision").asText());
        Answer answer = Chats.send(box, Chats.body(model));
        assertEquals(Chats.header(answer, "X-Nexus-Backend"), explained.path("backend").asText());
        List<String> left = new ArrayList<>();
        explained.path("candidates").forEach(each -> left.add(each.path("backend").asText()));
        assertEquals(explained.path("backend").asText(), left.getFirst());
        Map<String, String> gone = new TreeMap<>();
        explained
            .path("excluded")
            .forEach(
                each -> gone.put(each.path("backend").asText(), each.path("reconciler").asText()));
        assertEquals(model.startsWith("secret") ? Map.of("cloud", "privacy") : Map.of(), gone);
      }
      assertEquals(4, cloud.chats().size() + desk.chats().size(), "explaining sends nothing");
    }
  }
}
