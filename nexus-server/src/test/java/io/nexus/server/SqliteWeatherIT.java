package io.nexus.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nexus.control.money.Money;
import io.nexus.server.mock.Upstream;
import io.nexus.server.mock.UpstreamReply.Making;
import io.nexus.server.mock.UpstreamReply.Pace;
import io.nexus.server.mock.UpstreamReply.Stalled;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The launched gateway with its defaults, on a SQLite file that something happens to. */
@Timeout(240)
class SqliteWeatherIT {

  private static final int CLIENTS = 100;
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final String ONE_DOLLAR =
      """
      [budget]
      monthly_limit = 1
      """;

  @TempDir private Path temp;

  @Test
  void requests_fileLockedForFourSeconds_staysWithinTheLimit() throws Exception {
    try (var station = Station.open(temp)) {
      var gateway = station.gateway("one", ONE_DOLLAR);
      Crowd crowd;
      try (var _ = SqliteLock.take(station.ledger("one"))) {
        crowd = Crowd.start(gateway.port(), CLIENTS, _ -> Station.ask());
        TimeUnit.SECONDS.sleep(4);
      }
      try (crowd) {
        station.assertBill("1", 95, crowd.awaitRefused());
      }
      gateway.close();
      assertEquals(station.upstream().billNanos(), station.spentNanos("one"));
      station.assertVerified("one");
    }
  }

  /** As a backup or a busy disk does it: nothing can be drawn for half a second at a time. */
  @Test
  void streams_ofAModelThatNobodyKnows_areNotCutByAFileThatIsLockedForMoments() throws Exception {
    var made = Making.of(8, 500, 200, 500);
    var upstream = Upstream.start(_ -> new Stalled(Pace.everyMillis(400), made));
    try (var station = Station.of(temp, upstream)) {
      var gateway = station.gateway("one", "[budget]\nmonthly_limit = 100\n");
      var over = new CountDownLatch(1);
      var locks = lockNowAndThen(station.ledger("one"), over);
      var answers =
          Chats.atOnce(gateway.port(), PATIENCE, 8, _ -> Chats.body("m", "\"stream\":true"));
      over.countDown();
      locks.get();
      for (var answer : answers) {
        assertTrue(answer.text().contains("\"finish_reason\":\"stop\""), answer::text);
      }
    }
  }

  private static CompletableFuture<Void> lockNowAndThen(Path file, CountDownLatch over) {
    return CompletableFuture.runAsync(
        () -> {
          try {
            boolean ended = false;
            while (!ended) {
              try (var _ = SqliteLock.take(file)) {
                ended = over.await(500, TimeUnit.MILLISECONDS);
              }
              ended = ended || over.await(100, TimeUnit.MILLISECONDS);
            }
          } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
          }
        });
  }

  @Test
  void requests_aHundredClientsAtTheEdge_spendExactlyTheLimit() throws Exception {
    try (var station = Station.open(temp)) {
      var gateway = station.gateway("one", ONE_DOLLAR);
      try (var crowd = Crowd.start(gateway.port(), CLIENTS, _ -> Station.ask())) {
        station.assertBill("1", 100, crowd.awaitRefused());
      }
      gateway.close();
      assertEquals(station.upstream().billNanos(), station.spentNanos("one"));
    }
  }

  @Test
  void requests_withoutABudget_areInTheLedgerAfterAKill() throws Exception {
    try (var station = Station.open(temp)) {
      var gateway = station.gateway("one", "");
      for (int i = 0; i < 20; i++) {
        try (var client = gateway.connect()) {
          assertEquals(200, client.post(Chats.PATH, Station.ask()).status());
        }
      }
      gateway.kill();
      station.gateway("one", "").close();
      long spent = station.spentNanos("one");
      assertTrue(spent >= station.upstream().billNanos(), "in the ledger: " + new Money(spent));
    }
  }
}
