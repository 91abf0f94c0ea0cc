package io.nexus.server;

import static io.nexus.server.GatewayBox.CHAT;
import static io.nexus.server.GatewayBox.ask;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.nexus.server.RawHttp.Answer;
import io.nexus.server.RawHttp.Event;
import io.nexus.server.RawHttp.Head;
import io.nexus.server.mock.Upstream;
import io.nexus.server.mock.UpstreamReply;
import io.nexus.server.mock.UpstreamReply.Break;
import io.nexus.server.mock.UpstreamReply.Pace;
import io.nexus.server.mock.UpstreamReply.Stalled;
import io.nexus.server.mock.UpstreamReply.Whole;
import io.nexus.server.mock.UpstreamRequest;
import io.nexus.server.mock.UpstreamUsage;
import io.nexus.server.mock.UpstreamUsage.Prices;
import io.nexus.server.mock.Wire.Header;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Semaphore;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** An upstream failure without cost is tried elsewhere; any other is reported to the client. */
class UpstreamFailsTest {

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
          max_retries = 2
          """;
  private static final String STREAM = ask("\"stream\":true");
  private static final UpstreamUsage USAGE = UpstreamUsage.of(10, 5);

  private static final Map<String, Function<UpstreamRequest, UpstreamReply>> FAILURES =
      Map.of(
          "401", _ -> UpstreamReply.refuse(401, "{}"),
          "402", _ -> UpstreamReply.refuse(402, "{}"),
          "403", _ -> UpstreamReply.refuse(403, "{}"),
          "404", _ -> UpstreamReply.refuse(404, "{}"),
          "408", _ -> UpstreamReply.refuse(408, "{}"),
          "429", _ -> UpstreamReply.tooManyRequests(7),
          "500", _ -> UpstreamReply.refuse(500, "{}"),
          "502 of its own", _ -> UpstreamReply.refuse(502, "{\"error\":{}}"),
          "503", _ -> UpstreamReply.refuse(503, "<html>"),
          "529", _ -> UpstreamReply.refuse(529, "{}"));

  static Stream<String> failures() {
    return FAILURES.keySet().stream().sorted();
  }

  @ParameterizedTest
  @MethodSource("failures")
  void first_failsBeforeItAnswers_secondServesAndIsPaid(String failure) throws Exception {
    try (Upstream first = Upstream.start(Objects.requireNonNull(FAILURES.get(failure)));
        Upstream second = Upstream.answering("Hi", USAGE).price(Prices.of("2.5", "10"));
        GatewayBox box = GatewayBox.start(TWO, first, second)) {
      RawHttp client = box.connect();
      Head head = client.open(CHAT, STREAM);
      assertEquals(200, head.status());
      assertEquals("second", head.header("X-Nexus-Backend").orElseThrow());
      assertEquals("failover", head.header("X-Nexus-Route-Reason").orElseThrow());
      assertEquals("[DONE]", client.events().getLast().data());
      assertEquals(1, first.chats().size());
      assertSpent(second.billNanos(), box);
    }
  }

  @Test
  void first_unreachable_secondServes() throws Exception {
    Upstream first = Upstream.answering("Hi", USAGE);
    try (Upstream second = Upstream.answering("Hi", USAGE).price(Prices.of("2.5", "10"));
        GatewayBox box = GatewayBox.start(TWO, first, second)) {
      first.close();
      Answer answer = box.connect().post(CHAT, ask());
      assertEquals(200, answer.status(), answer::text);
      assertEquals("failover", answer.header("X-Nexus-Route-Reason").orElseThrow());
      assertSpent(second.billNanos(), box);
    }
  }

  @Test
  void all_fail_is502AfterTheRetriesAndCostsNothing() throws Exception {
    try (Upstream first = Upstream.start(_ -> UpstreamReply.refuse(500, "{\"secret\":1}"));
        Upstream second = Upstream.start(_ -> UpstreamReply.refuse(503, "{}"));
        GatewayBox box = GatewayBox.start(TWO, first, second)) {
      Answer answer = box.connect().post(CHAT, ask());
      assertError(502, "upstream_error", answer);
      assertFalse(answer.text().contains("secret"), answer::text);
      assertEquals(3, first.chats().size() + second.chats().size());
      assertSpent(0, box);
    }
  }

  @Test
  void all_askForAPause_is502WithRetryAfter() throws Exception {
    try (Upstream upstream =
            Upstream.start(_ -> UpstreamReply.refuse(503, "{}").with("Retry-After", "7"));
        GatewayBox box = GatewayBox.start(GatewayBox.ONE_CLOUD, upstream)) {
      Answer answer = box.connect().post(GatewayBox.CHAT, GatewayBox.ask());
      assertError(502, "upstream_error", answer);
      assertEquals("7", answer.header("Retry-After").orElseThrow());
    }
  }

  @Test
  void all_limitTheRate_is429AsItCame() throws Exception {
    try (Upstream upstream = Upstream.start(_ -> UpstreamReply.tooManyRequests(7));
        GatewayBox box = GatewayBox.start(ONE, upstream)) {
      Answer answer = box.connect().post(CHAT, ask());
      assertEquals(429, answer.status());
      assertEquals(
          "{\"error\":{\"message\":\"Rate limit reached\",\"type\":\"requests\"}}", answer.text());
      assertEquals("7", answer.header("Retry-After").orElseThrow());
      assertSpent(0, box);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {400, 403, 404, 413, 422})
  void refusal_ofTheRequest_comesAsItIsAndCostsNothing(int status) throws Exception {
    String body = " {\"error\": {\"message\":\"n\\u00f6\", \"x\":1.0}}\n";
    try (Upstream upstream = Upstream.start(_ -> UpstreamReply.refuse(status, body));
        GatewayBox box = GatewayBox.start(ONE, upstream)) {
      for (String request : new String[] {ask(), STREAM}) {
        Answer answer = box.connect().post(CHAT, request);
        assertEquals(status, answer.status());
        assertEquals(body, answer.text());
        assertEquals("cloud", answer.header("X-Nexus-Backend").orElseThrow());
      }
      assertEquals(2, upstream.chats().size(), "a refusal is not tried again");
      assertSpent(0, box);
    }
  }

  @ParameterizedTest
  @EnumSource
  void stream_brokenInTheMiddle_endsInAnErrorAndCostsWhatCame(Break how) throws Exception {
    Semaphore permits = new Semaphore(0);
    try (Upstream upstream =
            Upstream.start(
                request ->
                    UpstreamReply.stream(request, List.of("a ", "b ", "c ", "d "), USAGE)
                        .paced(Pace.permits(permits))
                        .breakingAfter(3, how));
        GatewayBox box = GatewayBox.start(ONE, upstream)) {
      RawHttp client = box.connect();
      permits.release(2);
      client.open(CHAT, STREAM);
      assertTrue(client.event().orElseThrow().data().contains("\"a \""));
      assertTrue(client.event().orElseThrow().data().contains("\"b \""));
      permits.release(1);
      List<Event> rest = client.events();
      String error = rest.getLast().data();
      assertTrue(error.startsWith("{\"error\":{"), error);
      assertTrue(error.contains("upstream_error"), error);
      assertFalse(rest.toString().contains("[DONE]"), rest::toString);
      JsonNode stats = box.idle();
      long output = stats.path("models").path(0).path("output_tokens").asLong();
      int has = rest.size() + 1;
      // A reset discards what was not read, which counts at the pace of what was.
      boolean right = how == Break.RESET ? output > has && output <= 2L * has : output == has;
      assertTrue(right, () -> "what the client has is what it pays: " + has + ", not " + output);
      assertEquals(1, upstream.chats().size(), "what is owed for is not tried again");
      assertEquals(0, GatewayBox.nanos(stats.path("budget").path("held_usd")));
    }
  }

  /** Clients cannot read the half, and would not read on. */
  @Test
  void stream_endedWithinAnEvent_endsInAnErrorWithoutThatHalf() throws Exception {
    String chunk =
        "data: {\"id\":\"1\",\"choices\":[{\"index\":0,\"delta\":{\"content\":\"a \"}}]}\n\n";
    byte[] body = (chunk + chunk.substring(0, chunk.indexOf("a "))).getBytes(US_ASCII);
    try (Upstream upstream =
            Upstream.start(
                _ ->
                    new Whole(
                        200,
                        List.of(new Header("Content-Type", "text/event-stream")),
                        body,
                        UpstreamUsage.of(8, 1),
                        -1));
        GatewayBox box = GatewayBox.start(ONE, upstream)) {
      RawHttp client = box.connect();
      client.open(CHAT, STREAM);
      List<Event> events = client.events();
      assertEquals(2, events.size(), events::toString);
      assertTrue(events.getFirst().data().contains("\"a \""), events::toString);
      assertTrue(events.getLast().data().startsWith("{\"error\":{"), events::toString);
    }
  }

  @Test
  void answer_brokenInTheMiddle_is502() throws Exception {
    try (Upstream upstream =
            Upstream.start(
                request -> UpstreamReply.completion(request, "Hi", USAGE).breakingAfterBytes(40));
        GatewayBox box = GatewayBox.start(ONE, upstream)) {
      assertError(502, "upstream_error", box.connect().post(CHAT, ask()));
      assertEquals(1, upstream.chats().size(), "what may be owed for is not tried again");
      assertEquals(0, GatewayBox.nanos(box.idle().path("budget").path("held_usd")));
    }
  }

  @Test
  void upstream_tooSlow_is504OrAnErrorEvent() throws Exception {
    String config = "[server]\nrequest_timeout_seconds = 1\n" + ONE;
    Pace never = Pace.permits(new Semaphore(0));
    Semaphore two = new Semaphore(2);
    try (Upstream upstream =
            Upstream.start(
                request ->
                    request.streaming()
                        ? UpstreamReply.stream(request, List.of("a ", "b ", "c "), USAGE)
                            .paced(Pace.permits(two))
                        : new Stalled(never, UpstreamReply.completion(request, "Hi", USAGE)));
        GatewayBox box = GatewayBox.start(config, upstream)) {
      RawHttp streaming = box.connect();
      streaming.request("POST", CHAT, STREAM);
      assertError(504, "upstream_timeout", box.connect().post(CHAT, ask()));
      streaming.head();
      List<Event> events = streaming.events();
      assertEquals(3, events.size(), events::toString);
      assertTrue(events.getLast().data().contains("upstream_timeout"), events::toString);
      assertEquals(0, GatewayBox.nanos(box.idle().path("budget").path("held_usd")));
      assertEquals(2, upstream.chats().size());
    }
  }

  @Test
  void connections_closedByTheUpstreamBetweenRequests_harmNobody() throws Exception {
    try (Upstream upstream = Upstream.answering("Hi", USAGE);
        GatewayBox box = GatewayBox.start(ONE, upstream)) {
      RawHttp client = box.connect();
      for (int i = 0; i < 3; i++) {
        assertEquals(200, client.post(CHAT, ask()).status());
        upstream.dropConnections();
      }
    }
  }

  private static void assertError(int status, String type, Answer answer) throws IOException {
    assertEquals(status, answer.status(), answer::text);
    assertEquals(type, GatewayBox.json(answer).path("error").path("type").asText());
  }

  private static void assertSpent(long nanos, GatewayBox box) throws Exception {
    // The hold ends just after the client has its refusal; one that leaked never does.
    JsonNode budget = box.await(UpstreamFailsTest::nothingHeld).path("budget");
    assertEquals(nanos, GatewayBox.nanos(budget.path("current_spending_usd")));
  }

  private static boolean nothingHeld(JsonNode stats) {
    return GatewayBox.nanos(stats.path("budget").path("held_usd")) == 0;
  }
}
