package io.nexus.server;

import static java.util.Objects.requireNonNull;
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
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Many clients at once on budgets that overlap: never over, and nothing left behind. */
@Timeout(60)
class OverlapTest {

  private static final int CLIENTS = 64;

  private static final String CONFIG =
      """
      [server]
      request_timeout_seconds = 2
      [budget]
      monthly_limit = 0.12
      soft_limit_percent = 100
      hard_limit_action = "reject"
      [budget.queue]
      max_wait_seconds = 1
      [[budgets]]
      name = "team"
      match = { team = "research" }
      limit = 0.07
      hard_limit_action = "TEAM_ACTION"
      [[budgets]]
      name = "big"
      match = { model = "big" }
      limit = 0.06
      window = "15m"
      [[keys]]
      name = "ann"
      key_env = "KEY_ANN"
      team = "research"
      [[keys]]
      name = "bob"
      key_env = "KEY_BOB"
      [[backends]]
      name = "cloud"
      type = "generic"
      location = "cloud"
      url = "{0}"
      models = ["big", "small"]
      max_concurrent = 500
      [[pricing]]
      model = "*"
      input = 2.5
      output = 10
      """;

  /** The requests of each budget, by what the client says in {@code user}, and its limit. */
  private record Scope(Predicate<UpstreamRequest> match, long limit) {}

  private static final Map<String, Scope> SCOPES =
      Map.of(
          "global", new Scope(_ -> true, 120_000_000),
          "team", new Scope(each -> each.json().path("user").asText().equals("ann"), 70_000_000),
          "big", new Scope(each -> each.model().equals("big"), 60_000_000));

  private static GatewayBox start(String teamAction, Upstream upstream) throws IOException {
    return GatewayBox.of(CONFIG.replace("TEAM_ACTION", teamAction), upstream)
        .with("NEXUS_ADMIN_KEY", "nx-admin")
        .asking("nx-admin")
        .with("KEY_ANN", "sk-ann-0123456789")
        .with("KEY_BOB", "sk-bob-0123456789")
        .start();
  }

  private static RandomGenerator random(long seed) {
    return RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
  }

  /** An answer of some length within the limit, a token in each chunk. */
  private static UpstreamReply answer(UpstreamRequest request, long seed) {
    long most = request.json().path("max_tokens").asLong();
    int length = (int) Math.min(most, random(seed + request.number()).nextInt(1, 200));
    UpstreamUsage usage = UpstreamUsage.of(8, length);
    return request.streaming()
        ? UpstreamReply.stream(request, Collections.nCopies(length, "a "), usage)
            .paced(Pace.everyMillis(2))
        : UpstreamReply.completion(request, "Hello", usage);
  }

  private static String body(RandomGenerator random, String user) {
    return Chats.body(
        random.nextBoolean() ? "big" : "small",
        "\"user\":\"" + user + '"',
        "\"max_tokens\":" + random.nextInt(64, 800),
        "\"stream\":" + random.nextBoolean());
  }

  private static String user(RandomGenerator random) {
    return random.nextBoolean() ? "ann" : "bob";
  }

  private static String key(String user) {
    return "Authorization: Bearer sk-" + user + "-0123456789";
  }

  private static void assertWithinLimits(JsonNode stats) {
    assertEquals(SCOPES.size(), stats.path("budgets").size(), stats::toString);
    for (JsonNode budget : stats.path("budgets")) {
      long committed =
          GatewayBox.nanos(budget.path("current_spending_usd"))
              + GatewayBox.nanos(budget.path("held_usd"));
      String name = budget.path("name").asText();
      Scope scope = requireNonNull(SCOPES.get(name));
      assertTrue(committed <= scope.limit(), () -> name + ": " + budget);
    }
  }

