package io.nexus.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nexus.ledger.jdbc.testing.PostgresServer;
import io.nexus.server.mock.Upstream;
import io.nexus.server.mock.UpstreamReply;
import io.nexus.server.mock.UpstreamReply.Break;
import io.nexus.server.mock.UpstreamReply.Pace;
import io.nexus.server.mock.UpstreamRequest;
import io.nexus.server.mock.UpstreamUsage;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Limits that three launched gateways share on one PostgreSQL. Each is about one tag. */
@Timeout(240)
class SharedLimitsIT {

  private static final String ADMIN = "Authorization: Bearer nx-admin";
  private static final int CLIENTS = 64;
  private static final long REQUESTS = 100;
  private static final long TOKENS = 20_000;
  private static final int LEASE_SECONDS = 5;
  private static final UpstreamUsage USAGE = UpstreamUsage.of(8, 90);

  /** The user whose answers wait for the test. */
  private static final String HELD = "held";

  /** The refusals in a row after which a client gives up. */
  private static final int REFUSALS = 3;

  /** The backends of this model say that their quota is used up. */
  private static final String QUOTA = "quota";

  private static final String BACKEND =
      """
      [[backends]]
      name = "%s"
      type = "generic"
      location = "local"
      url = "%s"
      models = ["quota"]
      priority = %d
      """;

  private static final String LIMITS =
      """
      [[limits]]
      name = "requests"
      requests = %d
      window = "365d"
      match = { tag = "requests" }
      [[limits]]
      name = "tokens"
      tokens = %d
      window = "365d"
      match = { tag = "tokens" }
      [[limits]]
      name = "parallel"
      parallel = 3
      match = { tag = "parallel" }
      [[limits]]
      name = "ends"
      parallel = 1
      match = { tag = "ends" }
      [[limits]]
      name = "alone"
      requests = 3
      window = "365d"
      shared = false
      match = { tag = "alone" }
      [[budgets]]
      name = "few"
      per = "tag:few-"
      max_values = 2
      limit = 0.002
      window = "lifetime"
      """
          .formatted(REQUESTS, TOKENS);

  @AutoClose private static final PostgresServer server = PostgresServer.started();

  @TempDir private Path temp;

  private final Semaphore permits = new Semaphore(0);
  private final ConcurrentHashMap<String, AtomicLong> served = new ConcurrentHashMap<>();

  private UpstreamReply answer(UpstreamRequest request) {
    if (request.json().path("model").asText().equals(QUOTA)) {
      return UpstreamReply.completion(request, "Hello", USAGE)
          .with("x-ratelimit-remaining-requests", "0")
          .with("x-ratelimit-reset-requests", "1h0m0s");
    }
    var chat = UpstreamReply.chat(request, "Hello", USAGE);
    if (request.json().path("user").asText().equals(HELD)) {
      return new UpstreamReply.Stalled(Pace.permits(permits), chat);
    }
    served
        .computeIfAbsent(request.json().path("user").asText(), _ -> new AtomicLong())
        .incrementAndGet();
    return chat;
  }

  private long served(String tag) {
    return served.getOrDefault(tag, new AtomicLong()).get();
  }

  private static String body(String tag, String... more) {
    var fields = new ArrayList<>(List.of("\"max_tokens\":100", "\"user\":\"" + tag + "\""));
    fields.addAll(List.of(more));
    return Chats.body("m", fields.toArray(String[]::new));
  }

  private static RawHttp.Answer ask(LaunchedGateway gateway, String tag) throws IOException {
    try (var client = gateway.connect()) {
      return client.post(Chats.PATH, body(tag), "X-Nexus-Tags: " + tag);
    }
  }

