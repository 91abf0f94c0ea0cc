package io.nexus.bench.load;

import io.nexus.server.mock.Api;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** One connection of the mock upstream. For one thread, and the pacer's while that waits for it. */
final class MockConnection {
  private static final byte[] COMPLETION = MockReply.completion();
  private static final byte[] MESSAGE = MockReply.completion(Api.MESSAGES);
  private static final byte[] RESPONSE = MockReply.completion(Api.RESPONSES);
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
  private final ScheduledExecutorService pacer;
  private final byte[] event = EVENT.clone();
  private byte[] body = new byte[FIRST_BODY_BYTES];
  private int bodyLength;

  /** A connection whose paced events the pacer writes, which has one thread. */
  MockConnection(InputStream in, OutputStream out, ScheduledExecutorService pacer) {
    this.reader = new MessageReader(in);
    this.out = out;
    this.pacer = pacer;
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
      Ticker.SYSTEM.sleepUntil(System.nanoTime() + request.latencyNanos());
      if (request.stream()) {
        stream(request);
      } else {
        out.write(COMPLETION);
      }
    } else if (line.startsWith("POST ") && line.contains("/messages ")) {
      out.write(MESSAGE);
    } else if (line.startsWith("POST ") && line.contains("/responses ")) {
      out.write(RESPONSE);
    } else if (line.startsWith("GET ") && line.contains("/models ")) {
      out.write(MockReply.models());
    } else if (line.startsWith("GET /health")) {
      out.write(MockReply.healthy());
    } else {
      out.write(MockReply.unknown());
    }
  }

  private void stream(MockRequest request) throws IOException {
    out.write(STREAM_HEAD);
    if (request.gapNanos() > 0 && request.chunks() > 0) {
      writePaced(request.chunks(), request.gapNanos());
    } else {
      for (int chunk = 0; chunk < request.chunks(); chunk++) {
        writeEvent();
      }
    }
    out.write(MockReply.streamEnd(request.chunks(), request.includeUsage()));
  }

  /** Events at planned times: one that is late does not delay those after it. */
  private void writePaced(int chunks, long gapNanos) throws IOException {
    var written = new CompletableFuture<Void>();
    var left = new AtomicInteger(chunks);
    Runnable next =
        () -> {
          if (written.isDone()) {
            return; // It was not cancelled in time.
          }
          try {
            writeEvent();
            if (left.decrementAndGet() == 0) {
              written.complete(null);
            }
          } catch (IOException e) {
            written.completeExceptionally(e);
          }
        };
    var events = pacer.scheduleAtFixedRate(next, 0, gapNanos, TimeUnit.NANOSECONDS);
    try {
      written.join();
    } catch (CompletionException e) {
      throw new IOException("the client left a stream", e.getCause());
    } finally {
      events.cancel(false);
    }
  }

  private void writeEvent() throws IOException {
    ByteText.putNumber(event, STAMP_OFFSET, MockReply.STAMP_DIGITS, System.nanoTime());
    out.write(event);
  }
}
