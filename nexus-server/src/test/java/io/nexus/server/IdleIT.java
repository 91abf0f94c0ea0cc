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

/** A launched gateway that nobody asks anything. */
class IdleIT {

  private static final Duration WINDOW = Duration.ofSeconds(2);
  private static final int WINDOWS = 10;

  /** At rest it is one or two; the slowest of the clocks alone would wake them eight times. */
  private static final long MOST_WAITS = 4;

  @TempDir private Path temp;

  @Test
  void gateway_afterARequestAndAStream_restsUntilTheNext() throws Exception {
    try (var upstream = Upstream.answering("Hello", UpstreamUsage.of(10, 5)).models("m");
        var gateway =
            LaunchedGateway.start(
                temp.resolve("run"),
                "[budget]\nmonthly_limit = 100\n"
                    + GatewayBox.ONE_CLOUD.replace("{0}", upstream.url()),
                Map.of())) {
      try (var client = gateway.connect()) {
        assertEquals(200, client.post(Chats.PATH, Chats.body("m")).status());
        assertEquals(200, client.post(Chats.PATH, Chats.body("m", "\"stream\":true")).status());
      }
      long fewest = Long.MAX_VALUE;
      for (int i = 0; i < WINDOWS && fewest > MOST_WAITS; i++) {
        long before = gateway.waits("ForkJoinPool");
        Thread.sleep(WINDOW);
        fewest = Math.min(fewest, gateway.waits("ForkJoinPool") - before);
      }
      assertTrue(fewest <= MOST_WAITS, "threads were woken " + fewest + " times in " + WINDOW);
    }
  }
}
