package io.nexus.server.mock;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** HTTP/1.1's framing, spelt out: independent of any HTTP library. */
public final class Wire {

  private static final byte[] LINE_END = {'\r', '\n'};

  private Wire() {}

  /** One header line. */
  public record Header(String name, String value) {}

  public static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  public static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.UTF_8);
  }

  /** A line without its end; empty when the peer closed before its first byte. */
  public static Optional<String> line(InputStream in) throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    int c = in.read();
    if (c < 0) {
      return Optional.empty();
    }
    for (; c != '\n'; c = in.read()) {
      if (c < 0) {
        throw new EOFException("closed in the middle of a line");
      }
      line.write(c);
    }
    String text = line.toString(StandardCharsets.ISO_8859_1);
    return Optional.of(text.endsWith("\r") ? text.substring(0, text.length() - 1) : text);
  }

  /** The header lines, to the empty one that ends them. */
  public static List<Header> headers(InputStream in) throws IOException {
    List<Header> headers = new ArrayList<>();
    while (true) {
      String line = line(in).orElseThrow(() -> new EOFException("closed among the headers"));
      if (line.isEmpty()) {
        return List.copyOf(headers);
      }
      int colon = line.indexOf(':');
      if (colon < 1) {
        throw new IOException("no header line: " + line);
      }
      headers.add(new Header(line.substring(0, colon), line.substring(colon + 1).strip()));
    }
  }

  /** The first header of that name, in any case. */
  public static Optional<String> value(List<Header> headers, String name) {
    return headers.stream()
        .filter(header -> header.name().equalsIgnoreCase(name))
        .map(Header::value)
        .findFirst();
  }

  /** One chunk of the chunked coding; an empty payload is its end. */
  public static byte[] chunk(byte[] payload) {
    ByteArrayOutputStream chunk = new ByteArrayOutputStream();
    chunk.writeBytes(bytes(Integer.toHexString(payload.length)));
    chunk.writeBytes(LINE_END);
    chunk.writeBytes(payload);
    chunk.writeBytes(LINE_END);
    return chunk.toByteArray();
  }

  /**
   * The body that those headers announce. It ends where the body ends and leaves what follows; a
   * peer that closes earlier makes it throw {@link EOFException}.
   *
   * @param otherwise how long it is when the headers do not say: 0 for a request, -1 for an answer,
   *     which then lasts until the peer closes
   */
  public static InputStream body(InputStream in, List<Header> headers, long otherwise) {
    if (value(headers, "Transfer-Encoding").filter("chunked"::equalsIgnoreCase).isPresent()) {
      return new Body(in, 0, true);
    }
    long length = value(headers, "Content-Length").map(Long::parseLong).orElse(otherwise);
    return length < 0 ? in : new Body(in, length, false);
  }

  private static final class Body extends InputStream {
    private final InputStream in;
    private final boolean chunked;
    private long left;
    private boolean first = true;
    private boolean ended;

    Body(InputStream in, long length, boolean chunked) {
      this.in = in;
      this.left = length;
      this.chunked = chunked;
    }

    @Override
    public int read() throws IOException {
      if (left == 0 && chunked && !ended) {
        nextChunk();
      }
      if (left == 0) {
        return -1;
      }
      int c = in.read();
      if (c < 0) {
        throw new EOFException("closed with " + left + " bytes to come");
      }
      left--;
      return c;
    }

    /** Returns available bytes without waiting for a full buffer, for readers of events. */
    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
      int c = length == 0 ? -1 : read();
      if (c < 0) {
        return length == 0 ? 0 : -1;
      }
      target[offset] = (byte) c;
      return 1;
    }

    private void nextChunk() throws IOException {
      if (!first) {
        line(in);
      }
      first = false;
      String size = line(in).orElseThrow(() -> new EOFException("closed between two chunks"));
      left = Long.parseLong(size.split(";", 2)[0].strip(), 16);
      if (left == 0) {
        ended = true;
        headers(in);
      }
    }
  }
}
