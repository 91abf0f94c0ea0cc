package io.nexus.server;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.nexus.server.mock.Upstream;
import io.nexus.server.mock.UpstreamReply;
import io.nexus.server.mock.UpstreamReply.Pace;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A launched gateway's actual hold equals the explained one. */
@Timeout(240)
class ExplainIT {

  /** A cent: a request without a limit, or with a large one, is clamped. */
  private static final String ONE_CENT = "[budget]\nmonthly_limit = 0.01\n";

  @TempDir private Path temp;

  @Test
  void explain_jsonAndStreamsAlsoClamped_showsExactlyWhatIsHeld() throws Exception {
    for (var fields :
        new String[] {
          "\"max_tokens\":500",
          "\"max_tokens\":50000",
          "\"n\":1",
          "\"n\":2,\"max_tokens\":400",
          "\"stream\":true,\"max_tokens\":200",
          "\"stream\":true,\"max_tokens\":50000",
          "\"stream\":true"
        }) {
      assertHeldAsExplained(Chats.body("m", fields));
    }
  }

  private void assertHeldAsExplained(String body) throws Exception {
    var answer = new CountDownLatch(1);
    var folder = Files.createTempDirectory(temp, "run");
    var upstream =
        Upstream.start(
            request -> new UpstreamReply.Stalled(Pace.after(answer), Station.answer(request)));
    try (var station = Station.of(folder, upstream)) {
      var gateway = station.gateway("one", ONE_CENT);
      try (var client = gateway.connect();
          var other = gateway.connect()) {
        var explained = GatewayBox.json(other.post("/v1/explain", body));
        client.request("POST", Chats.PATH, body);
        upstream.awaitChat(1);
        var held = gateway.json("/v1/stats").at("/budget/held_usd");
        assertEquals(
            GatewayBox.nanos(held),
            GatewayBox.nanos(explained.at("/candidates/0/hold_usd")),
            body + " " + explained);
      } finally {
        answer.countDown();
      }
    }
  }
}
