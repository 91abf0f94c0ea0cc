package io.nexus.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nexus.server.mock.Upstream;
import io.nexus.server.mock.UpstreamUsage;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/**
 * What a console that is open costs a launched gateway under a steady load: processor time for a
 * request by turns, without and with what an open page asks for. Only on demand: it takes minutes,
 * and its figures are of a machine that does nothing else.
 */
@EnabledIfSystemProperty(named = "nexus.turns", matches = "\\d+")
class ConsoleCostIT {

  private static final int TURNS = Integer.getInteger("nexus.turns", 1);
  private static final int SECONDS = Integer.getInteger("nexus.seconds", 12);
  private static final int RATE = Integer.getInteger("nexus.rate", 2_000);
  private static final int CONNECTIONS = 8;
  private static final int MOST_PERCENT = 5;

  /** How long the gateway is given after a page was opened or closed, and at first. */
  private static final Duration SETTLING = Duration.ofSeconds(4);

  private static final Duration WARMING = Duration.ofSeconds(40);

  /**
   * What a page of the console asks for, as its scripts live.js, overview.js and requests.js say.
   */
  private record Page(String name, String events, List<String> once, List<String> reports) {}

  private static final String FIGURES = "events?events=change,spend,backend,alert";
  private static final int EVERY_MILLIS = 5_000;
  private static final int SHARE = 200;
  private static final List<Page> PAGES =
      List.of(
          new Page(
              "overview",
              FIGURES,
              List.of("overview"),
              List.of(
                  "spend?by=api&every=hour&since=30d&groups=1",
                  "spend?by=model&since=30d&groups=8",
                  "spend?by=team&since=30d&groups=8")),
          new Page("requests", FIGURES + ",requests", List.of("requests?limit=100"), List.of()));

  private static final String TOML =
      """
      [budget]
      monthly_limit = 1000000
      [[budgets]]
      name = "apps"
      match = { team = "apps" }
      limit = 1000000
      window = "daily"
      [[keys]]
      name = "app"
      key_env = "APP"
      team = "apps"
      """;

  @TempDir private Path temp;

  private static final String ADMIN = "Authorization: Bearer nx-admin";

  private final AtomicLong told = new AtomicLong();
  private final AtomicLong served = new AtomicLong();
  private volatile boolean ended;

  /** Sends at the rate, over connections that stay, until the end. */
  private List<Thread> load(LaunchedGateway gateway) {
    long start = System.nanoTime();
    var next = new AtomicLong();
    var threads = new ArrayList<Thread>();
    for (int i = 0; i < CONNECTIONS; i++) {
      threads.add(Thread.ofPlatform().name("load-" + i).start(() -> send(gateway, start, next)));
    }
    return threads;
  }

  private void send(LaunchedGateway gateway, long start, AtomicLong next) {
    try (var client = gateway.connect()) {
      while (!ended) {
        long due = start + next.getAndIncrement() * (1_000_000_000L / RATE);
        long early = due - System.nanoTime();
        if (early > 0) {
          Thread.sleep(Duration.ofNanos(early));
        }
        var answer = client.post(GatewayBox.CHAT, GatewayBox.ask(), "Authorization: Bearer nx-app");
        assertEquals(200, answer.status(), answer::text);
        served.incrementAndGet();
      }
    } catch (IOException | InterruptedException e) {
      throw new IllegalStateException("the load has ended", e);
    }
  }

  /** Microseconds of the gateway's processor time for a request. */
  private double measured(LaunchedGateway gateway) throws InterruptedException {
    Thread.sleep(SETTLING);
    long requests = served.get();
    var spent = gateway.processorTime();
    Thread.sleep(Duration.ofSeconds(SECONDS));
    requests = served.get() - requests;
    assertTrue(requests > 0, "the load has ended");
    return gateway.processorTime().minus(spent).toNanos() / 1e3 / requests;
  }

  /** The requests of an open page without the browser, which would run on another machine. */
  private List<Thread> open(LaunchedGateway gateway, Page page) throws IOException {
    for (var path : page.once()) {
      gateway.json("/admin/v1/" + path, ADMIN);
    }
    var threads = new ArrayList<Thread>();
    threads.add(
        Thread.startVirtualThread(
            () -> {
              try (var client = gateway.connect()) {
                client.request("GET", "/admin/v1/" + page.events(), "", ADMIN);
                assertEquals(200, client.head().status());
                while (client.event().isPresent()) {
                  told.incrementAndGet();
                }
              } catch (IOException e) {
                // It was closed.
              }
            }));
    for (var report : page.reports()) {
      threads.add(Thread.startVirtualThread(() -> askAgain(gateway, report)));
    }
    return threads;
  }

  private static void askAgain(LaunchedGateway gateway, String report) {
    try {
      while (true) {
        long began = System.nanoTime();
        gateway.json("/admin/v1/" + report, ADMIN);
        long took = (System.nanoTime() - began) / 1_000_000;
        Thread.sleep(Math.max(EVERY_MILLIS, took * SHARE) - took);
      }
    } catch (IOException | InterruptedException e) {
      // The page was closed.
    }
  }

  private static double median(List<Double> values) {
    return values.stream().sorted().toList().get(values.size() / 2);
  }

  @Test
  void console_openUnderLoad_takesLittleOfTheProcessor() throws Exception {
    var risen = new TreeMap<String, List<Double>>();
    try (var upstream = Upstream.answering("Hello", UpstreamUsage.of(100, 10)).forgetful();
        var gateway =
            LaunchedGateway.start(
                temp.resolve("run"),
                TOML + GatewayBox.ONE_CLOUD.replace("{0}", upstream.url()),
                Map.of("APP", "nx-app", "NEXUS_ADMIN_KEY", "nx-admin"))) {
      var threads = load(gateway);
      Thread.sleep(WARMING);
      double before = measured(gateway);
      for (int turn = 0; turn < TURNS; turn++) {
        for (var page : PAGES) {
          long heard = told.get();
          var shown = open(gateway, page);
          double open = measured(gateway);
          assertTrue(told.get() - heard > SECONDS, "no events came");
          shown.forEach(Thread::interrupt);
          double closed = measured(gateway);
          double percent = (open / ((before + closed) / 2) - 1) * 100;
          System.out.printf(
              Locale.ROOT,
              "%s: %.1f us a request, closed before and after %.1f and %.1f: %+.1f %%%n",
              page.name(),
              open,
              before,
              closed,
              percent);
          risen.computeIfAbsent(page.name(), _ -> new ArrayList<>()).add(percent);
          before = closed;
        }
      }
      ended = true;
      for (var thread : threads) {
        thread.join();
      }
    }
    risen.forEach(
        (page, percents) ->
            System.out.printf(
                Locale.ROOT,
                "A console open at %s: %+.1f %% processor time for a request, the median of %d turns%n",
                page,
                median(percents),
                percents.size()));
    risen.forEach((page, percents) -> assertTrue(median(percents) < MOST_PERCENT, page + percents));
  }
}
