package io.nexus.server;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.IntFunction;

/**
 * Clients that ask again and again until the budget is spent, each on a connection of its own. What
 * the ledger cannot answer is asked again a little later.
 */
final class Crowd implements AutoCloseable {

  private static final Duration PATIENCE = Duration.ofSeconds(90);
  private static final long REST_MILLIS = 50;

  /** Refused until the cycle ends, or for good if it has no end. */
  private static final List<String> REFUSALS = List.of("budget_exceeded", "insufficient_quota");

  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final List<Future<Map<String, Integer>>> clients = new ArrayList<>();
  private volatile boolean stopped;

  /** So many clients of the gateway on that port. */
  static Crowd start(int port, int count, IntFunction<String> body) {
    var crowd = new Crowd();
    crowd.add(port, count, body);
    return crowd;
  }

  /** More of them. */
  void add(int port, int count, IntFunction<String> body) {
    for (int i = 0; i < count; i++) {
      String text = body.apply(i);
      Callable<Map<String, Integer>> client = () -> askOn(port, text);
      clients.add(threads.submit(client));
    }
  }

  private Map<String, Integer> askOn(int port, String body) throws InterruptedException {
    var tally = new TreeMap<String, Integer>();
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (!stopped && System.nanoTime() < end) {
      String outcome = ask(port, body);
      tally.merge(outcome, 1, Integer::sum);
      if (REFUSALS.stream().anyMatch(outcome::contains)) {
        return tally;
      }
      if (!outcome.equals("200")) {
        Thread.sleep(REST_MILLIS);
      }
    }
    if (!stopped) {
      throw new AssertionError("not refused within " + PATIENCE + ": " + tally);
    }
    return tally;
  }

  private static String ask(int port, String body) {
    try (var client = RawHttp.connect(port).patient(PATIENCE)) {
      var answer = client.post(Chats.PATH, body);
      if (answer.status() == 200) {
        return "200";
      }
      JsonNode error = GatewayBox.json(answer).path("error");
      return answer.status() + " " + error.path("code").asText();
    } catch (IOException e) {
      return "broken: " + e.getMessage();
    }
  }

  /** Waits until each was refused since the budget is spent; how often each outcome was seen. */
  Map<String, Integer> awaitRefused() throws InterruptedException, ExecutionException {
    var all = new TreeMap<String, Integer>();
    for (var client : clients) {
      client.get().forEach((outcome, count) -> all.merge(outcome, count, Integer::sum));
    }
    return all;
  }

  @Override
  public void close() {
    stopped = true;
    threads.close();
  }
}
