package io.nexus.bench.load;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * Reads HTTP/1.1 messages, one after the other, off a connection. It understands what the load
 * harness's peers send: a start line, {@code Content-Length}, {@code Transfer-Encoding: chunked},
 * {@code Connection: close}; other header fields are skipped. For one thread.
 */
final class MessageReader {
  private static final int BUFFER_BYTES = 32 * 1024;
  private static final int HEX = 16;
  private static final String CONTENT_LENGTH = "content-length:";
  private static final String CHUNKED = "transfer-encoding: chunked";
  private static final String CLOSE = "connection: close";

  private final InputStream in;
  private final byte[] buffer = new byte[BUFFER_BYTES];
  private int position;
  private int limit;
  private long readAtNanos;

  private String startLine = "";
  private long contentLength;
  private boolean chunked;
  private boolean close;

  MessageReader(InputStream in) {
    this.in = in;
  }

  /**
   * Reads up to the blank line.
   *
   * @return false if the peer closed the connection before a first byte
   * @throws IOException if the connection breaks or what comes is no HTTP
   */
  boolean readHead() throws IOException {
    if (position == limit && !fill()) {
      return false;
    }
    startLine = readLine();
    contentLength = -1;
    chunked = false;
    close = false;
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

  /** The first line of the message. */
  String startLine() {
    return startLine;
  }

  /** Whether the peer will close the connection after this message. */
  boolean isLast() {
    return close;
  }

  /**
   * The status of a response.
   *
   * @throws IOException if the start line is none of a response
   */
  int status() throws IOException {
    var parts = startLine.split(" ", 3);
    if (parts.length < 2 || !parts[0].startsWith("HTTP/1.") || parts[1].length() != 3) {
      throw new IOException("not an HTTP response: " + startLine);
    }
    return Integer.parseInt(parts[1]);
  }

  /**
   * Reads the body to its end. A message that states neither a length nor chunks has a body only if
   * it is the last of its connection.
   *
   * @throws IOException if the connection breaks before
   */
  void readBody(BodySink sink) throws IOException {
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
      throw new IOException("a line is longer than " + buffer.length + " bytes");
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
