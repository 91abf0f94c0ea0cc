package io.nexus.server.dialect;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/**
 * Turns server-sent events into one JSON array of what they say, event by event, for clients that
 * take a stream in that form. What an event says stays as it is, byte for byte; an event that says
 * nothing becomes a blank, so that it still is a sign of life. Not for concurrent use.
 */
final class EventArray {

  private static final byte[] OPEN = bytes("[");
  private static final byte[] SEPARATOR = bytes("\n,\r\n");
  private static final byte[] CLOSE = bytes("\n]\n");
  private static final byte[] CLOSE_EMPTY = bytes("[]\n");
  private static final byte[] BLANK = bytes("\n");

  private final Events.Sink to;
  private final SseBuffer events = new SseBuffer(AnswerRoom.taken());
  private boolean begun;

  /** An array of nothing yet, which is put there. */
  EventArray(Events.Sink to) {
    this.to = to;
  }

  /** Takes a part of the stream. */
  void write(byte[] bytes, int from, int to) {
    try (var in = new ByteArrayInputStream(bytes, from, to - from)) {
      while (events.fill(in)) {
        while (events.next()) {
          element();
        }
      }
    } catch (IOException e) {
      throw new IllegalStateException("an event is too long for an array", e);
    }
  }

  /** Ends the array. */
  void end() {
    while (events.rest()) {
      element();
    }
    put(begun ? CLOSE : CLOSE_EMPTY);
  }

  private void element() {
    if (events.dataFrom() == events.dataTo()) {
      put(BLANK);
      return;
    }
    put(begun ? SEPARATOR : OPEN);
    begun = true;
    to.write(events.data(), events.dataFrom(), events.dataTo());
  }

  private void put(byte[] bytes) {
    to.write(bytes, 0, bytes.length);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
