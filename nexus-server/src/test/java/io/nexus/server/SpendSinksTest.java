package io.nexus.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nexus.server.mock.Upstream;
import io.nexus.server.mock.UpstreamReply;
import io.nexus.server.mock.UpstreamUsage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Sinks of a gateway whose ledger is in memory. */
@Timeout(60)
class SpendSinksTest {

  @TempDir private Path temp;

  @Test
  void request_receiverNeverAnswers_isServed_andTheRecordIsInTheFile() throws Exception {
    var file = temp.resolve("out/spend.jsonl");
    var never = new CountDownLatch(1);
    var stalled =
        new UpstreamReply.Stalled(UpstreamReply.Pace.after(never), UpstreamReply.refuse(200, "{}"));
    try (var upstream = Upstream.answering("Hi", UpstreamUsage.of(100, 10));
        var receiver = Upstream.start(_ -> stalled)) {
      try (var gateway =
          GatewayBox.of(
                  GatewayBox.ONE_CLOUD
                      + """
                      [[spend_sinks]]
                      name = "lines"
                      type = "file"
                      path = "%s"
                      interval_seconds = 0
                      [[spend_sinks]]
                      name = "hook"
                      type = "webhook"
                      url = "{1}"
                      interval_seconds = 0
                      """
                          .formatted(file),
                  upstream,
                  receiver)
              .start()) {
        assertEquals(200, gateway.connect().post(GatewayBox.CHAT, GatewayBox.ask()).status());
        assertEquals(1, receiver.awaitChat(1).json().path("records").size());
        for (int i = 0; i < 2; i++) {
          assertEquals(200, gateway.connect().post(GatewayBox.CHAT, GatewayBox.ask()).status());
        }
        never.countDown();
        receiver.awaitChat(2);
      }
      // A stopping gateway sends waiting records before it ends.
      var lines = Files.readAllLines(file);
      assertEquals(3, lines.size());
      var record = GatewayBox.parse(lines.getFirst());
      assertEquals("0.00035", record.path("cost_usd").asText());
      assertEquals(100, record.at("/usage/input_tokens").asInt());
      assertEquals("cloud", record.path("backend").asText());
      assertEquals("completed", record.path("outcome").asText());
    }
  }

  @Test
  void start_typeThatNothingServes_isRefused() {
    var refused =
        assertThrows(
            StartException.class,
            () ->
                GatewayBox.start(
                    """
                    [[spend_sinks]]
                    name = "queue"
                    type = "kafka"
                    """));
    var told = String.valueOf(refused.getMessage());
    assertTrue(told.contains("queue: nothing serves type 'kafka'"), told);
  }
}
