package io.nexus.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nexus.control.money.Money;
import io.nexus.server.RawHttp.Answer;
import io.nexus.server.mock.Upstream;
import io.nexus.server.mock.UpstreamReply;
import io.nexus.server.mock.UpstreamReply.Making;
import io.nexus.server.mock.UpstreamReply.Pace;
import io.nexus.server.mock.UpstreamUsage;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The launched gateway, and streams that make tokens faster than a budget can bear. */
@Timeout(240)
class StreamWeatherIT {

  /** The gateway's count for the prompt of {@link Chats#body}. */
  private static final long PROMPT = 8;

  /** A stream that thinks is silent for as long as it does. */
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  private static final int LONG_PROMPT = 16 << 20;

  @TempDir private Path temp;

  private Station station(Making made) throws IOException {
    return Station.of(temp, Upstream.start(_ -> made));
  }

  private static LaunchedGateway gateway(Station station, String limit) throws Exception {
    return station.gateway("one", "[budget]\nmonthly_limit = " + limit + "\n");
  }

  private static String stream(String... fields) {
    List<String> all = new ArrayList<>(List.of(fields));
    all.add("\"stream\":true");
    all.add("\"stream_options\":{\"include_usage\":true}");
    return Chats.body("m", all.toArray(String[]::new));
  }

  private static boolean isWhole(Answer answer) {
    return answer.status() == 200 && answer.text().contains("\"finish_reason\":\"stop\"");
  }

  /**
   * Never over: not by the bill, and not by what is charged, which is no less than the bill.
   *
   * @return what is charged
   */
  private static long assertWithin(String limit, Station station, LaunchedGateway gateway)
      throws Exception {
    var stats = gateway.await(seen -> GatewayBox.nanos(seen.at("/budget/held_usd")) == 0);
    long charged = GatewayBox.nanos(stats.at("/budget/current_spending_usd"));
    long bill = station.upstream().billNanos();
    var figures = new Money(bill) + " billed, " + new Money(charged) + " charged";
    assertTrue(bill <= charged, figures);
    station.assertBill(limit, 0, figures);
    assertTrue(charged <= Money.usd(limit).nanos(), figures);
    gateway.close();
    assertEquals(charged, station.spentNanos("one"));
    return charged;
  }

  /** Three tokens are shown and 20,000 billed; at most five of the streams can be paid for. */
  @ParameterizedTest
  @CsvSource({"'\"max_tokens\":20000', 2", "'\"n\":1', 1"})
  void streamsThatThinkUnseen_twentyAtOnce_stayWithinTheLimitAndTheFirstAreServed(
      String field, int servedAtLeast) throws Exception {
    try (var station = station(Making.of(PROMPT, 20_000, 1_000, 3))) {
      var gateway = gateway(station, "1");
      var answers = Chats.atOnce(gateway.port(), PATIENCE, 20, _ -> stream(field));
      var _ = assertWithin("1", station, gateway);
      long whole = answers.stream().filter(StreamWeatherIT::isWhole).count();
      assertTrue(whole >= servedAtLeast, whole + " of 20 were served whole");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"\"max_tokens\":16000", "\"n\":1"})
  void streamsOfAThousandTokensASecond_eightAtOnce_stayWithinTheLimit(String field)
      throws Exception {
    try (var station = station(Making.of(PROMPT, 16_000, 1_000, 16_000))) {
      var gateway = gateway(station, "0.20");
      var answers = Chats.atOnce(gateway.port(), PATIENCE, 8, _ -> stream(field));
      long charged = assertWithin("0.20", station, gateway);
      assertTrue(charged >= 180_000_000, "most of it is used: " + charged);
      for (var answer : answers) {
        assertTrue(answer.status() != 200 || answer.text().endsWith("data: [DONE]\n\n"));
      }
    }
  }

  /** All of them are more than the heap has, and than bodies may take of it. */
  @Test
  void longPrompts_whileTheirAnswersStream_areNotKept() throws Exception {
    var permits = new CopyOnWriteArrayList<Semaphore>();
    var upstream =
        Upstream.start(
            request -> {
              permits.add(new Semaphore(1));
              return UpstreamReply.stream(request, List.of("One", " two"), UpstreamUsage.of(10, 2))
                  .paced(Pace.permits(permits.getLast()));
            });
    try (var station = Station.of(temp, upstream).with("NEXUS_JAVA_OPTS", "-Xmx192m")) {
      // No ledger that a busy disk makes wait.
      var gateway =
          station.gateway(
              "one",
              """
              [server]
              max_bodies_bytes = 50000000
              [budget]
              monthly_limit = 100
              [ledger]
              url = "memory"
              """);
      var body = stream().replace("Hi", "H" + "i".repeat(LONG_PROMPT));
      var clients = new ArrayList<RawHttp>();
      for (int i = 0; i < 16; i++) {
        int number = i;
        var client = gateway.connect().patient(PATIENCE);
        assertEquals(200, client.open(Chats.PATH, body).status(), number + gateway.log());
        var first = client.event().orElseThrow().data();
        assertTrue(first.contains("One"), first);
        clients.add(client);
      }
      permits.forEach(each -> each.release(9));
      for (var client : clients) {
        assertEquals("[DONE]", client.events().getLast().data());
        client.close();
      }
    }
  }

  @Test
  void clientsThatLeaveHalfWay_fourAtATime_stayWithinTheLimit() throws Exception {
    try (var station = station(Making.of(PROMPT, 2_000, 5_000, 2_000));
        var clients = Executors.newVirtualThreadPerTaskExecutor()) {
      var gateway = gateway(station, "0.50");
      List<Future<Integer>> running = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        running.add(clients.submit(() -> leaveUntilRefused(gateway)));
      }
      int begun = 0;
      for (var each : running) {
        begun += each.get();
      }
      int streams = begun;
      assertTrue(streams >= 20, streams + " streams were begun");
      var _ = assertWithin("0.50", station, gateway);
    }
  }

  private static int leaveUntilRefused(LaunchedGateway gateway) throws IOException {
    for (int count = 0; ; count++) {
      try (var client = gateway.connect().patient(PATIENCE)) {
        if (client.open(Chats.PATH, stream("\"max_tokens\":2000")).status() != 200) {
          return count;
        }
        for (int events = 0; events < 1_000 && client.event().isPresent(); events++) {
          // Reads on to half of it.
        }
      }
    }
  }
}
