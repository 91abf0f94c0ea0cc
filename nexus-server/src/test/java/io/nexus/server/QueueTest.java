package io.nexus.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nexus.server.RawHttp.Answer;
import io.nexus.server.mock.Upstream;
import io.nexus.server.mock.UpstreamReply;
import io.nexus.server.mock.UpstreamReply.Pace;
import io.nexus.server.mock.UpstreamUsage;
import io.nexus.server.mock.UpstreamUsage.Prices;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Requests that wait for money. */
@Timeout(40)
class QueueTest {

  /** Pays for one request at a time. */
  private static final String CONFIG =
      """
      [server]
      shutdown_grace_seconds = 10
      [budget]
      monthly_limit = 0.001
      soft_limit_percent = 100
      hard_limit_action = "queue"
      [budget.queue]
      max_size = 4
      max_wait_seconds = WAIT
      [[backends]]
      name = "cloud"
      type = "generic"
      location = "cloud"
      url = "{0}"
      models = ["m"]
      [[pricing]]
      model = "m"
      input = 0
      output = 10
      """;

  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final Semaphore permits = new Semaphore(0);
  private final Upstream upstream;

  /** Answers one request a permit, and charges nothing for it, so that its money comes back. */
  QueueTest() throws IOException {
    upstream =
        Upstream.start(
                request ->
                    new UpstreamReply.Stalled(
                        Pace.permits(permits),
                        UpstreamReply.chat(request, "Hello", UpstreamUsage.of(0, 0))))
            .price(Prices.of("0", "10"));
  }

  @AfterEach
  void end() throws IOException {
    permits.release(1000);
    threads.close();
    upstream.close();
  }

  private GatewayBox start(int maxWaitSeconds) throws IOException {
    return GatewayBox.start(CONFIG.replace("WAIT", Integer.toString(maxWaitSeconds)), upstream);
  }

  private static String body(String user, String... more) {
    List<String> fields = new ArrayList<>(List.of(more));
    fields.add("\"user\":\"" + user + '"');
    fields.add("\"max_tokens\":100");
    return Chats.body("m", fields.toArray(String[]::new));
  }

  private Future<Answer> send(GatewayBox box, String user, String... headers) {
    return threads.submit(() -> Chats.send(box, body(user), headers));
  }

  private List<String> users() {
    return upstream.chats().stream().map(chat -> chat.json().path("user").asText()).toList();
  }

  private static void awaitDepth(GatewayBox box, long depth)
      throws IOException, InterruptedException {
    while (MetricsPage.of(box).count("nexus_budget_queue_depth") != depth) {
      Thread.sleep(2);
    }
  }

  @Test
  void requests_thatWait_areServedInOrderAndRefusedWhenTheQueueIsFull() throws Exception {
    try (GatewayBox box = start(30)) {
      List<Future<Answer>> answers = new ArrayList<>();
      answers.add(send(box, "first"));
      upstream.awaitChat(1);
      answers.add(send(box, "normal-1"));
      awaitDepth(box, 1);
      answers.add(send(box, "normal-2"));
      awaitDepth(box, 2);
      answers.add(send(box, "high-1", "X-Nexus-Priority: high"));
      awaitDepth(box, 3);
      answers.add(send(box, "high-2", "X-Nexus-Priority: HIGH"));
      awaitDepth(box, 4);

      Answer full = send(box, "late").get();
      assertEquals(429, full.status());
      assertEquals("insufficient_quota", GatewayBox.json(full).at("/error/code").asText());
      assertEquals("false", Chats.header(full, "x-should-retry"));
      assertEquals(1, users().size());

      permits.release(5);
      for (Future<Answer> answer : answers) {
        assertEquals(200, answer.get().status());
      }
      assertEquals(List.of("first", "high-1", "high-2", "normal-1", "normal-2"), users());
      assertEquals(0, GatewayBox.nanos(box.idle().at("/budget/held_usd")));
      MetricsPage metrics = MetricsPage.of(box);
      assertEquals(0, metrics.count("nexus_budget_queue_depth"));
      assertEquals(4, metrics.count("nexus_budget_queue_wait_seconds_count"));
      assertEquals(
          1, metrics.count("nexus_budget_requests_blocked_total", "reason=\"hard_limit_queue\""));
    }
  }

