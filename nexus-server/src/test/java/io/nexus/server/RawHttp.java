package io.nexus.server;

import io.nexus.server.mock.Wire;
import io.nexus.server.mock.Wire.Header;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * One HTTP/1.1 connection on a bare socket: it sends exactly the bytes that it is told to and shows
 * exactly those that came. Kept alive between requests; a read that waits over 20 seconds fails.
 *
 * <p>Headers are given as whole lines, {@code "Name: value"}. For one thread at a time.
 */
final class RawHttp implements AutoCloseable {

  private static final int READ_TIMEOUT_MILLIS = 20_000;

  private final Socket socket;
  private final InputStream in;
  private InputStream body = InputStream.nullInputStream();

  /** The status line and the headers. */
  record Head(int status, List<Header> headers) {
    Optional<String> header(String name) {
      return Wire.value(headers, name);
    }
  }

  /** A whole answer; the body without its transfer coding. */
  @SuppressWarnings("ArrayRecordComponent") // Answers are not compared as wholes.
  record Answer(Head head, byte[] body) {
    int status() {
      return head.status();
    }

    Optional<String> header(String name) {
      return head.header(name);
    }

    String text() {
      return new String(body, StandardCharsets.UTF_8);
    }
  }

  /**
   * One server-sent event.
   *
   * @param text its lines as they came, without the empty line that ends it
   * @param arrivedNanos {@link System#nanoTime} when its end was read
   */
  record Event(String text, long arrivedNanos) {

    /** The text after {@code data: }; empty for a comment. */
    String data() {
      return text.startsWith("data: ") ? text.substring("data: ".length()).stripTrailing() : "";
    }
  }

  private RawHttp(Socket socket) throws IOException {
    this.socket = socket;
    this.in = new BufferedInputStream(socket.getInputStream());
  }

  static RawHttp connect(int port) throws IOException {
    return over(new Socket(InetAddress.getLoopbackAddress(), port));
  }

  /** On a socket that is connected. */
  static RawHttp over(Socket socket) throws IOException {
    socket.setTcpNoDelay(true);
    socket.setSoTimeout(READ_TIMEOUT_MILLIS);
    return new RawHttp(socket);
  }

  /** Sets the timeout of a read. */
  RawHttp patient(Duration patience) throws IOException {
    socket.setSoTimeout(Math.toIntExact(patience.toMillis()));
    return this;
  }

  /** Sends bytes as they are. */
  void send(byte[] bytes) throws IOException {
    socket.getOutputStream().write(bytes);
  }

  void send(String text) throws IOException {
    send(Wire.bytes(text));
  }

  /** Sends a request with a {@code Content-Length} body, unless a header line says otherwise. */
  void request(String method, String path, String content, String... headerLines)
      throws IOException {
    byte[] bytes = Wire.bytes(content);
    StringBuilder head = new StringBuilder(method).append(' ').append(path).append(" HTTP/1.1\r\n");
    head.append("Host: 127.0.0.1:").append(socket.getPort()).append("\r\n");
    for (String line : headerLines) {
      head.append(line).append("\r\n");
    }
    if (bytes.length > 0 && !head.toString().contains("Content-Type")) {
      head.append("Content-Type: application/json\r\n");
    }
    head.append("Content-Length: ").append(bytes.length).append("\r\n\r\n");
    ByteArrayOutputStream message = new ByteArrayOutputStream();
    message.writeBytes(Wire.bytes(head.toString()));
    message.writeBytes(bytes);
    send(message.toByteArray());
  }

  Answer get(String path, String... headerLines) throws IOException {
    request("GET", path, "", headerLines);
    return read();
  }

  Answer post(String path, String content, String... headerLines) throws IOException {
    request("POST", path, content, headerLines);
    return read();
  }

  /** Posts and reads the head only: the body comes by {@link #event} or {@link #body}. */
  Head open(String path, String content, String... headerLines) throws IOException {
    request("POST", path, content, headerLines);
    return head();
  }

  /** Reads a whole answer. */
  Answer read() throws IOException {
    return new Answer(head(), body());
  }

  /** Reads a status line and headers. */
  Head head() throws IOException {
    String line = Wire.line(in).orElseThrow(() -> new EOFException("closed without an answer"));
    String[] parts = line.split(" ", 3);
    if (parts.length < 2 || !parts[0].equals("HTTP/1.1")) {
      throw new IOException("no status line: " + line);
    }
    int status = Integer.parseInt(parts[1]);
    List<Header> headers = Wire.headers(in);
    boolean empty = status < 200 || status == 204 || status == 304;
    body = empty ? InputStream.nullInputStream() : Wire.body(in, headers, -1);
    return new Head(status, headers);
  }

  /** Reads what is left of the body. */
  byte[] body() throws IOException {
    return body.readAllBytes();
  }

  /**
   * Reads the next event; empty at the body's end. A body that ends inside an event gives what
   * there is of it.
   *
   * @throws IOException the peer broke off
   */
  Optional<Event> event() throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    int before = '\n';
    int last = '\n';
    for (int c = body.read(); c >= 0; c = body.read()) {
      boolean crlf = last == '\r' && before == '\n';
      if (c == '\n' && (last == '\n' || crlf) && bytes.size() > 1) {
        return Optional.of(event(bytes, crlf ? 2 : 1));
      }
      bytes.write(c);
      before = last;
      last = c;
    }
    return bytes.size() == 0 ? Optional.empty() : Optional.of(event(bytes, 0));
  }

  private static Event event(ByteArrayOutputStream bytes, int cut) {
    String text = bytes.toString(StandardCharsets.UTF_8);
    return new Event(text.substring(0, text.length() - cut), System.nanoTime());
  }

  /** Reads all events to the body's end. */
  List<Event> events() throws IOException {
    List<Event> events = new ArrayList<>();
    for (Optional<Event> event = event(); event.isPresent(); event = event()) {
      events.add(event.get());
    }
    return events;
  }

  /** Reads on until the peer closes or resets the connection; how many bytes came. */
  long drain() throws IOException {
    long bytes = 0;
    byte[] some = new byte[1 << 16];
    try {
      for (int read = in.read(some); read >= 0; read = in.read(some)) {
        bytes += read;
      }
    } catch (SocketException e) {
      // A reset is an end, too; a read that waits too long is none.
      return bytes;
    }
    return bytes;
  }

  /** Whether the peer closed its side, after all that was asked for has been read. */
  boolean ended() throws IOException {
    return in.read() < 0;
  }

  /** Closes by RST: what a client does that is killed. */
  void reset() throws IOException {
    socket.setSoLinger(true, 0);
    socket.close();
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
