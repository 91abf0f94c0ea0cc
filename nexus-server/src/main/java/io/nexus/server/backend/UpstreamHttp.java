package io.nexus.server.backend;

import io.nexus.control.spi.BackendAddress;
import io.nexus.control.spi.BackendException;
import io.nexus.control.spi.BackendException.Kind;
import java.io.IOException;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLSocket;
import org.apache.hc.client5.http.ConnectTimeoutException;
import org.apache.hc.client5.http.HttpRoute;
import org.apache.hc.client5.http.config.ConnectionConfig;
import org.apache.hc.client5.http.impl.io.ManagedHttpClientConnectionFactory;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManager;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManagerBuilder;
import org.apache.hc.client5.http.io.ConnectionEndpoint;
import org.apache.hc.client5.http.protocol.HttpClientContext;
import org.apache.hc.client5.http.ssl.TlsSocketStrategy;
import org.apache.hc.core5.http.ClassicHttpRequest;
import org.apache.hc.core5.http.ContentType;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.http.HttpHost;
import org.apache.hc.core5.http.config.Http1Config;
import org.apache.hc.core5.http.impl.io.HttpRequestExecutor;
import org.apache.hc.core5.http.io.SocketConfig;
import org.apache.hc.core5.http.io.entity.ByteArrayEntity;
import org.apache.hc.core5.http.message.BasicClassicHttpRequest;
import org.apache.hc.core5.http.message.BasicHeader;
import org.apache.hc.core5.http.protocol.HttpContext;
import org.apache.hc.core5.io.CloseMode;
import org.apache.hc.core5.pool.PoolConcurrencyPolicy;
import org.apache.hc.core5.pool.PoolReusePolicy;
import org.apache.hc.core5.util.TimeValue;
import org.apache.hc.core5.util.Timeout;
import org.jspecify.annotations.Nullable;

/**
 * HTTP/1.1 to one backend, on connections that are kept.
 *
 * <p>It uses HttpClient's pool and connections, and none of its client's handlers: of redirects,
 * cookies, proxies, authentication and retries nothing is wanted here, and going through them cost
 * a tenth of a request. What every request says is made once.
 */
final class UpstreamHttp implements AutoCloseable {

  private static final Timeout CONNECT = Timeout.ofSeconds(5);
  private static final Duration CONNECTION_CHECK = Duration.ofSeconds(2);

  /**
   * Each connection has three such buffers, of 32 KB by default: 90 KB saved for each open stream.
   * Large bodies pass them by.
   */
  private static final int BUFFER_BYTES = 2048;

  private static final Header JSON =
      new BasicHeader("Content-Type", ContentType.APPLICATION_JSON.toString());

  private final String path;
  private final Timeout leaseTimeout;
  private final HttpRoute route;
  private final List<Header> headers = new ArrayList<>();
  private final PoolingHttpClientConnectionManager pool;
  private final HttpRequestExecutor executor = new HttpRequestExecutor();
  private final StallWatch stalls;

  /** The connections to a backend; none is made yet. */
  UpstreamHttp(BackendAddress address) {
    var url = address.url();
    boolean secure = "https".equalsIgnoreCase(url.getScheme());
    int usualPort = secure ? 443 : 80;
    int port = url.getPort() < 0 ? usualPort : url.getPort();
    path = url.getRawPath();
    leaseTimeout = Timeout.of(address.timeout());
    route = new HttpRoute(new HttpHost(url.getScheme(), url.getHost(), port), null, secure);
    headers.add(
        new BasicHeader(
            "Host", url.getPort() < 0 ? url.getHost() : url.getHost() + ":" + url.getPort()));
    headers.add(new BasicHeader("Connection", "keep-alive"));
    headers.add(new BasicHeader("User-Agent", "Nexus"));
    address
        .apiKey()
        .ifPresent(key -> headers.add(new BasicHeader("Authorization", "Bearer " + key, true)));
    pool = pool(address.maxConnections(), secure ? null : UpstreamHttp::noTls);
    stalls = new StallWatch(address.name());
  }