  @Test
  void request_whoseWindowTurns_isWokenByIt() throws Exception {
    String config =
        CONFIG
            .replace("WAIT", "30")
            .replace("monthly_limit = 0.001", "")
            .replace(
                "[[backends]]",
                "[[budgets]]\nname = \"quarter\"\nmatch = { model = \"m\" }\nlimit = 0.001\n"
                    + "window = \"15m\"\n[[backends]]");
    upstream.script(request -> UpstreamReply.chat(request, "Hello", UpstreamUsage.of(0, 100)));
    try (GatewayBox box = GatewayBox.of(config, upstream).at("2026-03-10T12:14:59.800Z").start()) {
      assertEquals(200, send(box, "first").get().status());
      Future<Answer> waiting = send(box, "second");
      awaitDepth(box, 1);
      assertEquals(1, upstream.chats().size());

      box.clock().set(Instant.parse("2026-03-10T12:15:00Z"));
      assertEquals(200, waiting.get().status());
    }
  }

  @Test
  void request_thatWaitsTooLong_isRefused() throws Exception {
    try (GatewayBox box = start(1)) {
      var _ = send(box, "first");
      upstream.awaitChat(1);
      Answer late = send(box, "second").get();
      assertEquals(429, late.status());
      assertEquals("0.001", GatewayBox.json(late).at("/error/budget/held").asText());
      awaitDepth(box, 0);
      permits.release();
    }
  }

  @Test
  void client_thatLeaves_givesItsPlaceUp() throws Exception {
    try (GatewayBox box = start(30)) {
      Future<Answer> first = send(box, "first");
      upstream.awaitChat(1);
      RawHttp leaving = RawHttp.connect(box.port());
      leaving.request("POST", Chats.PATH, body("leaving", "\"stream\":true"));
      awaitDepth(box, 1);
      leaving.reset();
      awaitDepth(box, 0);
      permits.release(2);
      assertEquals(200, first.get().status());
      assertEquals(0, GatewayBox.nanos(box.idle().at("/budget/held_usd")));
      assertEquals(List.of("first"), users());
    }
  }

  @Test
  void stream_thatWaitsLong_isShownSignsOfLife() throws Exception {
    try (GatewayBox box = start(7)) {
      var _ = send(box, "first");
      upstream.awaitChat(1);
      RawHttp served = box.connect();
      served.request("POST", Chats.PATH, body("served", "\"stream\":true"));
      awaitDepth(box, 1);
      RawHttp late = box.connect();
      late.request("POST", Chats.PATH, body("late", "\"stream\":true"));
      awaitDepth(box, 2);

      for (RawHttp client : List.of(served, late)) {
        RawHttp.Head head = client.head();
        assertEquals(200, head.status());
        assertTrue(head.header("Content-Type").orElse("").startsWith("text/event-stream"));
        assertEquals(": waiting for budget", client.event().orElseThrow().text());
      }
      permits.release();
      upstream.awaitChat(2);
      String error = late.event().orElseThrow().data();
      assertTrue(error.contains("\"code\":\"insufficient_quota\""), error);
      assertTrue(late.event().isEmpty(), "no [DONE] after an error");
      permits.release();
      assertEquals("[DONE]", served.events().getLast().data());
    }
  }

  @Test
  void shutdown_whileSomeWait_answersThemAndLetsTheOthersEnd() throws Exception {
    GatewayBox box = start(30);
    Future<Answer> first = send(box, "first");
    upstream.awaitChat(1);
    Future<Answer> second = send(box, "second");
    Future<Answer> third = send(box, "third");
    awaitDepth(box, 2);
    Future<?> closed =
        threads.submit(
            () -> {
              box.close();
              return true;
            });
    for (Future<Answer> waiting : List.of(second, third)) {
      assertEquals(503, waiting.get().status());
      assertEquals("not_ready", GatewayBox.json(waiting.get()).at("/error/code").asText());
    }
    permits.release();
    assertEquals(200, first.get().status());
    closed.get();
    assertEquals(List.of("first"), users());
  }
}
