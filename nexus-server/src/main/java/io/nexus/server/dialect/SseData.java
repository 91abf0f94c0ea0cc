package io.nexus.server.dialect;

import java.util.Arrays;

/**
 * The data of one server-sent event: its positions relative to the event's first byte, and whether
 * it is an error. Reused for each event; not for concurrent use.
 */
final class SseData {

  private static final int LARGE_BYTES = 64 * 1024;
  private static final byte[] NONE = {};

  /** The bit that tells a letter from its capital. */
  private static final int ASCII_CASE = 0x20;

  /** From and to of each line's data. */
  private int[] places = new int[2];

  private int lines;
  private boolean error;

  private byte[] joined = NONE;
  private int joinedLength = -1;

  // How far the data's brackets have been matched, which is done from the second line on.
  private int matchedLines;
  private int depth;
  private boolean inString;
  private boolean escaped;
  private boolean isJson;

  void clear() {
    lines = 0;
    error = false;
    joinedLength = -1;
    matchedLines = 0;
    depth = 0;
    inString = false;
    escaped = false;
    isJson = false;
    if (joined.length > LARGE_BYTES) {
      joined = NONE;
    }
  }

  boolean isError() {
    return error;
  }

  /**
   * Adds a line to an event.
   *
   * @param event where the event begins
   * @param from where the line begins
   * @param to the byte after it, without its end
   * @return false, with nothing taken, if the line is the data of another event
   */
  boolean isContinuedBy(byte[] bytes, int event, int from, int to) {
    if (from == to) {
      return true;
    }
    boolean named = isField(bytes, from, to, "data");
    boolean unnamed = !named && (bytes[from] == '{' || isRestOfJson(bytes, event, from, to));
    if (!named && !unnamed) {
      error |= isField(bytes, from, to, "event") && saysError(bytes, from, to);
      return true;
    }
    int data = from;
    if (named) {
      data = Math.min(to, from + 5);
      data += data < to && bytes[data] == ' ' ? 1 : 0;
    }
    if (lines > 0 && !isOpen(bytes, event) && (isJson || isBracket(bytes, data, to))) {
      return false;
    }
    add(data - event, to - event);
    return true;
  }

  /** Whether a line without a known field continues JSON whose brackets are open. */
  private boolean isRestOfJson(byte[] bytes, int event, int from, int to) {
    boolean isKnown =
        bytes[from] == ':'
            || isField(bytes, from, to, "event")
            || isField(bytes, from, to, "id")
            || isField(bytes, from, to, "retry");
    return lines > 0 && !isKnown && isOpen(bytes, event);
  }

  /** The bytes in which the data stands as one. */
  byte[] bytes(byte[] bytes, int event) {
    if (lines < 2) {
      return bytes;
    }
    if (joinedLength < 0) {
      join(bytes, event);
    }
    return joined;
  }

  /** The first of these bytes. */
  int from(int event) {
    return lines == 1 ? event + places[0] : 0;
  }

  /** The byte after the last of them. */
  int to(int event) {
    if (lines < 2) {
      return lines == 0 ? 0 : event + places[1];
    }
    int length = lines - 1;
    for (int i = 0; i < lines; i++) {
      length += places[2 * i + 1] - places[2 * i];
    }
    return length;
  }

  /** The original position of one of these bytes. */
  int place(int inData, int event) {
    if (lines < 2) {
      return inData;
    }
    int before = inData;
    for (int i = 0; i < lines; i++) {
      int length = places[2 * i + 1] - places[2 * i];
      if (before <= length) {
        return event + places[2 * i] + before;
      }
      before -= length + 1;
    }
    throw new IndexOutOfBoundsException(inData);
  }

  private void add(int from, int to) {
    if (2 * lines == places.length) {
      places = Arrays.copyOf(places, 2 * places.length);
    }
    places[2 * lines] = from;
    places[2 * lines + 1] = to;
    lines++;
  }

  private void join(byte[] bytes, int event) {
    int length = to(event);
    if (joined.length < length) {
      joined = new byte[length];
    }
    int at = 0;
    for (int i = 0; i < lines; i++) {
      if (i > 0) {
        joined[at++] = '\n';
      }
      int from = places[2 * i];
      int count = places[2 * i + 1] - from;
      System.arraycopy(bytes, event + from, joined, at, count);
      at += count;
    }
    joinedLength = length;
  }

  /** Whether brackets are open in the data so far, so that the next line belongs to it. */
  private boolean isOpen(byte[] bytes, int event) {
    for (; matchedLines < lines; matchedLines++) {
      match(bytes, event + places[2 * matchedLines], event + places[2 * matchedLines + 1]);
    }
    return depth > 0;
  }

  private void match(byte[] bytes, int from, int to) {
    for (int i = from; i < to; i++) {
      byte b = bytes[i];
      if (inString) {
        inString = escaped || b != '"';
        escaped = !escaped && b == '\\';
      } else if (b == '{' || b == '[') {
        depth++;
        isJson = true;
      } else if (b == '}' || b == ']') {
        depth = Math.max(0, depth - 1);
      } else {
        inString = b == '"' && depth > 0;
      }
    }
  }

  private static boolean isBracket(byte[] bytes, int from, int to) {
    return from < to && (bytes[from] == '{' || bytes[from] == '[');
  }

  /**
   * Whether a line is that field, with or without a colon. The standard tells capitals from other
   * letters; a provider that does not bills what it sends nevertheless.
   */
  private static boolean isField(byte[] bytes, int from, int to, String name) {
    int length = name.length();
    if (to - from < length || (to - from > length && bytes[from + length] != ':')) {
      return false;
    }
    for (int i = 0; i < length; i++) {
      if ((bytes[from + i] | ASCII_CASE) != name.charAt(i)) {
        return false;
      }
    }
    return true;
  }

  private static boolean saysError(byte[] bytes, int from, int to) {
    var value = "error";
    int at = from + "event:".length();
    at += at < to && bytes[at] == ' ' ? 1 : 0;
    if (to - at != value.length()) {
      return false;
    }
    for (int i = 0; i < value.length(); i++) {
      if (bytes[at + i] != value.charAt(i)) {
        return false;
      }
    }
    return true;
  }
}
