package io.nexus.server.chat;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;

/**
 * Cuts a stream of server-sent events into its events, byte for byte.
 *
 * @see <a href="https://html.spec.whatwg.org/multipage/server-sent-events.html">Server-sent
 *     events</a>
 */
final class SseBuffer {

  private static final int INITIAL_BYTES = 1024;

  /** No event of a chat stream is as long; one that is would be held in memory whole. */
  private static final int MAX_EVENT_BYTES = 32 << 20;

  private byte[] bytes = new byte[INITIAL_BYTES];
  private int start;
  private int end;
  private int scanned;

  /**
   * Waits for more.
   *
   * @return whether there was more; if not, what is left without an end is an event
   */
  boolean fill(InputStream in) throws IOException {
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

  /** The next whole event with the empty line that ends it; an empty span if there is none. */
  Span next() {
    for (int i = Math.max(scanned, start); i < end; i++) {
      if (bytes[i] == '\n' && endsLine(i)) {
        return take(i + 1);
      }
    }
    scanned = end;
    return new Span(start, start);
  }

  /** What is left when the stream has ended. */
  Span rest() {
    return take(end);
  }

  byte[] bytes() {
    return bytes;
  }

  /**
   * The value of an event's one {@code data} field.
   *
   * @return an empty span if there is none; of several lines the first
   */
  Span data(Span event) {
    for (int line = event.from(); line < event.to(); line = lineEnd(line, event.to()) + 1) {
      if (startsWithData(line, event.to())) {
        int from = line + 5;
        int to = lineEnd(line, event.to());
        if (from < to && bytes[from] == ' ') {
          from++;
        }
        if (to > from && bytes[to - 1] == '\r') {
          to--;
        }
        return new Span(from, to);
      }
    }
    return new Span(event.to(), event.to());
  }

  private Span take(int to) {
    var event = new Span(start, to);
    start = to;
    scanned = to;
    return event;
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
