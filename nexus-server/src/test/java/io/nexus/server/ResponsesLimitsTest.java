package io.nexus.server;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nexus.server.RawHttp.Answer;
import io.nexus.server.mock.Upstream;
import io.nexus.server.mock.UpstreamReply;
import io.nexus.server.mock.UpstreamReply.Chunk;
import io.nexus.server.mock.UpstreamReply.Pace;
import io.nexus.server.mock.UpstreamRequest;
import io.nexus.server.mock.UpstreamUsage;
import io.nexus.server.mock.UpstreamUsage.Prices;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Responses on a budget that is nearly gone: never is more billed than it has. */
@Timeout(120)
class ResponsesLimitsTest {

  private static final Prices PRICES = Prices.of("2.5", "0.25", "10", "10");

  private static UpstreamReply asLongAsAllowed(UpstreamRequest request) {
    int most = request.json().path("max_output_tokens").asInt();
    var usage = UpstreamUsage.of(8, most);
    return request.streaming()
        ? Responses.stream(Collections.nCopies(most, "word "), usage).paced(Pace.everyMillis(1))
        : Responses.whole(Responses.message("Hello"), usage);
  }

  private static void assertNeverOver(Upstream upstream, GatewayBox box, int clients, String body)
      throws Exception {
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Answer>> sent = new ArrayList<>();
      for (int i = 0; i < clients; i++) {
        sent.add(threads.submit(() -> Responses.send(box, body)));
      }
      for (Future<Answer> each : sent) {
        int status = each.get().status();
        assertTrue(status == 200 || status == 429, () -> "status " + status);
      }
    }
    long spent = GatewayBox.nanos(box.idle().at("/budget/current_spending_usd"));
    long billed = upstream.billNanos();
    assertTrue(billed <= spent && spent <= 50_000_000, () -> billed + " billed, " + spent);
    assertTrue(billed >= 5_000_000, () -> "some are served: " + billed);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void manyAtTheEdgeOfTheLimit_areNeverOver(boolean stream) throws Exception {
    var body = Responses.body("m", "\"max_output_tokens\":200", "\"stream\":" + stream);
    try (Upstream upstream = Upstream.start(ResponsesLimitsTest::asLongAsAllowed).price(PRICES);
        GatewayBox box = GatewayBox.start(ResponsesTest.config("0.05"), upstream)) {
      assertNeverOver(upstream, box, 64, body);
    }
  }

  /** Thoughts that are reported only at their end are metered by time. */
  @Test
  void hiddenThoughts_areNeverOver() throws Exception {
    var usage = new UpstreamUsage(8, 0, 4_001, 4_000);
    var chunks = new ArrayList<>(Responses.begin(false));
    chunks.addAll(Collections.nCopies(400, new Chunk("", 10)));
    var body = Responses.body("m", "\"stream\":true");
    try (Upstream upstream =
            Upstream.start(
                    _ ->
                        Responses.end(
                                new ArrayList<>(chunks),
                                Responses.message("so"),
                                "completed",
                                usage)
                            .paced(Pace.everyMillis(10)))
                .price(PRICES);
        GatewayBox box = GatewayBox.start(ResponsesTest.config("0.05"), upstream)) {
      assertNeverOver(upstream, box, 6, body);
    }
  }
}