  private static int watch(GatewayBox box, AtomicBoolean over) throws IOException {
    int observations = 0;
    while (!over.get()) {
      assertWithinLimits(box.stats());
      observations++;
    }
    return observations;
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2})
  void clients_onOverlappingBudgets_neverCommitMoreThanALimit(long seed) throws Exception {
    AtomicBoolean over = new AtomicBoolean();
    try (Upstream upstream = Upstream.start(request -> answer(request, seed));
        GatewayBox box = start("reject", upstream);
        var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      upstream.price(Prices.of("2.5", "10"));
      Future<Integer> watching = threads.submit(() -> watch(box, over));
      List<Future<Long>> clients = new ArrayList<>();
      for (int i = 0; i < CLIENTS; i++) {
        RandomGenerator random = random(1000 * seed + i);
        clients.add(threads.submit(() -> serve(box, random)));
      }
      long refused = 0;
      for (Future<Long> client : clients) {
        refused += client.get();
      }
      JsonNode stats = box.idle();
      over.set(true);
      int observations = watching.get();
      assertTrue(observations > 10, () -> observations + " observations");
      assertTrue(refused > 0, "the budgets were exhausted");
      assertWithinLimits(stats);
      for (JsonNode budget : stats.path("budgets")) {
        String name = budget.path("name").asText();
        assertEquals(0, GatewayBox.nanos(budget.path("held_usd")), name);
        // A cut stream is charged for the time until it stops.
        long spent = GatewayBox.nanos(budget.path("current_spending_usd"));
        assertTrue(bill(upstream, name) <= spent, () -> name + " with seed " + seed);
      }
    }
  }

  private static long serve(GatewayBox box, RandomGenerator random) throws IOException {
    long refused = 0;
    for (int i = 0; i < 5; i++) {
      String user = user(random);
      Answer answer = Chats.send(box, body(random, user), key(user));
      if (answer.status() == 429) {
        refused++;
      } else {
        assertEquals(200, answer.status(), answer::text);
      }
    }
    return refused;
  }

  private static long bill(Upstream upstream, String budget) {
    Scope scope = requireNonNull(SCOPES.get(budget));
    return upstream.chats().stream()
        .filter(scope.match())
        .mapToLong(chat -> upstream.billNanos(chat.number()))
        .sum();
  }

  @ParameterizedTest
  @ValueSource(longs = {11, 12})
  void clientsAndBackends_thatBreak_leaveNothingBehind(long seed) throws Exception {
    AtomicBoolean over = new AtomicBoolean();
    CountDownLatch end = new CountDownLatch(1);
    try (Upstream upstream = Upstream.start(request -> trouble(request, seed, end));
        GatewayBox box = start("queue", upstream)) {
      upstream.price(Prices.of("2.5", "10"));
      try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
        Future<Integer> watching = threads.submit(() -> watch(box, over));
        List<Future<Boolean>> clients = new ArrayList<>();
        for (int i = 0; i < CLIENTS; i++) {
          RandomGenerator random = random(1000 * seed + i);
          clients.add(threads.submit(() -> trouble(box, random)));
        }
        upstream.awaitChat(12); // So many are paid for even if each is charged its worst case.
        box.clock().set(box.clock().instant().plus(Duration.ofMinutes(15)));
        for (Future<Boolean> client : clients) {
          client.get();
        }
        end.countDown();
        JsonNode stats = box.idle();
        over.set(true);
        watching.get();
        for (JsonNode budget : stats.path("budgets")) {
          assertEquals(0, GatewayBox.nanos(budget.path("held_usd")), () -> budget + "" + seed);
        }
        assertEquals(0, MetricsPage.of(box).count("nexus_budget_queue_depth"));
      }
      assertTrue(threads().lines().noneMatch(line -> line.contains("client-watch")), "a thread");
    }
  }

  /** Refuses, breaks off, hangs up, stalls, or answers. */
  private static UpstreamReply trouble(UpstreamRequest request, long seed, CountDownLatch end) {
    RandomGenerator random = random(seed * request.number());
    UpstreamReply answer = answer(request, seed);
    return switch (random.nextInt(8)) {
      case 0 -> UpstreamReply.refuse(500, "{\"error\":{\"message\":\"overloaded\"}}");
      case 1 -> UpstreamReply.tooManyRequests(1);
      case 2 -> new UpstreamReply.HangUp(random.nextBoolean() ? Break.RESET : Break.CLOSE);
      case 3 ->
          answer instanceof UpstreamReply.Events events
              ? events.breakingAfter(
                  random.nextInt(events.chunks().size()),
                  random.nextBoolean() ? Break.RESET : Break.CLOSE)
              : ((UpstreamReply.Whole) answer).breakingAfterBytes(random.nextInt(100));
      case 4 ->
          random.nextInt(8) == 0 ? new UpstreamReply.Stalled(Pace.after(end), answer) : answer;
      default -> answer;
    };
  }

  /** Sends some requests and leaves some of the answers half read, or unread. */
  private static boolean trouble(GatewayBox box, RandomGenerator random) throws IOException {
    for (int i = 0; i < 4; i++) {
      String user = user(random);
      try (RawHttp client = RawHttp.connect(box.port())) {
        client.request("POST", Chats.PATH, body(random, user), key(user));
        switch (random.nextInt(4)) {
          case 0 -> client.reset();
          case 1 -> {
            client.head();
            client.event();
            client.reset();
          }
          default -> client.read();
        }
      }
    }
    return true;
  }

  /** All threads of this process, the virtual ones too. */
  private static String threads() throws IOException, InterruptedException {
    Path file = Path.of(System.getProperty("java.io.tmpdir"), "threads-" + System.nanoTime());
    try {
      Process dump =
          new ProcessBuilder(
                  Path.of(System.getProperty("java.home"), "bin", "jcmd").toString(),
                  Long.toString(ProcessHandle.current().pid()),
                  "Thread.dump_to_file",
                  file.toString())
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start();
      assertTrue(dump.waitFor(20, TimeUnit.SECONDS));
      return Files.readString(file);
    } finally {
      Files.deleteIfExists(file);
    }
  }
}