  /**
   * A pool.
   *
   * @param tls null for the usual way, which reads the certificates that the machine trusts: that
   *     takes as long as a third of a start
   */
  private static PoolingHttpClientConnectionManager pool(
      int maxConnections, @Nullable TlsSocketStrategy tls) {
    return PoolingHttpClientConnectionManagerBuilder.create()
        .setTlsSocketStrategy(tls)
        .setPoolConcurrencyPolicy(PoolConcurrencyPolicy.LAX)
        .setConnPoolPolicy(PoolReusePolicy.LIFO)
        .setConnectionFactory(
            ManagedHttpClientConnectionFactory.builder()
                .http1Config(Http1Config.custom().setBufferSize(BUFFER_BYTES).build())
                .build())
        .setMaxConnPerRoute(maxConnections)
        .setMaxConnTotal(maxConnections)
        // No timeouts but for connecting: the watch sees to the others.
        .setDefaultSocketConfig(
            SocketConfig.custom().setTcpNoDelay(true).setSoTimeout(Timeout.DISABLED).build())
        .setDefaultConnectionConfig(
            ConnectionConfig.custom()
                .setConnectTimeout(CONNECT)
                .setSocketTimeout(Timeout.DISABLED)
                .setValidateAfterInactivity(TimeValue.of(CONNECTION_CHECK))
                .build())
        .build();
  }

  private static SSLSocket noTls(
      Socket socket, String host, int port, Object attachment, HttpContext context)
      throws IOException {
    throw new IOException("the address is none of https");
  }

  /**
   * Asks for a resource.
   *
   * @param below its path below the backend's address
   * @param patience how long nothing may arrive
   */
  UpstreamReply get(String below, Duration patience) throws BackendException {
    return send(request("GET", below), patience);
  }

  /**
   * Sends JSON.
   *
   * @param below the resource's path below the backend's address
   * @param patience how long nothing may arrive
   */
  UpstreamReply post(String below, byte[] body, Duration patience) throws BackendException {
    var request = request("POST", below);
    request.addHeader(JSON);
    request.addHeader(new BasicHeader("Content-Length", Integer.toString(body.length)));
    request.setEntity(new ByteArrayEntity(body, ContentType.APPLICATION_JSON));
    return send(request, patience);
  }

  private ClassicHttpRequest request(String method, String below) {
    var request = new BasicClassicHttpRequest(method, path + below);
    for (var header : headers) {
      request.addHeader(header);
    }
    return request;
  }

  private UpstreamReply send(ClassicHttpRequest request, Duration patience)
      throws BackendException {
    var context = HttpClientContext.create();
    var endpoint = connected(context);
    var reply = new UpstreamReply(request, context, endpoint, pool, stalls, patience);
    try {
      reply.answered(endpoint.execute("", request, reply.noting(executor), context));
      return reply;
    } catch (IOException | HttpException | RuntimeException e) {
      reply.close();
      throw reply.isStalled()
          ? new BackendException(Kind.TIMEOUT, "does not answer in time", e)
          : unreachable(e);
    }
  }

  private ConnectionEndpoint connected(HttpClientContext context) throws BackendException {
    try {
      var endpoint = pool.lease("", route, leaseTimeout, null).get(leaseTimeout);
      try {
        if (!endpoint.isConnected()) {
          pool.connect(endpoint, CONNECT, context);
        }
        return endpoint;
      } catch (IOException | RuntimeException e) {
        UpstreamReply.discard(endpoint, pool);
        throw e instanceof ConnectTimeoutException
            ? new BackendException(Kind.UNREACHABLE, "does not accept the connection in time", e)
            : unreachable(e);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw unreachable(e);
    } catch (ExecutionException | TimeoutException e) {
      throw unreachable(e);
    }
  }

  /** Only the kind of a failure is told: messages of the transport may quote what was sent. */
  private static BackendException unreachable(Exception e) {
    return new BackendException(
        Kind.UNREACHABLE, "cannot be reached (" + e.getClass().getSimpleName() + ")", e);
  }

  @Override
  public void close() {
    stalls.close();
    pool.close(CloseMode.IMMEDIATE);
  }
}
