package io.nexus.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.nexus.server.RawHttp.Answer;
import io.nexus.server.mock.Upstream;
import io.nexus.server.mock.UpstreamReply;
import io.nexus.server.mock.UpstreamReply.Break;
import io.nexus.server.mock.UpstreamReply.Pace;
import io.nexus.server.mock.UpstreamRequest;
import io.nexus.server.mock.UpstreamUsage;
import io.nexus.server.mock.UpstreamUsage.Prices;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Requests that come while the backend has as many under way as it takes. */
@Timeout(60)
class CapacityTest {

  /** Each request costs, at the most and in fact, a thousandth of a dollar. */
  private static final String CONFIG =
      """
      [budget]
      monthly_limit = LIMIT
      hard_limit_action = "reject"
      [routing]
      max_retries = 0
      queue_size = SIZE
      queue_wait_seconds = WAIT
      [[backends]]
      name = "cloud"
      type = "generic"
      location = "cloud"
      url = "{0}"
      models = ["m"]
      max_concurrent = MOST
      [[pricing]]
      model = "m"
      input = 0
      output = 10
      """;

  private static final UpstreamUsage USAGE = UpstreamUsage.of(8, 100);
  private static final long COST_NANOS = 1_000_000;

  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final Semaphore permits = new Semaphore(0);
  private final Upstream upstream;

  /** Answers one request a permit. */
  CapacityTest() throws IOException {
    upstream = Upstream.start(this::answer).price(Prices.of("0", "10"));
  }

  private UpstreamReply answer(UpstreamRequest request) {
    return new UpstreamReply.Stalled(
        Pace.permits(permits), UpstreamReply.chat(request, "Hello", USAGE));
  }

  @AfterEach
  void end() throws IOException {
    permits.release(1000);
    threads.close();
    upstream.close();
  }

  private static String config(String limit, int most, int size, int waitSeconds) {
    return CONFIG
        .replace("LIMIT", limit)
        .replace("MOST", Integer.toString(most))
        .replace("SIZE", Integer.toString(size))
        .replace("WAIT", Integer.toString(waitSeconds));
  }

  private static String body(String user, String... more) {
    List<String> fields = new ArrayList<>(List.of(more));
    fields.add("\"user\":\"" + user + '"');
    fields.add("\"max_tokens\":100");
    return Chats.body("m", fields.toArray(String[]::new));
  }

  private Future<Answer> send(GatewayBox box, String user) {
    return threads.submit(() -> Chats.send(box, body(user)));
  }

  private List<String> users() {
    return upstream.chats().stream().map(chat -> chat.json().path("user").asText()).toList();
  }

  private static void awaitDepth(GatewayBox box, long depth)
      throws IOException, InterruptedException {
    while (MetricsPage.of(box).count("nexus_capacity_queue_depth") != depth) {
      Thread.sleep(2);
    }
  }

  private static long heldNanos(GatewayBox box) throws IOException {
    return GatewayBox.nanos(box.stats().at("/budget/held_usd"));
  }

