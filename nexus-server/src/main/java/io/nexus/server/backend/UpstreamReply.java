package io.nexus.server.backend;

import io.nexus.control.spi.BackendReply;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BiConsumer;
import java.util.function.Predicate;
import org.apache.hc.client5.http.impl.DefaultConnectionKeepAliveStrategy;
import org.apache.hc.client5.http.io.ConnectionEndpoint;
import org.apache.hc.client5.http.io.HttpClientConnectionManager;
import org.apache.hc.client5.http.protocol.HttpClientContext;
import org.apache.hc.core5.http.ClassicHttpRequest;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.HttpStatus;
import org.apache.hc.core5.http.HttpVersion;
import org.apache.hc.core5.http.impl.DefaultConnectionReuseStrategy;
import org.apache.hc.core5.http.impl.io.HttpRequestExecutor;
import org.apache.hc.core5.io.CloseMode;
import org.apache.hc.core5.util.TimeValue;
import org.jspecify.annotations.Nullable;

/**
 * One exchange with a backend. Its connection goes back to the pool when the body has been read to
 * its end, and is cut if the exchange ends before that, so that the backend stops.
 *
 * <p>Read by one thread; any thread may {@link #close} it.
 */
final class UpstreamReply implements BackendReply {

  private static final TimeValue USUAL_KEEPING = TimeValue.ofMinutes(3);

  private final ClassicHttpRequest request;
  private final HttpClientContext context;
  private final ConnectionEndpoint endpoint;
  private final HttpClientConnectionManager pool;
  private final StallWatch stalls;
  private final long patience;
  private final AtomicBoolean released = new AtomicBoolean();
  private long idleNanos;
  private @Nullable UpstreamSocket used;
  private volatile @Nullable Socket socket;
  private StallWatch.@Nullable Wait wait;
  private @Nullable ClassicHttpResponse response;
  private InputStream body = InputStream.nullInputStream();

  /** Creates an exchange on its own connection. */
  UpstreamReply(
      ClassicHttpRequest request,
      HttpClientContext context,
      ConnectionEndpoint endpoint,
      HttpClientConnectionManager pool,
      StallWatch stalls,
      Duration patience) {
    this.request = request;
    this.context = context;
    this.endpoint = endpoint;
    this.pool = pool;
    this.stalls = stalls;
    this.patience = StallWatch.ticks(patience);
  }

  /** Wraps the executor to note the exchange's connection. */
  ConnectionEndpoint.RequestExecutor noting(HttpRequestExecutor executor) {
    return (asked, connection, within) -> {
      var noted = stalls.on(connection);
      wait = noted;
      idleNanos = noted.idleNanos();
      if (connection instanceof UpstreamSocket own) {
        used = own;
        socket = own.getSocket();
        if (idleNanos > 0) {
          KeptConnection.check(own.base());
        }
      }
      noted.begin(patience);
      try {
        return executor.execute(asked, connection, within);
      } finally {
        noted.end();
      }
    };
  }

  /** The head of the answer has arrived. */
  void answered(ClassicHttpResponse head) throws IOException {
    response = head;
    // Frees the sent body, which a stream would otherwise keep for minutes.
    request.setEntity(null);
    var entity = head.getEntity();
    if (entity == null) {
      keep();
    } else {
      body = new Watched(entity.getContent(), Objects.requireNonNull(wait));
    }
  }

  /** The context of the exchange. */
  HttpClientContext context() {
    return context;
  }

  /** The time for which its connection was kept unused before; 0 for a fresh one. */
  long idleNanos() {
    return idleNanos;
  }

  /** Whether the exchange was cut because nothing arrived for too long. */
  boolean isStalled() {
    return wait != null && wait.hasStalled();
  }

  @Override
  public int status() {
    return head().getCode();
  }

  @Override
  public String contentType() {
    return header("Content-Type").orElse("");
  }

  @Override
  public Optional<String> retryAfter() {
    return header("Retry-After");
  }

  @Override
  public void eachHeader(Predicate<String> wanted, BiConsumer<String, String> to) {
    for (var all = head().headerIterator(); all.hasNext(); ) {
      var header = all.next();
      if (wanted.test(header.getName())) {
        to.accept(header.getName(), Objects.requireNonNullElse(header.getValue(), ""));
      }
    }
  }

  @Override
  public long contentLength() {
    var entity = head().getEntity();
    return entity == null ? 0 : entity.getContentLength();
  }

  @Override
  public InputStream body() {
    return body;
  }

  @Override
  public int arrived() {
    var connection = socket;
    if (connection == null || released.get()) {
      return 0; // The connection may already serve another exchange.
    }
    try {
      return connection.getInputStream().available();
    } catch (IOException e) {
      return 0;
    }
  }

  @Override
  public void close() {
    if (released.compareAndSet(false, true)) {
      discard(endpoint, pool);
    }
  }

  /** Cuts a connection at once and removes it from the pool. */
  static void discard(ConnectionEndpoint endpoint, HttpClientConnectionManager pool) {
    endpoint.close(CloseMode.IMMEDIATE);
    pool.release(endpoint, null, TimeValue.ZERO_MILLISECONDS);
  }

  /** Gives the connection back, unless bytes beyond this answer have arrived. */
  private void keep() {
    if (used == null || !used.isDrained() || !staysOpen(head())) {
      close();
    } else if (released.compareAndSet(false, true)) {
      if (wait != null) {
        wait.kept();
      }
      pool.release(endpoint, null, keeping());
    }
  }

  /** Whether the backend also keeps it; has a fast path for the usual header. */
  private boolean staysOpen(ClassicHttpResponse head) {
    var said = head.getFirstHeader("Connection");
    boolean plain =
        HttpVersion.HTTP_1_1.equals(head.getVersion())
            && (said == null || said.getValue().equalsIgnoreCase("keep-alive"))
            && head.countHeaders("Connection") <= 1
            && head.countHeaders("Content-Length") == 1
            && !head.containsHeader("Transfer-Encoding")
            && head.getCode() == HttpStatus.SC_OK;
    return plain || DefaultConnectionReuseStrategy.INSTANCE.keepAlive(request, head, context);
  }

  private TimeValue keeping() {
    return head().containsHeader("Keep-Alive")
        ? DefaultConnectionKeepAliveStrategy.INSTANCE.getKeepAliveDuration(head(), context)
        : USUAL_KEEPING;
  }

  private ClassicHttpResponse head() {
    if (response == null) {
      throw new IllegalStateException("the backend has not answered yet");
    }
    return response;
  }

  private Optional<String> header(String name) {
    return Optional.ofNullable(head().getFirstHeader(name)).map(Header::getValue);
  }

  /** The body, whose end frees the connection. */
  private final class Watched extends FilterInputStream {
    private final StallWatch.Wait noted;
    private boolean atEnd;

    Watched(InputStream content, StallWatch.Wait noted) {
      super(content);
      this.noted = noted;
    }

    @Override
    public int read() throws IOException {
      var one = new byte[1];
      int count = read(one, 0, 1);
      return count < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public int read(byte[] to, int from, int length) throws IOException {
      if (atEnd) {
        return -1;
      }
      noted.begin(patience);
      int count;
      try {
        count = in.read(to, from, length);
      } catch (IOException e) {
        if (isStalled()) {
          var timeout = new SocketTimeoutException("nothing came in time");
          timeout.initCause(e);
          throw timeout;
        }
        throw e;
      } finally {
        noted.end();
      }
      if (count < 0) {
        atEnd = true;
        keep();
      }
      return count;
    }
  }
}
