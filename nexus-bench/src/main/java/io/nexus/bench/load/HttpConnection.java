package io.nexus.bench.load;

import io.nexus.server.mock.BodySink;
import io.nexus.server.mock.MessageReader;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/**
 * A keep-alive HTTP/1.1 connection of a generator. For one thread.
 *
 * <p>One thread checks all connections and cuts overdue answers; a socket timeout would turn each
 * read into three system calls.
 */
final class HttpConnection implements AutoCloseable {
  private static final long LOADED_AT = System.nanoTime();
  private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(100);
  private static final long NOTHING_DUE = Long.MAX_VALUE;
  private static final Set<HttpConnection> OPEN = ConcurrentHashMap.newKeySet();

  static {
    Thread.ofPlatform().daemon().name("overdue").start(HttpConnection::cutOverdue);
  }

  private final Socket socket;
  private final long timeoutNanos;
  private final MessageReader reader;
  private final OutputStream out;

  /** In {@link #now}. */
  private volatile long answerDue = NOTHING_DUE;

  private HttpConnection(Socket socket, Duration timeout) throws IOException {
    this.socket = socket;
    this.timeoutNanos = timeout.toNanos();
    this.reader = MessageReader.of(socket.getInputStream());
    this.out = socket.getOutputStream();
  }

  /**
   * Connects to a port of this machine.
   *
   * @param timeout for the connect, and for each whole answer
   * @throws IOException if nothing listens there
   */
  static HttpConnection open(int port, Duration timeout) throws IOException {
    var socket = new Socket();
    try {
      int millis = Math.toIntExact(timeout.toMillis());
      socket.setTcpNoDelay(true);
      socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), millis);
      var connection = new HttpConnection(socket, timeout);
      OPEN.add(connection);
      return connection;
    } catch (IOException e) {
      socket.close();
      throw e;
    }
  }

  /**
   * Sends a request and reads the whole answer.
   *
   * @param body takes the answer's body
   * @return the status
   * @throws IOException if the connection breaks or the answer is overdue; the connection is then
   *     unusable
   */
  int exchange(byte[] request, BodySink body) throws IOException {
    answerDue = now() + timeoutNanos;
    try {
      out.write(request);
      if (!reader.readHead()) {
        throw new EOFException("the peer closed the connection instead of answering");
      }
      int status = reader.status();
      reader.readBody(body);
      return status;
    } finally {
      answerDue = NOTHING_DUE;
    }
  }

  /** Whether the last answer announced that the peer closes the connection. */
  boolean isSpent() {
    return reader.isLast();
  }

  @Override
  public void close() throws IOException {
    OPEN.remove(this);
    socket.close();
  }

  private static void cutOverdue() {
    while (true) {
      Ticker.SYSTEM.sleepUntil(System.nanoTime() + LOOK_NANOS);
      long now = now();
      OPEN.stream().filter(connection -> connection.answerDue < now).forEach(HttpConnection::cut);
    }
  }

  private void cut() {
    try {
      close();
    } catch (IOException _) {
      // Only the release of the descriptor fails; the waiting thread gets an error from its read.
    }
  }

  /** Nanoseconds since the class was loaded. */
  private static long now() {
    return System.nanoTime() - LOADED_AT;
  }
}
