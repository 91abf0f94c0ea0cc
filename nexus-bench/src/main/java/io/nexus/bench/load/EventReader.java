package io.nexus.bench.load;

import io.nexus.server.mock.BodySink;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Finds the mock upstream's events in a streamed body. For one thread; reused stream by stream. */
final class EventReader implements BodySink {
  private static final byte[] STAMP = MockReply.STAMP_KEY.getBytes(StandardCharsets.US_ASCII);
  private static final byte[] DONE = "data: [DONE]".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] USAGE = "\"usage\":{".getBytes(StandardCharsets.US_ASCII);
  private static final int FIRST_LINE_BYTES = 1_024;
  private static final int MAX_LINE_BYTES = 1 << 20;

  private final Listener listener;
  private byte[] line = new byte[FIRST_LINE_BYTES];
  private int length;
  private boolean usage;
  private boolean done;
  private boolean tooLong;

  EventReader(Listener listener) {
    this.listener = listener;
  }

  /** Receives each event with a timestamp. */
  @FunctionalInterface
  interface Listener {
    /**
     * One event arrived.
     *
     * @param writtenAtNanos when the mock wrote it, in this machine's {@link System#nanoTime}
     * @param readAtNanos when it was read from the socket
     */
    void event(long writtenAtNanos, long readAtNanos);
  }

  /** Starts a new stream. */
  void reset() {
    length = 0;
    usage = false;
    done = false;
    tooLong = false;
  }

  /**
   * Whether the stream ended as it should, with usage and {@code [DONE]}.
   *
   * @throws IOException if a line was too long to be one of the mock's
   */
  boolean isComplete() throws IOException {
    if (tooLong) {
      throw new IOException("a line of more than " + MAX_LINE_BYTES + " bytes in a stream");
    }
    return usage && done;
  }

  @Override
  public void accept(byte[] buffer, int offset, int count, long readAtNanos) {
    int from = offset;
    int end = offset + count;
    while (from < end) {
      int to = from;
      while (to < end && buffer[to] != '\n') {
        to++;
      }
      append(buffer, from, to - from);
      if (to < end) {
        endLine(readAtNanos);
        to++;
      }
      from = to;
    }
  }

  private void append(byte[] buffer, int from, int count) {
    if (length + count > MAX_LINE_BYTES) {
      tooLong = true;
      return;
    }
    if (length + count > line.length) {
      line = Arrays.copyOf(line, Math.max(length + count, 2 * line.length));
    }
    System.arraycopy(buffer, from, line, length, count);
    length += count;
  }

  private void endLine(long readAtNanos) {
    int stamp = ByteText.indexOf(line, 0, length, STAMP);
    if (stamp >= 0) {
      listener.event(ByteText.number(line, stamp + STAMP.length, length), readAtNanos);
    } else if (ByteText.indexOf(line, 0, length, DONE) == 0) {
      done = true;
    } else if (ByteText.indexOf(line, 0, length, USAGE) >= 0) {
      usage = true;
    }
    length = 0;
  }
}