  private static void assertFull(Answer answer) throws IOException {
    assertEquals(503, answer.status(), answer::text);
    assertEquals("5", Chats.header(answer, "Retry-After"));
    JsonNode error = GatewayBox.json(answer).path("error");
    assertEquals("no_backend", error.path("code").asText());
    assertEquals("cloud", error.at("/reasons/0/backend").asText());
    assertTrue(error.at("/reasons/0/reason").asText().startsWith("at capacity"), answer::text);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void requests_moreThanTheBackendTakes_areAllServedAndPaidOnce(boolean streaming)
      throws Exception {
    int most = 64;
    var underWay = new AtomicInteger();
    var highest = new AtomicInteger();
    var firstOnes = new CountDownLatch(most);
    upstream.script(
        request -> {
          highest.accumulateAndGet(underWay.incrementAndGet(), Math::max);
          firstOnes.countDown();
          return new UpstreamReply.Stalled(
              part -> {
                firstOnes.await();
                underWay.decrementAndGet();
              },
              UpstreamReply.chat(request, "Hello", USAGE));
        });
    try (GatewayBox box = GatewayBox.start(config("1.00", most, 1024, 60), upstream)) {
      var answers = Chats.atOnce(box, 200, i -> body("u" + i, "\"stream\":" + streaming));
      assertEquals(200, Chats.count(answers, 200));
      assertEquals(most, highest.get());
      JsonNode stats = box.idle();
      assertEquals(200 * COST_NANOS, GatewayBox.nanos(stats.at("/budget/current_spending_usd")));
      assertEquals(200 * COST_NANOS, upstream.billNanos());
      assertEquals(0, GatewayBox.nanos(stats.at("/budget/held_usd")));
    }
  }

  @Test
  void requests_thatWait_areServedInOrderAndHoldNoMoney() throws Exception {
    try (GatewayBox box = GatewayBox.start(config("1.00", 1, 3, 60), upstream)) {
      List<Future<Answer>> answers = new ArrayList<>();
      answers.add(send(box, "a"));
      upstream.awaitChat(1);
      for (int waiting = 1; waiting <= 3; waiting++) {
        answers.add(send(box, "b" + waiting));
        awaitDepth(box, waiting);
      }
      assertFull(send(box, "late").get());
      assertEquals(COST_NANOS, heldNanos(box));
      assertEquals(1, users().size());

      permits.release(4);
      for (Future<Answer> answer : answers) {
        assertEquals(200, answer.get().status());
      }
      assertEquals(List.of("a", "b1", "b2", "b3"), users());
      assertEquals(0, GatewayBox.nanos(box.idle().at("/budget/held_usd")));
      MetricsPage metrics = MetricsPage.of(box);
      assertEquals(0, metrics.count("nexus_capacity_queue_depth"));
      assertEquals(4, metrics.count("nexus_capacity_queue_wait_seconds_count"));
    }
  }

  /** Two backends, the first of which does not know the model. */
  private GatewayBox beforeStranger(Upstream stranger, int waitSeconds) throws IOException {
    var second =
        """
        [[backends]]
        name = "stranger"
        type = "generic"
        location = "cloud"
        url = "{1}"
        models = ["m"]
        priority = 1
        """;
    var toml = config("1.00", 1, 10, waitSeconds).replace("max_retries = 0", "max_retries = 2");
    return GatewayBox.start(
        toml.replace("[routing]", "[routing]\nstrategy = \"priority_only\"") + second,
        upstream,
        stranger);
  }

  private static UpstreamReply notHere(UpstreamRequest request) {
    return UpstreamReply.refuse(404, "{\"error\":{\"message\":\"never heard of it\"}}");
  }

  @Test
  void request_refusedByOneWhileTheOtherIsFull_waitsForThat() throws Exception {
    try (var stranger = Upstream.start(CapacityTest::notHere);
        GatewayBox box = beforeStranger(stranger, 60)) {
      var first = send(box, "a");
      upstream.awaitChat(1);
      var second = send(box, "b");
      stranger.awaitChat(2);
      awaitDepth(box, 1);
      assertEquals(COST_NANOS, heldNanos(box));
      permits.release(2);
      assertEquals(200, first.get().status());
      assertEquals(200, second.get().status());
      assertEquals(List.of("a", "b"), users());
      assertEquals(2 * COST_NANOS, GatewayBox.nanos(box.idle().at("/budget/current_spending_usd")));
      assertEquals(0, heldNanos(box));
    }
  }

  @Test
  void request_refusedByOneAndInVainWaitedForTheOther_hasTheRefusal() throws Exception {
    try (var stranger = Upstream.start(CapacityTest::notHere);
        GatewayBox box = beforeStranger(stranger, 1)) {
      var first = send(box, "a");
      upstream.awaitChat(1);
      var refused = send(box, "b").get();
      assertEquals(404, refused.status(), refused::text);
      assertTrue(refused.text().contains("never heard of it"), refused::text);
      permits.release(1);
      assertEquals(200, first.get().status());
      assertEquals(COST_NANOS, GatewayBox.nanos(box.idle().at("/budget/current_spending_usd")));
    }
  }

  @Test
  void request_thatWaitsTooLong_isToldToComeAgain() throws Exception {
    try (GatewayBox box = GatewayBox.start(config("1.00", 1, 10, 1), upstream)) {
      var first = send(box, "a");
      upstream.awaitChat(1);
      assertFull(send(box, "b").get());
      permits.release(2);
      assertEquals(200, first.get().status());
      assertEquals(200, send(box, "c").get().status());
      assertEquals(List.of("a", "c"), users());
    }
  }

  @Test
  void request_whoseMoneyIsGoneWhenItsTurnComes_isRefusedForThat() throws Exception {
    try (GatewayBox box = GatewayBox.start(config("0.0015", 1, 10, 60), upstream)) {
      var first = send(box, "a");
      upstream.awaitChat(1);
      // A hundred tokens are held now; the budget has room for fifty more, so all of these wait.
      String half = Chats.body("m", "\"max_tokens\":50", "\"user\":\"b\"");
      var second = threads.submit(() -> Chats.send(box, half));
      awaitDepth(box, 1);
      var third = threads.submit(() -> Chats.send(box, half));
      awaitDepth(box, 2);
      upstream.script(
          request ->
              new UpstreamReply.Stalled(
                  Pace.permits(permits),
                  UpstreamReply.chat(request, "Hi", UpstreamUsage.of(8, 50))));
      permits.release(3);
      assertEquals(200, first.get().status());
      assertEquals(200, second.get().status());
      assertEquals(429, third.get().status());
      JsonNode stats = box.idle();
      assertEquals(1_500_000, GatewayBox.nanos(stats.at("/budget/current_spending_usd")));
      assertEquals(0, GatewayBox.nanos(stats.at("/budget/held_usd")));
      assertEquals(0, stats.at("/backends/0/pending").asLong());
    }
  }

  @Test
  void client_thatLeavesWhileItWaits_givesItsPlaceUp() throws Exception {
    try (GatewayBox box = GatewayBox.start(config("1.00", 1, 10, 60), upstream)) {
      var first = send(box, "a");
      upstream.awaitChat(1);
      RawHttp leaving = box.connect();
      leaving.request("POST", Chats.PATH, body("leaves"));
      awaitDepth(box, 1);
      var third = send(box, "c");
      awaitDepth(box, 2);
      leaving.reset();
      awaitDepth(box, 1);
      permits.release(2);
      assertEquals(200, first.get().status());
      assertEquals(200, third.get().status());
      assertEquals(List.of("a", "c"), users());
    }
  }

  @Test
  void request_thatAnotherBackendServes_doesNotWait() throws Exception {
    String other =
        """
        [[backends]]
        name = "other"
        type = "generic"
        location = "cloud"
        priority = 1000
        url = "{1}"
        models = ["m"]
        """;
    try (Upstream spare = Upstream.answering("Hi", USAGE).price(Prices.of("0", "10"));
        GatewayBox box = GatewayBox.start(config("1.00", 1, 10, 60) + other, upstream, spare)) {
      var first = send(box, "a");
      upstream.awaitChat(1);
      Answer second = send(box, "b").get();
      assertEquals("other", Chats.header(second, "X-Nexus-Backend"));
      assertEquals("capacity-overflow", Chats.header(second, "X-Nexus-Route-Reason"));
      permits.release(1);
      assertEquals("cloud", Chats.header(first.get(), "X-Nexus-Backend"));
    }
  }

  @Test
  void slot_howeverARequestEnds_isFreeAgain() throws Exception {
    String tiny = config("0.0105", 1, 0, 0);
    try (GatewayBox box = GatewayBox.start(tiny, upstream)) {
      upstream.script(request -> UpstreamReply.refuse(400, "{\"error\":{\"message\":\"no\"}}"));
      assertEquals(400, Chats.send(box, body("refused")).status());
      box.idle();
      upstream.script(request -> new UpstreamReply.HangUp(Break.RESET));
      assertEquals(502, Chats.send(box, body("lost")).status());
      box.idle();
      upstream.script(request -> UpstreamReply.refuse(500, "{}"));
      assertEquals(502, Chats.send(box, body("failed")).status());
      box.idle();
      assertEquals(429, Chats.send(box, Chats.body("m", "\"n\":100")).status());
      box.idle();
      upstream.script(
          request ->
              UpstreamReply.stream(request, List.of("a", "b", "c"), USAGE)
                  .paced(Pace.permits(permits)));
      try (RawHttp client = RawHttp.connect(box.port())) {
        permits.release(1);
        client.open(Chats.PATH, body("leaves", "\"stream\":true"));
        client.event();
        client.reset();
      }
      upstream.awaitCancellation(1);
      box.idle();
      upstream.script(this::answer);
      permits.release(1);
      assertEquals(200, Chats.send(box, body("served")).status());
      assertEquals(0, box.idle().at("/backends/0/pending").asLong());
    }
  }

  @Test
  void gateway_thatStops_answersThoseWhoWait() throws Exception {
    try (GatewayBox box = GatewayBox.start(config("1.00", 1, 10, 60), upstream)) {
      var first = send(box, "a");
      upstream.awaitChat(1);
      var second = send(box, "b");
      awaitDepth(box, 1);
      var stopping = threads.submit(() -> box.gateway().close());
      assertEquals(503, second.get().status());
      permits.release(1);
      first.get();
      stopping.get();
    }
  }
}