  /** All clients ask until they are refused again and again. */
  private static void exhaust(List<LaunchedGateway> gateways, String tag) throws Exception {
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var clients = new ArrayList<Callable<Integer>>();
      for (int i = 0; i < CLIENTS; i++) {
        var gateway = gateways.get(i % gateways.size());
        clients.add(
            () -> {
              int refused = 0;
              while (refused < REFUSALS) {
                var answer = ask(gateway, tag);
                assertTrue(answer.status() == 200 || answer.status() == 429, answer::text);
                refused = answer.status() == 200 ? 0 : refused + 1;
              }
              return refused;
            });
      }
      for (var client : threads.invokeAll(clients)) {
        assertEquals(REFUSALS, client.get());
      }
    }
  }

  private static void awaitStatus(int status, LaunchedGateway gateway, String tag)
      throws Exception {
    long end = System.nanoTime() + Duration.ofSeconds(30).toNanos();
    while (ask(gateway, tag).status() != status) {
      assertTrue(System.nanoTime() < end, "never " + status);
      TimeUnit.MILLISECONDS.sleep(50);
    }
  }

  @Test
  void limits_overThreeGateways_areNeverPassedAndNearlyAllUsed() throws Exception {
    var ledger = server.newLedger();
    try (var station =
        Station.of(temp, Upstream.start(this::answer))
            .with("NEXUS_LEDGER_PASSWORD", PostgresServer.PASSWORD)
            .with("NEXUS_ADMIN_KEY", "nx-admin")) {
      var gateways = new ArrayList<LaunchedGateway>();
      for (var node : List.of("a", "b", "c")) {
        var on =
            "[ledger]\nurl = \"%s\"\nnode = \"%s\"\nlease_ttl_seconds = %d\n"
                .formatted(ledger.url(), node, LEASE_SECONDS);
        var url = station.upstream().url();
        var quotas = BACKEND.formatted("first", url, 1) + BACKEND.formatted("second", url, 2);
        gateways.add(station.gateway(node, on + LIMITS + quotas));
      }
      // There is room for two of these in memory.
      assertEquals(2, boughtBy(gateways.getFirst(), "few-1"));
      assertEquals(2, boughtBy(gateways.getFirst(), "few-2"));
      exhaust(gateways, "requests");
      long requests = served("requests");
      assertTrue(requests <= REQUESTS && requests >= 95, () -> requests + " of " + REQUESTS);

      exhaust(gateways, "tokens");
      long tokens = served("tokens") * (8 + 90);
      assertTrue(tokens <= TOKENS && tokens >= TOKENS / 100 * 95, () -> tokens + " of " + TOKENS);

      exhaust(gateways, "alone");
      assertEquals(3L * gateways.size(), served("alone"), "each gateway counts for itself");
      few(gateways);
      quota(gateways.getFirst());
      ends(station, gateways);
      parallel(station, gateways);
    }
  }

  /**
   * Values of a budget that were not used for a lease have given way in memory to others; what they
   * had spent the ledger tells when they come back.
   */
  private static void few(List<LaunchedGateway> gateways) throws Exception {
    var gateway = gateways.getFirst();
    awaitRoom(gateway, "few-3");
    assertEquals(2, boughtBy(gateway, "few-3"));
    awaitRoom(gateway, "few-1");
    for (var value : List.of("few-1", "few-3")) {
      assertEquals(0, boughtBy(gateways.getLast(), value), value);
    }
    assertEquals(0, boughtBy(gateway, "few-1"));
    var together = gateway.json("/admin/v1/budgets/few", ADMIN).path("spent");
    assertEquals("0", together.asText(), "none was counted together with others");
  }

  /** How many requests are served until the budget is spent, each for half of it. */
  private static int boughtBy(LaunchedGateway gateway, String value) throws Exception {
    long end = System.nanoTime() + Duration.ofSeconds(30).toNanos();
    for (int served = 0; ; ) {
      var answer = ask(gateway, value);
      if (answer.text().contains("budget_exceeded")) {
        return served;
      }
      served += answer.status() == 200 ? 1 : 0;
      assertTrue(System.nanoTime() < end, answer::text);
    }
  }

  /** Waits until the value has a budget of its own, for which another has to give way. */
  private static void awaitRoom(LaunchedGateway gateway, String value) throws Exception {
    long end = System.nanoTime() + Duration.ofSeconds(60).toNanos();
    try (var client = gateway.connect()) {
      while (client.get("/admin/v1/budgets/few%2F" + value, ADMIN).status() != 200) {
        assertTrue(System.nanoTime() < end, () -> "no room for " + value);
        TimeUnit.MILLISECONDS.sleep(50);
      }
    }
  }

  /** A provider's quota headers send the next requests elsewhere, before it refuses. */
  private static void quota(LaunchedGateway gateway) throws IOException {
    for (var expected : List.of("first", "second", "")) {
      try (var client = gateway.connect()) {
        var answer = client.post(Chats.PATH, Chats.body(QUOTA, "\"max_tokens\":100"));
        assertEquals(expected.isEmpty() ? 429 : 200, answer.status(), answer::text);
        assertEquals(expected, answer.header("X-Nexus-Backend").orElse(""));
      }
    }
  }

  /** However a request has ended on one gateway, another one has the place. */
  private void ends(Station station, List<LaunchedGateway> gateways) throws Exception {
    int at = 0;
    for (var end : ENDS) {
      station.upstream().script(end);
      ask(gateways.get(at++ % 3), "ends");
      station.upstream().script(this::answer);
      awaitStatus(200, gateways.get(at % 3), "ends");
    }
    for (boolean leaves : new boolean[] {true, false}) {
      station.upstream().script(request -> cut(request, leaves ? -1 : 3));
      try (var client = gateways.get(at++ % 3).connect()) {
        client.open(Chats.PATH, body("ends", "\"stream\":true"), "X-Nexus-Tags: ends");
        var _ = client.event().orElseThrow();
        if (leaves) {
          assertEquals(429, ask(gateways.get(at % 3), "ends").status());
          client.reset();
        }
        station.upstream().script(this::answer);
        awaitStatus(200, gateways.get(at % 3), "ends");
      }
    }
    for (var gateway : gateways) {
      awaitFree(gateway);
    }
  }

  private static final List<Function<UpstreamRequest, UpstreamReply>> ENDS =
      List.of(
          _ -> UpstreamReply.refuse(400, "{\"error\":{\"message\":\"no\"}}"),
          _ -> UpstreamReply.refuse(500, "{\"error\":{\"message\":\"oh\"}}"),
          _ -> UpstreamReply.json(200, "no JSON", USAGE),
          _ -> new UpstreamReply.HangUp(Break.CLOSE),
          _ -> new UpstreamReply.HangUp(Break.RESET),
          request -> UpstreamReply.completion(request, "Hello", USAGE).breakingAfterBytes(20));

  /** A stream of some minutes, or one that breaks off. */
  private static UpstreamReply cut(UpstreamRequest request, int after) {
    var words = Collections.nCopies(5_000, "a ");
    return UpstreamReply.stream(request, words, UpstreamUsage.of(8, 5_000))
        .paced(Pace.everyMillis(20))
        .breakingAfter(after, Break.RESET);
  }

  private static void awaitFree(LaunchedGateway gateway) throws Exception {
    long end = System.nanoTime() + Duration.ofSeconds(30).toNanos();
    while (gateway.metrics().count("nexus_limit_used{limit=\"ends\",unit=\"parallel\"}") != 0) {
      assertTrue(System.nanoTime() < end, "still in use");
      TimeUnit.MILLISECONDS.sleep(20);
    }
  }

  private void parallel(Station station, List<LaunchedGateway> gateways) throws Exception {
    int before = station.upstream().chats().size();
    var held = new ArrayList<RawHttp>();
    for (var gateway : gateways) {
      var client = gateway.connect();
      client.request("POST", Chats.PATH, body(HELD), "X-Nexus-Tags: parallel");
      held.add(client);
      station.upstream().awaitChat(before + held.size());
    }
    for (var gateway : gateways) {
      var refused = ask(gateway, "parallel");
      assertEquals(429, refused.status(), refused::text);
      assertEquals("1", Chats.header(refused, "Retry-After"));
    }
    gateways.getFirst().kill();
    long killed = System.nanoTime();
    awaitStatus(200, gateways.get(1), "parallel");
    long seconds = (System.nanoTime() - killed) / 1_000_000_000L;
    assertTrue(seconds <= 2 * LEASE_SECONDS, () -> seconds + " s");
    permits.release(100);
    for (var client : held.subList(1, held.size())) {
      assertEquals(200, client.read().status());
      client.close();
    }
    for (int i = 0; i < 9; i++) {
      awaitStatus(200, gateways.get(1 + i % 2), "parallel");
    }
  }
}
