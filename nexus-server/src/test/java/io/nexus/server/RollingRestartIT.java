package io.nexus.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nexus.ledger.jdbc.testing.PostgresServer;
import io.nexus.server.mock.Upstream;
import io.nexus.server.mock.UpstreamReply;
import io.nexus.server.mock.UpstreamReply.Pace;
import io.nexus.server.mock.UpstreamRequest;
import io.nexus.server.mock.UpstreamUsage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Queue;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Clients notice nothing of gateways that are restarted in turn. */
@Timeout(240)
class RollingRestartIT {

  private static final int CLIENTS = 16;
  private static final int DELTAS = 20;
  private static final long DELTA_MILLIS = 50;

  @AutoClose private static final PostgresServer server = PostgresServer.started();

  @TempDir private Path temp;

  private final AtomicInteger answered = new AtomicInteger();
  private final Queue<String> failures = new ConcurrentLinkedQueue<>();
  private volatile boolean enough;

  /** Each request costs the same; a stream takes a second. */
  private static UpstreamReply answer(UpstreamRequest request) {
    return request.streaming()
        ? UpstreamReply.stream(
                request, Collections.nCopies(DELTAS, "a "), UpstreamUsage.of(8, DELTAS))
            .paced(Pace.everyMillis(DELTA_MILLIS))
        : new UpstreamReply.Stalled(
            Pace.everyMillis(DELTA_MILLIS),
            UpstreamReply.completion(request, "a", UpstreamUsage.of(8, DELTAS)));
  }

  /** Asks again and again on a connection that it keeps until an answer says that it ends. */
  private void client(int port, boolean streams) {
    try {
      while (!enough) {
        try (var connection = RawHttp.connect(port)) {
          boolean stays = true;
          while (stays && !enough) {
            stays = ask(connection, streams);
          }
        }
      }
    } catch (IOException | RuntimeException e) {
      failures.add((streams ? "stream: " : "request: ") + e);
    }
  }

  /** Whether the connection stays. */
  private boolean ask(RawHttp connection, boolean streams) throws IOException {
    var fields = streams ? new String[] {"\"stream\":true"} : new String[0];
    var head = connection.open(Chats.PATH, Chats.body("m", fields));
    if (streams && head.status() == 200) {
      var events = connection.events();
      if (!events.getLast().data().equals("[DONE]") || events.size() < DELTAS) {
        failures.add("stream: ended with " + events.getLast().text());
      }
    } else {
      var body = new String(connection.body(), UTF_8);
      if (head.status() != 200) {
        failures.add("request: " + head.status() + " " + body);
      }
    }
    answered.incrementAndGet();
    return !head.header("Connection").orElse("").equalsIgnoreCase("close");
  }

  private static LaunchedGateway gateway(Station station, String node, String ledger)
      throws Exception {
    return station.gateway(
        node,
        """
        [server]
        drain_delay_seconds = 3
        [budget]
        monthly_limit = 1000
        [ledger]
        url = "%s"
        node = "%s"
        """
            .formatted(ledger, node));
  }

  @Test
  void gateways_restartedInTurnUnderLoad_dropNothingAndLoseNoRecord() throws Exception {
    var ledger = server.newLedger().url();
    try (var station =
            Station.of(temp, Upstream.start(RollingRestartIT::answer))
                .with("NEXUS_LEDGER_PASSWORD", PostgresServer.PASSWORD);
        var balancer = Balancer.start()) {
      var gateways = new TreeMap<String, LaunchedGateway>();
      for (var node : List.of("a", "b", "c")) {
        var gateway = gateway(station, node, ledger);
        gateways.put(node, gateway);
        balancer.put(node, gateway.port());
      }
      balancer.awaitReady(gateways.size());
      try (var clients = Executors.newVirtualThreadPerTaskExecutor()) {
        try {
          for (int i = 0; i < CLIENTS; i++) {
            boolean streams = i % 2 == 0;
            clients.execute(() -> client(balancer.port(), streams));
          }
          for (var restarted : gateways.entrySet()) {
            int before = answered.get();
            restarted.getValue().close();
            assertTrue(answered.get() > before, "nothing was asked meanwhile");
            var node = restarted.getKey();
            restarted.setValue(gateway(station, node, ledger));
            balancer.put(node, restarted.getValue().port());
            balancer.awaitReady(gateways.size());
          }
        } finally {
          enough = true;
        }
      }
      closeAll(gateways.values());
      assertEquals(List.of(), List.copyOf(failures));
      assertCounted(station, answered.get());
    }
  }

  private static void closeAll(Collection<LaunchedGateway> gateways) throws Exception {
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var closings = new ArrayList<Callable<Boolean>>();
      for (var gateway : gateways) {
        closings.add(
            () -> {
              gateway.close();
              return true;
            });
      }
      for (var closed : threads.invokeAll(closings)) {
        assertTrue(closed.get());
      }
    }
  }

  private static void assertCounted(Station station, int requests) throws Exception {
    assertEquals(requests, station.upstream().chats().size());
    var total = GatewayBox.parse(station.nexus("a", "spend", "--json").out()).path("total");
    assertEquals(requests, total.path("requests").asInt(), total::toString);
    long nanos = GatewayBox.nanos(total.path("cost_usd"));
    assertEquals(station.upstream().billNanos(), nanos);
    assertEquals(10_000L * DELTAS * requests, nanos);
    station.assertVerified("a");
  }
}
