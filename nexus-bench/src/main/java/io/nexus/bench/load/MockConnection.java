package io.nexus.bench.load;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.concurrent.locks.LockSupport;

/** One connection of the mock upstream. For one thread. */
final class MockConnection {
  private static final byte[] COMPLETION = MockReply.completion();
  private static final byte[] STREAM_HEAD = MockReply.streamHead();
  private static final byte[] EVENT = MockReply.event();
  private static final int STAMP_OFFSET =
      ByteText.indexOf(
              EVENT, 0, EVENT.length, MockReply.STAMP_KEY.getBytes(StandardCharsets.US_ASCII))
          + MockReply.STAMP_KEY.length();
  private static final int FIRST_BODY_BYTES = 4_096;
  private static final int MAX_BODY_BYTES = 64 << 20;

  private final MessageReader reader;
  private final OutputStream out;
  private final byte[] event = EVENT.clone();
  private byte[] body = new byte[FIRST_BODY_BYTES];
  private int bodyLength;

  MockConnection(InputStream in, OutputStream out) {
    this.reader = new MessageReader(in);
    this.out = out;
  }

  /**
   * Answers requests until the client closes the connection.
   *
   * @throws IOException if the connection breaks, or a body is too large
   */
  void serve() throws IOException {
    while (reader.readHead()) {
      bodyLength = 0;
      reader.readBody(this::append);
      if (bodyLength < 0) {
        throw new IOException("a body of more than " + MAX_BODY_BYTES + " bytes");
      }
      answer();
      if (reader.isLast()) {
        return;
      }
    }
  }

  private void append(byte[] buffer, int offset, int length, long readAtNanos) {
    if (bodyLength < 0 || bodyLength + length > MAX_BODY_BYTES) {
      bodyLength = -1;
      return;
    }
    if (bodyLength + length > body.length) {
      body = Arrays.copyOf(body, Math.max(bodyLength + length, 2 * body.length));
    }
    System.arraycopy(buffer, offset, body, bodyLength, length);
    bodyLength += length;
  }

  private void answer() throws IOException {
    var line = reader.startLine();
    if (line.startsWith("POST ") && line.contains("/chat/completions ")) {
      var request = MockRequest.of(body, bodyLength);
      sleepUntil(System.nanoTime() + request.latencyNanos(), request.latencyNanos());
      if (request.stream()) {
        stream(request);
      } else {
        out.write(COMPLETION);
      }
    } else if (line.startsWith("GET ") && line.contains("/models ")) {
      out.write(MockReply.models());
    } else if (line.startsWith("GET /health")) {
      out.write(MockReply.healthy());
    } else {
      out.write(MockReply.unknown());
    }
  }

  /** Events at planned times: one that is late does not delay those after it. */
  private void stream(MockRequest request) throws IOException {
    out.write(STREAM_HEAD);
    long start = System.nanoTime();
    for (int chunk = 0; chunk < request.chunks(); chunk++) {
      sleepUntil(start + chunk * request.gapNanos(), request.gapNanos());
      ByteText.putNumber(event, STAMP_OFFSET, MockReply.STAMP_DIGITS, System.nanoTime());
      out.write(event);
    }
    out.write(MockReply.streamEnd(request.chunks(), request.includeUsage()));
  }

  private static void sleepUntil(long nanos, long ifPositive) {
    if (ifPositive <= 0) {
      return;
    }
    for (long left = nanos - System.nanoTime(); left > 0; left = nanos - System.nanoTime()) {
      LockSupport.parkNanos(left);
    }
  }
}
