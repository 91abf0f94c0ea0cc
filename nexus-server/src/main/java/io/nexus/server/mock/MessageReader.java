package io.nexus.server.mock;

import io.nexus.server.mock.Wire.Header;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * Reads HTTP/1.1 messages, one after the other, off a connection. It understands what gateways and
 * their clients send: a start line, {@code Content-Length}, {@code Transfer-Encoding: chunked},
 * {@code Connection: close}; other header fields are skipped, unless they are to be kept. For one
 * thread.
 */
public final class MessageReader {
  private static final int BUFFER_BYTES = 32 * 1024;
  private static final int LONGEST_LINE_BYTES = 1 << 20;
  private static final int HEX = 16;
  private static final String CONTENT_LENGTH = "content-length:";
  private static final String CHUNKED = "transfer-encoding: chunked";
  private static final String CLOSE = "connection: close";

  private final InputStream in;
  private final boolean keepsHeaders;
  private byte[] buffer = new byte[BUFFER_BYTES];
  private int position;
  private int limit;
  private long readAtNanos;

  private final List<Header> headers = new ArrayList<>();
  private String startLine = "";
  private long contentLength;
  private boolean chunked;
  private boolean close;

  private MessageReader(InputStream in, boolean keepsHeaders) {
    this.in = in;
    this.keepsHeaders = keepsHeaders;
  }

  /** A reader that parses only the necessary header fields. */
  public static MessageReader of(InputStream in) {
    return new MessageReader(in, false);
  }

  /** A reader that keeps all header fields of the last message. */
  public static MessageReader keepingHeaders(InputStream in) {
    return new MessageReader(in, true);
  }

  /**
   * Reads up to the blank line.
   *
   * @return false if the peer closed the connection before a first byte
   * @throws IOException if the connection breaks or the input is not HTTP
   */
  public boolean readHead() throws IOException {
    if (position == limit && !fill()) {
      return false;
    }
    startLine = readLine();
    contentLength = -1;
    chunked = false;
    close = false;
    headers.clear();
    while (true) {
      int start = skipLine();
      int length = position - start - 2;
      if (length == 0) {
        return true;
      }
      header(start, length);
    }
  }

  private void header(int start, int length) throws IOException {
    if (keepsHeaders) {
      keep(start, length);
    }
    int first = buffer[start] | 0x20;
    if (first != 'c' && first != 't') {
      return;
    }
    var field =
        new String(buffer, start, length, StandardCharsets.ISO_8859_1).toLowerCase(Locale.ROOT);
    if (field.startsWith(CONTENT_LENGTH)) {
      try {
        contentLength = Long.parseLong(field.substring(CONTENT_LENGTH.length()).strip());
      } catch (NumberFormatException e) {
        throw new IOException("not a content length: " + field, e);
      }
    } else if (field.equals(CHUNKED)) {
      chunked = true;
    } else if (field.equals(CLOSE)) {
      close = true;
    }
  }

  private void keep(int start, int length) throws IOException {
    var line = new String(buffer, start, length, StandardCharsets.ISO_8859_1);
    int colon = line.indexOf(':');
    if (colon < 1) {
      throw new IOException("no header line: " + line);
    }
    headers.add(new Header(line.substring(0, colon), line.substring(colon + 1).strip()));
  }

  /** The header fields of the message, if they are kept, in their order and spelling. */
  public List<Header> headers() {
    return List.copyOf(headers);
  }

  /** The first line of the message. */
  public String startLine() {
    return startLine;
  }

  /** Whether the peer will close the connection after this message. */
  public boolean isLast() {
    return close;
  }

  /**
   * The status of a response.
   *
   * @throws IOException if the start line is none of a response
   */
  public int status() throws IOException {
    var parts = startLine.split(" ", 3);
    if (parts.length < 2 || !parts[0].startsWith("HTTP/1.") || parts[1].length() != 3) {
      throw new IOException("not an HTTP response: " + startLine);
    }
    return Integer.parseInt(parts[1]);
  }

  /**
   * The whole body, as {@link #readBody(BodySink)} reads it.
   *
   * @throws IOException if the connection breaks before its end
   */
  public byte[] readBody() throws IOException {
    var body = new ByteArrayOutputStream();
    readBody((bytes, offset, length, _) -> body.write(bytes, offset, length));
    return body.toByteArray();
  }

  /**
   * Reads the body to its end. A message that states neither a length nor chunks has a body only if
   * it is the last of its connection.
   *
   * @throws IOException if the connection breaks before
   */
  public void readBody(BodySink sink) throws IOException {
    if (chunked) {
      readChunks(sink);
    } else if (contentLength >= 0) {
      pass(contentLength, sink);
    } else if (close && startLine.startsWith("HTTP/")) {
      while (position < limit || fill()) {
        sink.accept(buffer, position, limit - position, readAtNanos);
        position = limit;
      }
    }
  }

  private void readChunks(BodySink sink) throws IOException {
    while (true) {
      var size = readLine();
      int extension = size.indexOf(';');
      long length;
      try {
        length = Long.parseLong((extension < 0 ? size : size.substring(0, extension)).strip(), HEX);
      } catch (NumberFormatException e) {
        throw new IOException("not a chunk size: " + size, e);
      }
      if (length == 0) {
        while (!readLine().isEmpty()) {
          // A trailer field.
        }
        return;
      }
      pass(length, sink);
      if (!readLine().isEmpty()) {
        throw new IOException("a chunk is longer than it says");
      }
    }
  }

  private void pass(long length, BodySink sink) throws IOException {
    long left = length;
    while (left > 0) {
      if (position == limit && !fill()) {
        throw new EOFException("the peer closed the connection within a body");
      }
      int now = (int) Math.min(left, limit - position);
      sink.accept(buffer, position, now, readAtNanos);
      position += now;
      left -= now;
    }
  }

  private String readLine() throws IOException {
    int start = skipLine();
    return new String(buffer, start, position - start - 2, StandardCharsets.ISO_8859_1);
  }

  /** Moves past the next CR LF and returns where the line began. */
  private int skipLine() throws IOException {
    int scanned = position;
    while (true) {
      for (; scanned < limit; scanned++) {
        if (buffer[scanned] == '\n' && scanned > position && buffer[scanned - 1] == '\r') {
          int start = position;
          position = scanned + 1;
          return start;
        }
      }
      int seen = scanned - position;
      if (!fill()) {
        throw new EOFException("the peer closed the connection within a message");
      }
      scanned = position + seen;
    }
  }

  /** Reads more; false at the end of the stream. */
  private boolean fill() throws IOException {
    if (position > 0) {
      System.arraycopy(buffer, position, buffer, 0, limit - position);
      limit -= position;
      position = 0;
    }
    if (limit == buffer.length) {
      if (limit >= LONGEST_LINE_BYTES) {
        throw new IOException("a line is longer than " + limit + " bytes");
      }
      buffer = Arrays.copyOf(buffer, 2 * limit);
    }
    int count = in.read(buffer, limit, buffer.length - limit);
    readAtNanos = System.nanoTime();
    if (count < 0) {
      return false;
    }
    limit += count;
    return true;
  }
}
