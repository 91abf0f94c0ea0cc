package io.nexus.server;

import io.nexus.control.spi.BackendAddress;
import io.nexus.control.spi.BackendClient;
import io.nexus.control.spi.BackendClientFactory;
import io.nexus.control.spi.BackendReply;
import io.nexus.control.spi.BackendRequest;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.List;
import java.util.Set;

/** A backend that answers every request with the bytes it was given. */
final class FuzzedBackend implements BackendClientFactory, BackendClient {

  /**
   * Its answer.
   *
   * @param piece the most bytes sent at once
   * @param broken whether the connection is lost after them
   */
  @SuppressWarnings("ArrayRecordComponent") // handed on whole, never compared
  record Reply(int status, String type, byte[] body, int piece, boolean broken) {}

  private volatile Reply next = new Reply(200, "", new byte[0], 1, false);

  void answerWith(Reply reply) {
    next = reply;
  }

  @Override
  public String name() {
    return "fuzzed";
  }

  @Override
  public Set<String> types() {
    return Set.of("generic");
  }

  @Override
  public BackendClient create(BackendAddress address) {
    return this;
  }

  @Override
  public BackendReply send(BackendRequest request) {
    return new Sent(next);
  }

  @Override
  public List<String> models(Duration timeout) {
    return List.of("m");
  }

  @Override
  public void close() {}

  private record Sent(Reply reply, Pieces body) implements BackendReply {
    Sent(Reply reply) {
      this(reply, new Pieces(reply));
    }

    @Override
    public int status() {
      return reply.status();
    }

    @Override
    public String contentType() {
      return reply.type();
    }

    @Override
    public void close() {}
  }

  private static final class Pieces extends InputStream {
    private final Reply reply;
    private int at;

    Pieces(Reply reply) {
      this.reply = reply;
    }

    @Override
    public int read() throws IOException {
      var one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public int read(byte[] to, int from, int length) throws IOException {
      int left = reply.body().length - at;
      if (left == 0 && reply.broken()) {
        throw new IOException("lost");
      }
      if (left == 0) {
        return -1;
      }
      int count = Math.min(Math.min(left, length), reply.piece());
      System.arraycopy(reply.body(), at, to, from, count);
      at += count;
      return count;
    }
  }
}
