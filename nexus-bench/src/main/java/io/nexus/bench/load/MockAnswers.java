package io.nexus.bench.load;

import io.nexus.server.mock.Api;
import io.nexus.server.mock.PlainAnswers;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The mock upstream's answers on one connection. For one thread, and the pacer's thread while the
 * first waits for it.
 */
final class MockAnswers implements PlainAnswers {
  private static final byte[] COMPLETION = MockReply.completion();
  private static final byte[] MESSAGE = MockReply.completion(Api.MESSAGES);
  private static final byte[] RESPONSE = MockReply.completion(Api.RESPONSES);
  private static final byte[] STREAM_HEAD = MockReply.streamHead();
  private static final byte[] EVENT = MockReply.event();
  private static final int STAMP_OFFSET =
      ByteText.indexOf(
              EVENT, 0, EVENT.length, MockReply.STAMP_KEY.getBytes(StandardCharsets.US_ASCII))
          + MockReply.STAMP_KEY.length();

  private final ScheduledExecutorService pacer;
  private final byte[] event = EVENT.clone();

  /**
   * Creates the answers of a connection; the pacer, which has one thread, writes the paced events.
   */
  MockAnswers(ScheduledExecutorService pacer) {
    this.pacer = pacer;
  }

  @Override
  public void answer(String line, byte[] body, int length, OutputStream out) throws IOException {
    if (line.startsWith("POST ") && line.contains("/chat/completions ")) {
      var request = MockRequest.of(body, length);
      Ticker.SYSTEM.sleepUntil(System.nanoTime() + request.latencyNanos());
      if (request.stream()) {
        stream(request, out);
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

  private void stream(MockRequest request, OutputStream out) throws IOException {
    out.write(STREAM_HEAD);
    if (request.gapNanos() > 0 && request.chunks() > 0) {
      writePaced(request.chunks(), request.gapNanos(), out);
    } else {
      for (int chunk = 0; chunk < request.chunks(); chunk++) {
        writeEvent(out);
      }
    }
    out.write(MockReply.streamEnd(request.chunks(), request.includeUsage()));
  }

  /** Writes events at planned times: a late event does not delay the next ones. */
  private void writePaced(int chunks, long gapNanos, OutputStream out) throws IOException {
    var written = new CompletableFuture<Void>();
    var left = new AtomicInteger(chunks);
    Runnable next =
        () -> {
          if (written.isDone()) {
            return; // It was not cancelled in time.
          }
          try {
            writeEvent(out);
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

  private void writeEvent(OutputStream out) throws IOException {
    ByteText.putNumber(event, STAMP_OFFSET, MockReply.STAMP_DIGITS, System.nanoTime());
    out.write(event);
  }
}
