package io.nexus.server.dialect;

import com.fasterxml.jackson.core.io.JsonEOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;

/**
 * Splits a stream of server-sent events into events, byte for byte. It has one current event, whose
 * positions refer to {@link #bytes} until the next fill.
 *
 * <p>Lines end in CR, LF or both, as the standard says, and the data of several lines is joined.
 * Deviations from the standard are tolerated: two {@code data} lines with a JSON document each and
 * no empty line between them are two events; and a line that begins with a brace is data without a
 * field name, as in a stream of JSON lines.
 *
 * <p>The cuts do not depend on how the bytes arrive. Not for concurrent use.
 *
 * @see <a href="https://html.spec.whatwg.org/multipage/server-sent-events.html">Server-sent
 *     events</a>
 */
public final class SseBuffer {

  private static final int INITIAL_BYTES = 1024;

  private final AnswerRoom room;
  private byte[] bytes = new byte[INITIAL_BYTES];
  private int start;
  private int end;
  private int scanned;
  private int line;
  private boolean atBeginning = true;
  private boolean lineEndedInCr;
  private boolean hasLines;
  private boolean taken;
  private int eventFrom;
  private final SseData data = new SseData();

  /**
   * An empty buffer.
   *
   * @param room bounds the heap of an event, which is kept whole
   */
  public SseBuffer(AnswerRoom room) {
    this.room = room;
  }

  /**
   * Waits for more bytes.
   *
   * @return whether there were more; if not, an unterminated rest is an event
   * @throws AnswerTooLongException if an event has not ended and there is no room for more of it
   */
  public boolean fill(InputStream in) throws IOException {
    if (start > 0) {
      System.arraycopy(bytes, start, bytes, 0, end - start);
      end -= start;
      scanned -= start;
      line -= start;
      start = 0;
    }
    if (end == bytes.length) {
      room.note(end + 1L);
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
   * Moves to the next event that an empty line ends.
   *
   * @return whether there was one
   */
  public boolean next() {
    beginEvent();
    int i = scanned;
    while (i < end) {
      byte b = bytes[i];
      if (b != '\n' && b != '\r') {
        i++;
        continue;
      }
      int next = i + 1;
      if (b == '\r') {
        boolean endsEvent = i == line && lineEndedInCr;
        if (!endsEvent && next == end) {
          break; // It is not known yet whether a line feed follows.
        }
        if (!endsEvent && bytes[next] == '\n') {
          next++;
        }
      }
      if (i > line && isBegunByLineTo(i)) {
        take(line);
        return true;
      }
      boolean isEnd = i == line && hasLines;
      lineEndedInCr = b == '\r' && next == i + 1;
      line = next;
      i = next;
      if (isEnd) {
        take(next);
        return true;
      }
    }
    scanned = i;
    return false;
  }

  /**
   * Moves to the rest after the end of the stream; call until it returns false.
   *
   * @return whether anything was
   */
  public boolean rest() {
    beginEvent();
    int to = end > line && bytes[end - 1] == '\r' ? end - 1 : end;
    if (line < to && isBegunByLineTo(to)) {
      take(line);
      return true;
    }
    line = end;
    take(end);
    return end > eventFrom;
  }

  /** Whether an event has begun to arrive. */
  public boolean hasBegun() {
    return end > start;
  }

  /** The bytes that contain the event. */
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

  /** The bytes of the event's {@code data}: the original bytes, or its lines joined. */
  public byte[] data() {
    return data.bytes(bytes, eventFrom);
  }

  /** The first byte of the data in {@link #data}. */
  public int dataFrom() {
    return data.from(eventFrom);
  }

  /** The byte after its last: {@link #dataFrom} if there is none. */
  public int dataTo() {
    return data.to(eventFrom);
  }

  /** Converts a position in {@link #data} to one in {@link #bytes}. */
  public int place(int inData) {
    return data.place(inData, eventFrom);
  }

  /** Whether the event's data is not a JSON document that was broken off. */
  public boolean isWhole() {
    if (dataFrom() == dataTo() || data()[dataFrom()] != '{') {
      return true;
    }
    try (var json = Json.parser(data(), dataFrom(), dataTo())) {
      json.nextToken();
      json.skipChildren();
      return true;
    } catch (JsonEOFException e) {
      return false;
    } catch (IOException e) {
      return true;
    }
  }

  /** Whether the event is of the type {@code error}. */
  public boolean isError() {
    return data.isError();
  }

  private void beginEvent() {
    if (taken) {
      taken = false;
      data.clear();
    }
  }

  private void take(int to) {
    eventFrom = start;
    start = to;
    scanned = to;
    hasLines = false;
    taken = true;
  }

  /** Adds a non-empty line to the event, unless it begins another one. */
  private boolean isBegunByLineTo(int to) {
    int from = line;
    if (atBeginning) {
      from = Json.afterMark(bytes, line, to);
      atBeginning = false;
    }
    if (!data.isContinuedBy(bytes, start, from, to)) {
      return true;
    }
    hasLines = true;
    return false;
  }
}
