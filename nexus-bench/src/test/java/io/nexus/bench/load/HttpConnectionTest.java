package io.nexus.bench.load;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nexus.server.mock.BodySink;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class HttpConnectionTest {
  private static final byte[] REQUEST = ChatRequest.get("/v1/models");

  @Test
  @Timeout(value = 30, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
  void exchange_peerThatNeverAnswers_isCutWhenTheAnswerIsOverdue() throws IOException {
    var timeout = Duration.ofMillis(300);
    try (var silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        var connection = HttpConnection.open(silent.getLocalPort(), timeout)) {
      long start = System.nanoTime();

      assertThrows(IOException.class, () -> connection.exchange(REQUEST, BodySink.DISCARD));

      assertTrue(System.nanoTime() - start >= timeout.toNanos());
    }
  }

  @Test
  void exchange_connectionThatWasIdleForLonger_isNotCut() throws IOException {
    var timeout = Duration.ofMillis(500);
    try (var mock = MockUpstream.start(0);
        var connection = HttpConnection.open(mock.port(), timeout)) {
      assertEquals(200, connection.exchange(REQUEST, BodySink.DISCARD));
      Ticker.SYSTEM.sleepUntil(System.nanoTime() + 2 * timeout.toNanos());
      assertEquals(200, connection.exchange(REQUEST, BodySink.DISCARD));
    }
  }
}
