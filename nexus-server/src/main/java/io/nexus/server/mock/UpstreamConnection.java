package io.nexus.server.mock;

import io.nexus.server.mock.UpstreamReply.Break;
import io.nexus.server.mock.UpstreamReply.Chunk;
import io.nexus.server.mock.Wire.Header;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.Socket;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;

/**
 * One client's connection. One thread only reads, to notice at once when the client leaves; another
 * answers the requests in order.
 */
final class UpstreamConnection implements Connection {

  private static final long MOST_NANOS = 20_000_000;

  private final Upstream upstream;
  private final Socket socket;
  private final BlockingQueue<Optional<UpstreamRequest>> queue = new LinkedBlockingQueue<>();
  private final Thread answering;

  // Guarded by this.
  private Optional<UpstreamRequest> current = Optional.empty();
  private int partsSent;
  private boolean gone;
  private long goneNanos;

  UpstreamConnection(Upstream upstream, Socket socket) {
    this.upstream = upstream;
    this.socket = socket;
    this.answering = Thread.ofVirtual().name("upstream-answer").unstarted(this::answerAll);
  }

  @Override
  public void serve() {
    answering.start();
    readAll();
    try {
      answering.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void readAll() {
    try {
      MessageReader reader = MessageReader.keepingHeaders(socket.getInputStream());
      while (reader.readHead()) {
        String[] parts = reader.startLine().split(" ", 3);
        List<Header> headers = reader.headers();
        byte[] body = reader.readBody();
        queue.add(Optional.of(upstream.arrived(parts[0], parts[1], headers, body)));
      }
      if (upstream.heedsClose()) {
        clientGone();
      }
    } catch (IOException e) {
      // A reset counts as leaving, like a close.
      clientGone();
    }
    queue.add(Optional.empty());
  }

  private synchronized void clientGone() {
    gone = true;
    goneNanos = System.nanoTime();
    if (current.isPresent()) {
      answering.interrupt();
    }
  }

  /**
   * Counts a client that left before its answer was complete. Done after answering has stopped, so
   * that a test that waits for the count can issue permits that no dead stream takes.
   */
  private synchronized void stopped() {
    if (current.isPresent()) {
      upstream.cancelled(current.get(), partsSent, gone ? goneNanos : System.nanoTime());
      current = Optional.empty();
    }
  }

  private void answerAll() {
    try {
      for (Optional<UpstreamRequest> next = queue.take();
          next.isPresent() && !socket.isClosed();
          next = queue.take()) {
        answerOne(next.get());
      }
    } catch (IOException | InterruptedException e) {
      stopped();
    } finally {
      closeQuietly();
      upstream.closed(this);
    }
  }

  private void answerOne(UpstreamRequest request) throws IOException, InterruptedException {
    try {
      begin(request);
      answer(request, upstream.replyTo(request));
      forget();
    } finally {
      upstream.answered(request);
    }
  }

  private synchronized void begin(UpstreamRequest request) throws InterruptedException {
    partsSent = 0;
    current = Optional.of(request);
    checkClient();
  }

  private synchronized void checkClient() throws InterruptedException {
    if (gone) {
      throw new InterruptedException("the client has gone");
    }
  }

  /**
   * Marks the answer as complete; a client that leaves later is not counted. Called before the last
   * bytes are sent.
   */
  private synchronized void finish() throws InterruptedException {
    checkClient();
    forget();
  }

  private synchronized void forget() {
    current = Optional.empty();
  }

  private synchronized void sent(int parts) {
    partsSent = parts;
  }

  private void answer(UpstreamRequest request, UpstreamReply reply)
      throws IOException, InterruptedException {
    switch (reply) {
      case UpstreamReply.Stalled stalled -> {
        stalled.pace().await(0);
        answer(request, stalled.then());
      }
      case UpstreamReply.HangUp hangUp -> breakOff(hangUp.how());
      case UpstreamReply.Unanswered unanswered -> {
        long total = unanswered.usage().completion();
        generate(
            request,
            new UpstreamReply.Making(unanswered.usage(), total, unanswered.tokensASecond(), 0, ""),
            total);
        upstream.bill(request, unanswered.usage());
        breakOff(unanswered.how());
      }
      case UpstreamReply.Whole whole -> whole(request, whole);
      case UpstreamReply.Events events -> events(request, events);
      case UpstreamReply.Making making -> making(request, making);
      case UpstreamReply.Raw raw -> {
        for (int i = 0; i < raw.parts().size(); i++) {
          raw.pace().await(i);
          checkClient();
          if (i == raw.parts().size() - 1) {
            finish();
          }
          write(raw.parts().get(i));
          sent(i + 1);
        }
        if (raw.close()) {
          breakOff(Break.CLOSE);
        }
      }
    }
  }

  private void whole(UpstreamRequest request, UpstreamReply.Whole whole)
      throws IOException, InterruptedException {
    finish();
    upstream.bill(request, whole.usage());
    ByteArrayOutputStream message = head(whole.status(), whole.headers());
    message.writeBytes(Wire.bytes("Content-Length: " + whole.body().length + "\r\n\r\n"));
    boolean broken = whole.breakAfterBytes() >= 0;
    message.writeBytes(
        broken ? Arrays.copyOf(whole.body(), whole.breakAfterBytes()) : whole.body());
    write(message.toByteArray());
    if (broken) {
      breakOff(Break.CLOSE);
    }
  }

  private void events(UpstreamRequest request, UpstreamReply.Events events)
      throws IOException, InterruptedException {
    write(eventStreamHead());
    List<Chunk> chunks = events.chunks();
    UpstreamUsage before = UpstreamUsage.of(0, 0);
    long tokens = 0;
    for (int i = 0; i < chunks.size(); i++) {
      if (i == events.breakAfter()) {
        breakOff(events.how());
        return;
      }
      events.pace().await(i);
      checkClient();
      tokens += chunks.get(i).tokens();
      UpstreamUsage after = events.cutAfter(tokens);
      // Before the chunk is sent, so that its reader finds it on the bill.
      upstream.bill(request, after);
      try {
        if (!chunks.get(i).data().isEmpty()) {
          event(chunks.get(i).data());
        }
      } catch (IOException e) {
        if (upstream.heedsClose()) {
          upstream.bill(request, before);
        }
        throw e;
      }
      before = after;
      sent(i + 1);
    }
    if (events.breakAfter() >= chunks.size()) {
      breakOff(events.how());
      return;
    }
    finish();
    upstream.bill(request, events.usage());
    boolean usageChunk =
        switch (events.usageChunk()) {
          case WHEN_ASKED -> request.wantsUsage();
          case ALWAYS -> true;
          case NEVER, BARE -> false;
        };
    if (usageChunk) {
      event(UpstreamReply.usageChunk(request, events.usage()));
    }
    if (events.usageChunk() != UpstreamReply.UsageChunk.BARE) {
      event("[DONE]");
    }
    write(Wire.chunk(new byte[0]));
  }

  private void making(UpstreamRequest request, UpstreamReply.Making making)
      throws IOException, InterruptedException {
    long limit = request.json().path("max_tokens").asLong(making.total());
    long total = Math.min(making.total(), limit);
    write(eventStreamHead());
    generate(request, making, total);
    finish();
    event(UpstreamReply.end(request, total < making.total() ? "length" : "stop"));
    if (request.wantsUsage()) {
      event(UpstreamReply.usageChunk(request, making.after(total)));
    }
    event("[DONE]");
    write(Wire.chunk(new byte[0]));
  }

  /** Generates that many tokens, and sends the first ones. */
  private void generate(UpstreamRequest request, UpstreamReply.Making making, long total)
      throws IOException, InterruptedException {
    var finish = making.finishReason().isEmpty() ? "null" : making.finishReason();
    long last = System.nanoTime();
    long nanos = 0;
    for (long made = 0; made < total; Thread.sleep(1)) {
      checkClient();
      long now = System.nanoTime();
      // On a busy machine it generates fewer, and does not catch up.
      nanos += Math.min(now - last, MOST_NANOS);
      last = now;
      long due = Math.min(total, nanos * making.tokensASecond() / 1_000_000_000);
      // Before they are sent, so that their reader finds them on the bill.
      upstream.bill(request, making.after(due));
      for (; made < due; made++) {
        if (made < making.shown()) {
          event(UpstreamReply.token(request, made % 2 == 0 ? "so " : "it ", finish));
        }
      }
      sent((int) made);
    }
  }

  private static byte[] eventStreamHead() {
    ByteArrayOutputStream head =
        head(
            200,
            List.of(
                new Header("Content-Type", "text/event-stream"),
                new Header("Transfer-Encoding", "chunked")));
    head.writeBytes(Wire.bytes("\r\n"));
    return head.toByteArray();
  }

  private void event(String data) throws IOException {
    boolean isNamed = data.startsWith("event: ");
    write(Wire.chunk(Wire.bytes((isNamed ? data : "data: " + data) + "\n\n")));
  }

  private static ByteArrayOutputStream head(int status, List<Header> headers) {
    ByteArrayOutputStream head = new ByteArrayOutputStream();
    head.writeBytes(Wire.bytes("HTTP/1.1 " + status + (status < 300 ? " OK" : " Error") + "\r\n"));
    for (Header header : headers) {
      head.writeBytes(Wire.bytes(header.name() + ": " + header.value() + "\r\n"));
    }
    return head;
  }

  private void write(byte[] bytes) throws IOException {
    socket.getOutputStream().write(bytes);
  }

  private void breakOff(Break how) throws IOException {
    forget();
    if (how == Break.RESET) {
      socket.setSoLinger(true, 0);
    }
    socket.close();
  }

  @Override
  public void drop() {
    closeQuietly();
    answering.interrupt();
  }

  private void closeQuietly() {
    forget();
    try {
      socket.close();
    } catch (IOException e) {
      // It is gone either way.
    }
  }
}
