package io.nexus.server.dialect;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;

/**
 * Cuts a stream of server-sent events into its events, byte for byte. It stands at one event at a
 * time, whose places are those in {@link #bytes} until it is filled again.
 *
 * @see <a href="https://html.spec.whatwg.org/multipage/server-sent-events.html">Server-sent
 *     events</a>
 */
public final class SseBuffer {

  private static final int INITIAL_BYTES = 1024;

  /** No event of a chat stream is as long; one that is would be held in memory whole. */
  private static final int MAX_EVENT_BYTES = 32 << 20;

  private byte[] bytes = new byte[INITIAL_BYTES];
  private int start;
  private int end;
  private int scanned;
  private int eventFrom;
  private int dataFrom;
  private int dataTo;

  /**
   * Waits for more.
   *
   * @return whether there was more; if not, what is left without an end is an event
   */
  public boolean fill(InputStream in) throws IOException {
    if (start > 0) {
      System.arraycopy(bytes, start, bytes, 0, end - start);
      end -= start;
      scanned -= start;
      start = 0;
    }
    if (end == bytes.length) {
      if (end >= MAX_EVENT_BYTES) {
        throw new IOException(
            "an event of the stream is longer than " + MAX_EVENT_BYTES + " bytes");
      }
      bytes = Arrays.copyOf(bytes, end * 2);
    }
    int read = in.read(bytes, end, bytes.length - end);
    if (read < 0) {
      return false;
    }
    end += read;
    return true;
  }

  /**
   * Goes to the next event with the empty line that ends it.
   *
   * @return whether there was a whole one
   */
  public boolean next() {
    for (int i = Math.max(scanned, start); i < end; i++) {
      if (bytes[i] == '\n' && endsLine(i)) {
        take(i + 1);
        return true;
      }
    }
    scanned = end;
    return false;
  }

  /**
   * Goes to what is left when the stream has ended.
   *
   * @return whether anything was
   */
  public boolean rest() {
    take(end);
    return end > eventFrom;
  }

  public byte[] bytes() {
    return bytes;
  }

  /** The event's first byte. */
  public int from() {
    return eventFrom;
  }

  /** The byte after the event's last. */
  public int to() {
    return start;
  }

  /** The first byte of what the event's {@code data} field says; of several the first one's. */
  public int dataFrom() {
    return dataFrom;
  }

  /** The byte after its last: {@link #dataFrom} if there is no such field. */
  public int dataTo() {
    return dataTo;
  }

  private void take(int to) {
    eventFrom = start;
    start = to;
    scanned = to;
    findData(eventFrom, to);
  }

  private void findData(int from, int to) {
    for (int line = from; line < to; line = lineEnd(line, to) + 1) {
      if (startsWithData(line, to)) {
        dataFrom = line + 5;
        dataTo = lineEnd(line, to);
        if (dataFrom < dataTo && bytes[dataFrom] == ' ') {
          dataFrom++;
        }
        if (dataTo > dataFrom && bytes[dataTo - 1] == '\r') {
          dataTo--;
        }
        return;
      }
    }
    dataFrom = to;
    dataTo = to;
  }

  /** Whether the line that the line feed ends is empty, and not the first of the event. */
  private boolean endsLine(int lineFeed) {
    int before = lineFeed - 1;
    if (before >= start && bytes[before] == '\r') {
      before--;
    }
    return before >= start && bytes[before] == '\n';
  }

  private int lineEnd(int from, int to) {
    int i = from;
    while (i < to && bytes[i] != '\n') {
      i++;
    }
    return i;
  }

  private boolean startsWithData(int line, int to) {
    return to - line >= 5
        && bytes[line] == 'd'
        && bytes[line + 1] == 'a'
        && bytes[line + 2] == 't'
        && bytes[line + 3] == 'a'
        && bytes[line + 4] == ':';
  }
}
