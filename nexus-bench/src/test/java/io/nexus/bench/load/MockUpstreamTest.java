package io.nexus.bench.load;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.json.JsonMapper;
import io.nexus.server.mock.Api;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class MockUpstreamTest {
  private static final Duration TIMEOUT = Duration.ofSeconds(5);
  private static final long MILLI = 1_000_000;

  private final ByteArrayOutputStream body = new ByteArrayOutputStream();
  private MockUpstream mock;
  private HttpConnection connection;

  @BeforeEach
  void start() throws IOException {
    mock = MockUpstream.start(0);
    connection = HttpConnection.open(mock.port(), TIMEOUT);
  }

  @AfterEach
  void stop() throws IOException {
    connection.close();
    mock.close();
  }

  @Test
  void completion_onAKeptConnection_hasUsageAndAKilobyte() throws IOException {
    for (int i = 0; i < 3; i++) {
      assertEquals(200, exchange(ChatRequest.completion(1_024)));
      var json = new JsonMapper().readTree(body.toByteArray());
      assertEquals(250, json.path("usage").path("prompt_tokens").asInt());
      assertEquals(378, json.path("usage").path("total_tokens").asInt());
      assertEquals(1_024, body.size(), 100);
    }
    assertFalse(connection.isSpent());
  }

  @Test
  void completion_inOtherApis_hasTheirUsage() throws IOException {
    assertEquals(200, exchange(ChatRequest.completion(Api.MESSAGES, 102_400)));
    var message = new JsonMapper().readTree(body.toByteArray());
    assertEquals(128, message.path("usage").path("output_tokens").asInt());
    assertEquals("claude-sonnet-4-5", message.path("model").asText());
    assertEquals(200, exchange(ChatRequest.completion(Api.RESPONSES, 102_400)));
    var response = new JsonMapper().readTree(body.toByteArray());
    assertEquals(250, response.path("usage").path("input_tokens").asInt());
    assertEquals("completed", response.path("status").asText());
  }

  @Test
  void completion_chunkedRequest_isReadWhole() throws IOException {
    var request =
        """
        POST /v1/chat/completions HTTP/1.1\r
        Transfer-Encoding: Chunked\r
        \r
        10;x=y\r
        {"model":"bench-\r
        7\r
        model"}\r
        0\r
        \r
        """;

    assertEquals(200, exchange(request.getBytes(StandardCharsets.US_ASCII)));
    assertEquals(200, exchange(ChatRequest.get("/v1/models")));
  }

  @Test
  void completion_withLatency_isNotAnsweredBefore() throws IOException {
    var request =
        """
        POST /v1/chat/completions HTTP/1.1\r
        Content-Length: 30\r
        \r
        {"bench_latency_micros":50000}""";
    long start = System.nanoTime();

    assertEquals(200, exchange(request.getBytes(StandardCharsets.US_ASCII)));
    assertTrue(System.nanoTime() - start >= 50 * MILLI);
  }

  @Test
  void models_listsTheOneThatIsServed() throws IOException {
    assertEquals(200, exchange(ChatRequest.get("/v1/models")));
    assertEquals(
        MockReply.MODEL,
        new JsonMapper().readTree(body.toByteArray()).path("data").path(0).path("id").asText());
  }

  @Test
  void unknownRoute_is404() throws IOException {
    assertEquals(404, exchange(ChatRequest.get("/v1/nothing")));
  }

  @Test
  void stream_withUsage_isServerSentEvents() throws IOException {
    assertEquals(200, exchange(ChatRequest.stream(3, 0, 1_024)));

    var events = body.toString(StandardCharsets.UTF_8).split("\n\n", 6);
    assertEquals(6, events.length);
    for (int i = 0; i < 5; i++) {
      assertTrue(events[i].startsWith("data: "), events[i]);
      var json = new JsonMapper().readTree(events[i].substring(6));
      assertEquals("chat.completion.chunk", json.path("object").asText());
      assertEquals(i == 4 ? 27 : 0, json.path("usage").path("completion_tokens").asInt());
    }
    assertEquals("data: [DONE]\n\n", events[5]);
  }

  @Test
  void stream_paced_keepsItsPlanAndCarriesTheTime() throws IOException {
    var delays = new ArrayList<Long>();
    var written = new ArrayList<Long>();
    var events =
        new EventReader(
            (writtenAt, readAt) -> {
              written.add(writtenAt);
              delays.add(readAt - writtenAt);
            });

    long start = System.nanoTime();

    assertEquals(200, connection.exchange(ChatRequest.stream(11, 10_000, 1_024), events));

    assertTrue(events.isComplete());
    assertEquals(11, written.size());
    assertTrue(written.getLast() - start >= 100 * MILLI, written::toString);
    for (long delay : delays) {
      assertTrue(delay >= 0 && delay < TIMEOUT.toNanos(), delays::toString);
    }
  }

  @Test
  void stream_besideOneWhoseClientLeft_goesOn() throws IOException {
    var written = new ArrayList<Long>();
    var events = new EventReader((writtenAt, _) -> written.add(writtenAt));
    try (var leaving = new Socket(InetAddress.getLoopbackAddress(), mock.port())) {
      leaving.getOutputStream().write(ChatRequest.stream(1_000, 1_000, 1_024));
      assertTrue(leaving.getInputStream().read() >= 0);
    }

    assertEquals(200, connection.exchange(ChatRequest.stream(50, 2_000, 1_024), events));

    assertTrue(events.isComplete());
    assertEquals(50, written.size());
  }

  @Test
  @Timeout(30)
  void close_duringAStream_cutsIt() {
    var request = ChatRequest.stream(1_000, 1_000_000, 1_024);
    var events = new EventReader((_, _) -> closeMock());

    assertThrows(IOException.class, () -> connection.exchange(request, events));
  }

  private void closeMock() {
    try {
      mock.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void close_connectionsInUse_areClosed() throws IOException {
    exchange(ChatRequest.get("/v1/models"));
    mock.close();

    assertThrows(IOException.class, () -> exchange(ChatRequest.get("/v1/models")));
  }

  private int exchange(byte[] request) throws IOException {
    body.reset();
    return connection.exchange(
        request, (buffer, offset, length, _) -> body.write(buffer, offset, length));
  }
}
