package io.nexus.server.dialect;

import io.nexus.control.spi.BackendReply;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.util.Arrays;
import java.util.Locale;
import java.util.zip.GZIPInputStream;
import java.util.zip.Inflater;
import java.util.zip.InflaterInputStream;
import org.jspecify.annotations.Nullable;

/**
 * The body of an answer: decompressed if it is gzip or zlib, although not requested, and recognised
 * as an event stream by its first bytes, whatever its content type. For one thread.
 */
public final class AnswerBody extends InputStream {

  private static final String EVENTS = "text/event-stream";
  private static final int HEAD_BYTES = 64;
  private static final int INFLATER_BYTES = 4096;

  /**
   * The first byte of zlib with the usual window. One possible second byte could be text and is
   * excluded.
   */
  private static final byte ZLIB = 0x78;

  private static final String[] FIELDS = {"data:", "event:", "id:", "retry:", ":"};

  private final BackendReply reply;
  private final InputStream raw;
  private final String contentType;
  private final byte[] head = new byte[HEAD_BYTES];
  private InputStream in;
  private boolean isInflated;
  private int headFrom;
  private int headTo;
  private @Nullable Start start;
  private @Nullable IOException failure;

  /** Wraps an unread reply. */
  public AnswerBody(BackendReply reply) {
    this.reply = reply;
    this.raw = reply.body();
    this.in = raw;
    this.contentType = reply.contentType().toLowerCase(Locale.ROOT);
  }

  /** Its transferred length in bytes; -1 if not known. */
  public long sentLength() {
    return reply.contentLength();
  }

  /** Whether its content type is an event stream. */
  public boolean isNamedStream() {
    return contentType.startsWith(EVENTS);
  }

  /**
   * Whether it is a stream of events, or of JSON lines, rather than one document. Waits for its
   * beginning if the content type does not say so; if that fails, later reads fail too.
   */
  public boolean isEventStream() {
    if (isNamedStream()) {
      return true;
    }
    var beginning = begun();
    return beginning == Start.EVENTS
        || (beginning == Start.JSON
            && (contentType.contains("ndjson") || contentType.contains("jsonl")));
  }

  @Override
  public int read() throws IOException {
    var one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
  }

  @Override
  public int read(byte[] to, int from, int length) throws IOException {
    begun();
    if (headFrom < headTo) {
      int count = Math.min(length, headTo - headFrom);
      System.arraycopy(head, headFrom, to, from, count);
      headFrom += count;
      return count;
    }
    if (failure != null) {
      throw failure;
    }
    int count = in.read(to, from, length);
    if (count < 0 && isInflated) {
      var _ = raw.read(); // The connection is kept only if the body is read to its end.
    }
    return count;
  }

  private enum Start {
    OPEN,
    EVENTS,
    JSON,
    GZIP,
    ZLIB,
    OTHER
  }

  private Start begun() {
    var known = start;
    if (known == null) {
      try {
        known = begin();
        if (known == Start.GZIP || known == Start.ZLIB) {
          inflate(known);
          known = begin();
        }
      } catch (IOException e) {
        failure = e;
        known = Start.OTHER;
      } catch (RuntimeException e) {
        failure = new IOException("the client of the backend failed", e);
        known = Start.OTHER;
      }
      start = known;
    }
    return known;
  }

  /** Reads until the kind of body is known. */
  private Start begin() throws IOException {
    headFrom = 0;
    headTo = 0;
    while (headTo < head.length) {
      int count = in.read(head, headTo, head.length - headTo);
      if (count < 0) {
        break;
      }
      headTo += count;
      var seen = seen();
      if (seen != Start.OPEN) {
        return seen;
      }
    }
    return Start.OTHER;
  }

  private Start seen() {
    if (head[0] == 0x1F) {
      if (headTo == 1) {
        return Start.OPEN;
      }
      return head[1] == (byte) 0x8B ? Start.GZIP : Start.OTHER;
    }
    if (head[0] == ZLIB) {
      if (headTo == 1) {
        return Start.OPEN;
      }
      boolean isNext = head[1] == 0x01 || head[1] == (byte) 0x9C || head[1] == (byte) 0xDA;
      return isNext ? Start.ZLIB : Start.OTHER;
    }
    int at = Json.afterMark(head, 0, headTo);
    if (at == 0 && head[0] == (byte) 0xEF && headTo < 3) {
      return Start.OPEN;
    }
    while (at < headTo && head[at] <= ' ' && head[at] >= 0) {
      at++;
    }
    if (at == headTo) {
      return Start.OPEN;
    }
    if (head[at] == '{' || head[at] == '[') {
      return Start.JSON;
    }
    return field(at);
  }

  private Start field(int at) {
    boolean open = false;
    for (var field : FIELDS) {
      int same = 0;
      while (same < field.length()
          && at + same < headTo
          && Character.toLowerCase((char) head[at + same]) == field.charAt(same)) {
        same++;
      }
      if (same == field.length()) {
        return Start.EVENTS;
      }
      open |= at + same == headTo;
    }
    return open ? Start.OPEN : Start.OTHER;
  }

  private void inflate(Start how) throws IOException {
    var beginning = new ByteArrayInputStream(Arrays.copyOf(head, headTo));
    headTo = 0;
    isInflated = true;
    var packed = new SequenceInputStream(beginning, raw);
    in =
        how == Start.GZIP
            ? new GZIPInputStream(packed, INFLATER_BYTES)
            : new InflaterInputStream(packed, new Inflater(), INFLATER_BYTES);
  }
}
