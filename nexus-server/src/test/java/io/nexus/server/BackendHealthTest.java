package io.nexus.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.nexus.server.RawHttp.Answer;
import io.nexus.server.mock.Upstream;
import io.nexus.server.mock.UpstreamReply;
import io.nexus.server.mock.UpstreamUsage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Backends that come and go, and what they say they serve. */
class BackendHealthTest {

  private static final String CONFIG =
      """
      [health_check]
      interval_seconds = 1
      timeout_seconds = 1
      failure_threshold = 2
      recovery_threshold = 2
      [[backends]]
      name = "desk"
      type = "vllm"
      url = "{0}"
      [[backends]]
      name = "cloud"
      type = "openai"
      url = "{1}"
      models = ["configured"]
      """;

  private static List<String> models(GatewayBox box) {
    try {
      List<String> ids = new ArrayList<>();
      box.json("/v1/models").path("data").forEach(model -> ids.add(model.path("id").asText()));
      return ids;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static boolean healthy(JsonNode stats) {
    return stats.at("/backends/0/healthy").asBoolean();
  }

  private static long asked(Upstream upstream) {
    return (long) upstream.requests().size() - upstream.chats().size();
  }

  @Test
  void backend_thatGoesAndComesBack_isOutAfterSomeFailuresAndInAfterSomeSuccesses()
      throws Exception {
    try (Upstream desk = Upstream.answering("Hi", UpstreamUsage.of(1, 1));
        Upstream cloud = Upstream.answering("Hi", UpstreamUsage.of(1, 1))) {
      desk.models("found-a", "found-b");
      cloud.models("unasked");
      try (GatewayBox box = GatewayBox.start(CONFIG, desk, cloud);
          LogCapture log = LogCapture.open()) {
        assertEquals(List.of("configured", "found-a", "found-b"), models(box));
        assertEquals(200, Chats.send(box, Chats.body("found-a")).status());
        assertEquals(404, Chats.send(box, Chats.body("unasked")).status());

        desk.modelsReply(UpstreamReply.refuse(500, "{}"));
        long failures = asked(desk);
        box.await(stats -> !healthy(stats) && log.count("WARNING Backend desk is down") == 1);
        assertTrue(asked(desk) - failures >= 2, "one failure is not enough");
        assertEquals(List.of("configured"), models(box));
        Answer refused = Chats.send(box, Chats.body("found-a"));
        assertEquals(503, refused.status());
        assertEquals("unhealthy", GatewayBox.json(refused).at("/error/reasons/0/reason").asText());
        JsonNode health = box.json("/health");
        assertEquals("degraded", health.path("status").asText());
        assertEquals(1, health.at("/backends/healthy").asLong());
        assertEquals(2, health.at("/backends/total").asLong());
        MetricsPage metrics = MetricsPage.of(box);
        assertEquals(0, metrics.count("nexus_backend_up", "backend=\"desk\""));
        assertEquals(1, metrics.count("nexus_backend_up", "backend=\"cloud\""));

        desk.models("found-b", "found-c");
        long successes = asked(desk);
        box.await(stats -> healthy(stats) && log.count("INFO Backend desk is up") == 1);
        assertTrue(asked(desk) - successes >= 2, "one success is not enough");
        box.await(_ -> models(box).equals(List.of("configured", "found-b", "found-c")));
        assertEquals(200, Chats.send(box, Chats.body("found-c")).status());
        assertEquals("healthy", box.json("/health").path("status").asText());
      }
    }
  }

  @Test
  void backend_thatIsDownAtTheStart_isNotTried() throws Exception {
    try (Upstream desk = Upstream.answering("Hi", UpstreamUsage.of(1, 1));
        Upstream cloud = Upstream.answering("Hi", UpstreamUsage.of(1, 1))) {
      desk.models("a");
      cloud.modelsReply(UpstreamReply.refuse(503, "{}"));
      try (GatewayBox box = GatewayBox.start(CONFIG, desk, cloud)) {
        assertEquals(List.of("a"), models(box));
        Answer refused = Chats.send(box, Chats.body("configured"));
        assertEquals(503, refused.status());
        assertEquals("no_backend", GatewayBox.json(refused).at("/error/code").asText());
        assertTrue(cloud.chats().isEmpty());
      }
    }
  }

  /** Where an upstream without a list of models is said to be; {@code own} is its host and port. */
  @ParameterizedTest
  @CsvSource({
    "ollama, http://own, http://own/v1",
    "ollama, http://own/api, http://own/v1",
    "generic, http://own/openai, http://own/openai/v1",
    "generic, http://own/v1/chat/completions, http://own/v1",
    "generic, http://own/v1/models, http://own/v1",
  })
  void backend_withoutAListOfModels_isWarnedOfWithItsLikelyAddress(
      String type, String url, String likely) throws Exception {
    try (Upstream upstream = Upstream.answering("Hi", UpstreamUsage.of(1, 1));
        LogCapture log = LogCapture.open()) {
      String own = "127.0.0.1:" + upstream.port();
      String address = url.replace("own", own);
      upstream.modelsReply(UpstreamReply.refuse(404, "404 page not found"));
      try (GatewayBox box =
          GatewayBox.start(
              """
              [health_check]
              interval_seconds = 1
              [[backends]]
              name = "desk"
              type = "%s"
              url = "%s"
              """
                  .formatted(type, address))) {
        box.await(_ -> asked(upstream) >= 2);
        String warning =
            "WARNING Backend desk has no list of models at "
                + address
                + "/models (status 404): its url is probably \""
                + likely.replace("own", own)
                + "\"";
        assertEquals(1, log.count(warning), log::text);
        assertEquals(1, log.count("WARNING Backend desk gets no requests: it lists no models"));
        assertEquals("healthy", box.json("/health").path("status").asText());
      }
    }
  }

  @Test
  void backend_thatListsNoModels_isWarnedOfUnlessTheyAreConfigured() throws Exception {
    try (Upstream desk = Upstream.answering("Hi", UpstreamUsage.of(1, 1));
        Upstream cloud = Upstream.answering("Hi", UpstreamUsage.of(1, 1));
        LogCapture log = LogCapture.open();
        GatewayBox box = GatewayBox.start(CONFIG, desk, cloud)) {
      box.await(_ -> asked(desk) >= 2);
      assertEquals(1, log.count("WARNING Backend desk gets no requests"), log::text);
      assertEquals(1, log.count("WARNING Backend"), log::text);
      desk.models("a");
      box.await(_ -> models(box).contains("a"));
      desk.models();
      box.await(_ -> log.count("WARNING Backend desk gets no requests") == 2);
    }
  }

  private static final String CONFIGURED =
      """
      [health_check]
      interval_seconds = 1
      timeout_seconds = 1
      failure_threshold = 2
      [routing]
      max_retries = 0
      [[backends]]
      name = "cloud"
      type = "generic"
      location = "cloud"
      url = "{0}"
      models = ["m"]
      PROBE
      """;

  /** All at once, since each is checked once a second. */
  @Test
  void backend_thatRefusesToListItsModels_isUpWhereTheyAreConfigured() throws Exception {
    try (LogCapture log = LogCapture.open();
        var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var checks = new ArrayList<Callable<Integer>>();
      for (int status : new int[] {400, 401, 403, 404, 405, 429, 501, 302, 200}) {
        checks.add(() -> servedByOneThatLists(status));
      }
      for (var served : threads.invokeAll(checks)) {
        assertEquals(200, served.get());
      }
      assertEquals(0, log.count("secret"), log::text);
    }
  }

  private static int servedByOneThatLists(int status) throws Exception {
    try (Upstream upstream = Upstream.answering("Hi", UpstreamUsage.of(1, 1))) {
      upstream.modelsReply(UpstreamReply.refuse(status, "<html>secret words</html>"));
      try (GatewayBox box = GatewayBox.start(CONFIGURED.replace("PROBE", ""), upstream)) {
        long asked = asked(upstream);
        box.await(_ -> asked(upstream) > asked + 2);
        assertTrue(healthy(box.stats()), () -> "down by " + status);
        return Chats.send(box, Chats.body("m")).status();
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"500", "503"})
  void backend_thatFailsToListItsModels_isDown(int status) throws Exception {
    try (Upstream upstream = Upstream.answering("Hi", UpstreamUsage.of(1, 1))) {
      upstream.modelsReply(UpstreamReply.refuse(status, "{}"));
      try (GatewayBox box = GatewayBox.start(CONFIGURED.replace("PROBE", ""), upstream)) {
        assertEquals(503, Chats.send(box, Chats.body("m")).status());
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"chat", "models"})
  void backend_thatIsJudgedByChat_isOutAfterSomeFailuresAndTriedAgain(String probe)
      throws Exception {
    try (Upstream upstream = Upstream.start(_ -> UpstreamReply.refuse(500, "{}"))) {
      upstream.modelsReply(UpstreamReply.refuse(401, "{}"));
      try (GatewayBox box =
          GatewayBox.of(CONFIGURED.replace("PROBE", "probe = \"" + probe + "\""), upstream)
              .at("2026-03-10T12:00:00Z")
              .start()) {
        assertEquals(502, Chats.send(box, Chats.body("m")).status());
        assertTrue(healthy(box.stats()), "one failure is not enough");
        assertEquals(502, Chats.send(box, Chats.body("m")).status());
        box.await(stats -> !healthy(stats));
        assertEquals(503, Chats.send(box, Chats.body("m")).status());
        assertEquals(2, upstream.chats().size());

        upstream.script(request -> UpstreamReply.completion(request, "Hi", UpstreamUsage.of(1, 1)));
        box.clock().set(Instant.parse("2026-03-10T12:00:02Z"));
        assertEquals(200, Chats.send(box, Chats.body("m")).status());
        assertTrue(healthy(box.stats()));
        assertEquals(probe.equals("chat"), asked(upstream) == 0);
      }
    }
  }

  @Test
  void backend_thatIsNotProbed_isNeverAskedNorTakenOutByItsErrors() throws Exception {
    try (Upstream upstream = Upstream.start(_ -> UpstreamReply.refuse(500, "{}"));
        GatewayBox box =
            GatewayBox.start(CONFIGURED.replace("PROBE", "probe = \"none\""), upstream)) {
      for (int i = 0; i < 5; i++) {
        assertEquals(502, Chats.send(box, Chats.body("m")).status());
      }
      assertEquals(5, upstream.chats().size());
      assertEquals(0, asked(upstream));
      assertTrue(healthy(box.stats()));
    }
  }
}
