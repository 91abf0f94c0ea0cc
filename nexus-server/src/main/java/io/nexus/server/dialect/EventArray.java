package io.nexus.server.dialect;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/**
 * Converts server-sent events to one JSON array of their data, event by event, for clients that
 * expect this form. The data stays unchanged, byte for byte; an event without data becomes a space,
 * which is still a sign of life. Not for concurrent use.
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

  /** Starts an array that is written to the sink. */
  EventArray(Events.Sink to) {
    this.to = to;
  }

  /** Converts a part of the stream. */
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
