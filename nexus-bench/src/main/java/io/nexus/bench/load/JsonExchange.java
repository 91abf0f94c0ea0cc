package io.nexus.bench.load;

import io.nexus.server.mock.BodySink;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/** One request after the other on a kept connection, each answered in one piece. */
final class JsonExchange implements Exchange {
  private static final Duration TIMEOUT = Duration.ofSeconds(10);
  private static final int OK = 200;
  private static final int OVER_BUDGET = 429;

  private final int port;

  /** Leaves room to count up. */
  private static final long MOST_NUMBER = 1_000_000_000_000_000L;

  private final byte[] request;
  private final int numberAt;
  private long number = ThreadLocalRandom.current().nextLong(MOST_NUMBER);
  private final int status;
  private HttpConnection connection;

  private JsonExchange(int port, byte[] request, int status) throws IOException {
    this.port = port;
    this.request = request.clone();
    this.numberAt = new String(request, StandardCharsets.US_ASCII).indexOf(AgentRequest.NUMBER);
    this.status = status;
    this.connection = HttpConnection.open(port, TIMEOUT);
  }

  /** Connections to the port of this machine that send the request. */
  static Source to(int port, byte[] request) {
    return () -> new JsonExchange(port, request, OK);
  }

  /** The same for a request that its budget does not pay for. */
  static Source refused(int port, byte[] request) {
    return () -> new JsonExchange(port, request, OVER_BUDGET);
  }

  @Override
  public boolean perform() throws IOException {
    if (connection.isSpent()) {
      connection.close();
      connection = HttpConnection.open(port, TIMEOUT);
    }
    if (numberAt >= 0) {
      long rest = number++;
      for (int i = numberAt + AgentRequest.NUMBER.length() - 1; i >= numberAt; i--) {
        request[i] = (byte) ('0' + rest % 10);
        rest /= 10;
      }
    }
    return connection.exchange(request, BodySink.DISCARD) == status;
  }

  @Override
  public void close() throws IOException {
    connection.close();
  }
}
