package io.nexus.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nexus.server.mock.Upstream;
import io.nexus.server.mock.UpstreamReply;
import io.nexus.server.mock.UpstreamReply.Break;
import io.nexus.server.mock.UpstreamReply.HangUp;
import io.nexus.server.mock.UpstreamReply.Pace;
import io.nexus.server.mock.UpstreamUsage;
import java.nio.file.Path;
import java.util.Collections;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The launched gateway, an upstream that is lost when it has begun, and a client that never reads.
 */
@Timeout(240)
class UpstreamWeatherIT {

  private static final int LOST = 20;

  @TempDir private Path temp;

  private static String toml(String limit) {
    return """
    [server]
    write_timeout_seconds = 2
    [budget]
    monthly_limit = %s
    [health_check]
    failure_threshold = 1000
    """
        .formatted(limit);
  }

  private static UpstreamReply lost(String how) {
    return switch (how) {
      case "reset" -> new HangUp(Break.RESET);
      case "closed" -> new HangUp(Break.CLOSE);
      case "504" -> UpstreamReply.refuse(504, "<html>Gateway Time-out</html>");
      default -> throw new IllegalArgumentException(how);
    };
  }

  @ParameterizedTest
  @ValueSource(strings = {"reset", "closed", "504"})
  void requests_lostAfterTheyWereSent_areSentOnceAndCharged(String how) throws Exception {
    try (var station = Station.of(temp, Upstream.start(_ -> lost(how)))) {
      var gateway = station.gateway("one", toml("0.02"));
      int refused = 0;
      for (int i = 0; i < LOST; i++) {
        try (var client = gateway.connect()) {
          var answer = client.post(Chats.PATH, Station.ask());
          assertTrue(answer.status() >= 429, answer::text);
          refused += answer.text().contains("budget_exceeded") ? 1 : 0;
        }
      }
      var stats = gateway.json("/v1/stats");
      assertEquals(20_000_000, GatewayBox.nanos(stats.at("/budget/current_spending_usd")));
      assertEquals(4, station.upstream().chats().size(), "each is sent once");
      assertEquals(LOST - 4, refused);
      gateway.close();
      assertEquals(20_000_000, station.spentNanos("one"));
    }
  }

  @Test
  void stream_clientNeverReads_isCutAndChargedWhatWasMade() throws Exception {
    var text = "word".repeat(4096) + " ";
    var upstream =
        Upstream.start(
            request ->
                UpstreamReply.stream(
                        request, Collections.nCopies(2000, text), UpstreamUsage.of(8, 2000))
                    .paced(Pace.perSecond(1000)));
    try (var station = Station.of(temp, upstream)) {
      var gateway = station.gateway("one", toml("1000"));
      try (var client = gateway.connect()) {
        client.request("POST", Chats.PATH, Chats.body("m", "\"stream\":true"));
        upstream.awaitCancellation(1);
        var stats = gateway.await(seen -> GatewayBox.nanos(seen.at("/budget/held_usd")) == 0);
        long charged = GatewayBox.nanos(stats.at("/budget/current_spending_usd"));
        assertTrue(charged >= upstream.billNanos(), charged + " of " + upstream.billNanos());
        assertEquals(0, stats.at("/backends/0/pending").asInt());
      }
    }
  }
}
