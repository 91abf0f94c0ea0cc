package io.nexus.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nexus.server.mock.Upstream;
import io.nexus.server.mock.UpstreamUsage;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A launched gateway without requests. */
class IdleIT {

  private static final Duration WINDOW = Duration.ofSeconds(2);
  private static final int WINDOWS = 10;

  /** At rest it is one or two; the slowest of the clocks alone would wake them eight times. */
  private static final long MOST_WAITS = 4;

  /** At rest it has a round in four seconds; with a wake-up for each chore it would have seven. */
  private static final long MOST_ROUNDS = 1;

  @TempDir private Path temp;

  @Test
  void gateway_afterARequestAndAStream_restsUntilTheNext() throws Exception {
    assertRests("", "ForkJoinPool", MOST_WAITS);
  }

  @Test
  void ledgerThread_afterARequestAndAStream_restsUntilAChoreIsDue() throws Exception {
    assertRests("[ledger]\nurl = \"jdbc:sqlite:ledger.db\"\n", "ledger", MOST_ROUNDS);
  }

  private void assertRests(String ledger, String threads, long most) throws Exception {
    try (var upstream = Upstream.answering("Hello", UpstreamUsage.of(10, 5)).models("m");
        var gateway =
            LaunchedGateway.start(
                temp.resolve("run"),
                "[budget]\nmonthly_limit = 100\n"
                    + GatewayBox.ONE_CLOUD.replace("{0}", upstream.url())
                    + ledger,
                Map.of())) {
      try (var client = gateway.connect()) {
        assertEquals(200, client.post(Chats.PATH, Chats.body("m")).status());
        assertEquals(200, client.post(Chats.PATH, Chats.body("m", "\"stream\":true")).status());
      }
      long fewest = Long.MAX_VALUE;
      for (int i = 0; i < WINDOWS && fewest > most; i++) {
        long before = gateway.waits(threads);
        Thread.sleep(WINDOW);
        fewest = Math.min(fewest, gateway.waits(threads) - before);
      }
      assertTrue(fewest <= most, threads + " was woken " + fewest + " times in " + WINDOW);
    }
  }
}
