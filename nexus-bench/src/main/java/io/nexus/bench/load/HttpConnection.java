package io.nexus.bench.load;

import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;

/** A keep-alive HTTP/1.1 connection of a generator. For one thread. */
final class HttpConnection implements AutoCloseable {
  private final Socket socket;
  private final MessageReader reader;
  private final OutputStream out;

  private HttpConnection(Socket socket) throws IOException {
    this.socket = socket;
    this.reader = new MessageReader(socket.getInputStream());
    this.out = socket.getOutputStream();
  }

  /**
   * Connects to a port of this machine.
   *
   * @param timeout for the connect, and for each wait for bytes
   * @throws IOException if nothing listens there
   */
  static HttpConnection open(int port, Duration timeout) throws IOException {
    var socket = new Socket();
    try {
      int millis = Math.toIntExact(timeout.toMillis());
      socket.setTcpNoDelay(true);
      socket.setSoTimeout(millis);
      socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), millis);
      return new HttpConnection(socket);
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
   * @throws IOException if the connection breaks or times out; the connection is of no use then
   */
  int exchange(byte[] request, BodySink body) throws IOException {
    out.write(request);
    if (!reader.readHead()) {
      throw new EOFException("the peer closed the connection instead of answering");
    }
    int status = reader.status();
    reader.readBody(body);
    return status;
  }

  /** Whether the last answer announced that the peer closes the connection. */
  boolean isSpent() {
    return reader.isLast();
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
