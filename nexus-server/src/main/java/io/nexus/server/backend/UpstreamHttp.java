package io.nexus.server.backend;

import io.nexus.control.spi.BackendAddress;
import io.nexus.control.spi.BackendException;
import io.nexus.control.spi.BackendException.Kind;
import io.nexus.control.spi.BackendRequest;
import io.nexus.server.backend.KeptConnection.StaleException;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLSocket;
import org.apache.hc.client5.http.ConnectTimeoutException;
import org.apache.hc.client5.http.HttpRoute;
import org.apache.hc.client5.http.RouteInfo;
import org.apache.hc.client5.http.config.ConnectionConfig;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManager;
import org.apache.hc.client5.http.io.ConnectionEndpoint;
import org.apache.hc.client5.http.protocol.HttpClientContext;
import org.apache.hc.client5.http.ssl.DefaultClientTlsStrategy;
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
 * HTTP/1.1 to one backend, on kept connections.
 *
 * <p>It uses HttpClient's pool and connections without its handler chain: redirects, cookies,
 * authentication and retries are not wanted here, and the chain cost a tenth of a request. Common
 * headers are created once.
 */
final class UpstreamHttp implements AutoCloseable {

  private static final Duration PROXY_PATIENCE = Duration.ofSeconds(10);

  /** curl's default. */
  private static final int USUAL_PROXY_PORT = 1080;

  /** Extra connections for health checks of a full backend. */
  private static final int SPARE_CONNECTIONS = 2;

  /** Connections idle for less than this are not closed by servers. */
  private static final long CLOSED_AFTER_NANOS = 1_000_000_000L;

  /** A closed connection fails within this time after sending. */
  private static final long CLOSED_WITHIN_NANOS = 1_000_000_000L;

  /**
   * Each connection has three such buffers, of 32 KB by default: 90 KB saved for each open stream.
   * Large bodies bypass them.
   */
  private static final int BUFFER_BYTES = 2048;

  private static final Http1Config HTTP = Http1Config.custom().setBufferSize(BUFFER_BYTES).build();

  private static final ContentType JSON_TYPE = ContentType.APPLICATION_JSON;
  private static final Header JSON = new BasicHeader("Content-Type", JSON_TYPE.toString());

  private final String path;
  private final Timeout leaseTimeout;
  private final Timeout connectTimeout;
  private final HttpHost target;
  private final HttpRoute route;
  private final String proxyCredentials;
  private final List<Header> headers = new ArrayList<>();
  private final Set<String> fixed = new HashSet<>();
  private final PoolingHttpClientConnectionManager pool;
  private final HttpRequestExecutor executor = new HttpRequestExecutor();
  private final StallWatch stalls;

  /**
   * Creates the client without opening a connection.
   *
   * @param base the base path
   * @param usual the default headers
   */
  UpstreamHttp(BackendAddress address, String base, Map<String, String> usual) {
    var url = address.url();
    boolean secure = "https".equalsIgnoreCase(url.getScheme());
    int usualPort = secure ? 443 : 80;
    int port = url.getPort() < 0 ? usualPort : url.getPort();
    path = base;
    leaseTimeout = Timeout.of(address.timeout());
    connectTimeout = Timeout.of(address.connectTimeout());
    target = new HttpHost(url.getScheme(), url.getHost(), port);
    route =
        address
            .proxy()
            .map(
                proxy ->
                    new HttpRoute(
                        target,
                        null,
                        host(proxy),
                        secure,
                        RouteInfo.TunnelType.TUNNELLED,
                        RouteInfo.LayerType.LAYERED))
            .orElseGet(() -> new HttpRoute(target, null, secure));
    proxyCredentials = address.proxy().map(URI::getUserInfo).orElse("");
    headers.add(
        new BasicHeader(
            "Host", url.getPort() < 0 ? url.getHost() : url.getHost() + ":" + url.getPort()));
    headers.add(new BasicHeader("Connection", "keep-alive"));
    headers.add(new BasicHeader("User-Agent", "Nexus"));
    usual.forEach((name, value) -> headers.add(new BasicHeader(name, value, true)));
    address.headers().forEach(this::set);
    pool = pool(address.maxConnections() + SPARE_CONNECTIONS, connectTimeout, tls(address, secure));
    stalls = new StallWatch(address.name());
  }

  private static @Nullable TlsSocketStrategy tls(BackendAddress address, boolean secure) {
    if (!secure) {
      return UpstreamHttp::noTls;
    }
    return address
        .caFile()
        .map(TrustedAuthorities::of)
        .<TlsSocketStrategy>map(DefaultClientTlsStrategy::new)
        .orElse(null);
  }

  private static HttpHost host(URI proxy) {
    int port = proxy.getPort() < 0 ? USUAL_PROXY_PORT : proxy.getPort();
    return new HttpHost(proxy.getScheme(), proxy.getHost(), port);
  }

  /** Sets a header of every request, which clients cannot override. */
  private void set(String name, String value) {
    headers.removeIf(header -> header.getName().equalsIgnoreCase(name));
    headers.add(new BasicHeader(name, value, true));
    fixed.add(name.toLowerCase(Locale.ROOT));
  }

  /**
   * A pool.
   *
   * @param tls null for the default, which reads the machine's trusted certificates on first use:
   *     that takes a third of a start
   */
  private static PoolingHttpClientConnectionManager pool(
      int maxConnections, Timeout connectTimeout, @Nullable TlsSocketStrategy tls) {
    return KeptConnection.pool()
        .setTlsSocketStrategy(tls)
        .setPoolConcurrencyPolicy(PoolConcurrencyPolicy.LAX)
        .setConnPoolPolicy(PoolReusePolicy.LIFO)
        .setConnectionFactory(_ -> new UpstreamSocket(HTTP))
        .setMaxConnPerRoute(maxConnections)
        .setMaxConnTotal(maxConnections)
        // No socket timeouts and no checks of kept connections, which wait a millisecond:
        // StallWatch and KeptConnection do both.
        .setDefaultSocketConfig(
            SocketConfig.custom().setTcpNoDelay(true).setSoTimeout(Timeout.DISABLED).build())
        .setDefaultConnectionConfig(
            ConnectionConfig.custom()
                .setConnectTimeout(connectTimeout)
                .setSocketTimeout(Timeout.DISABLED)
                .setValidateAfterInactivity(TimeValue.NEG_ONE_MILLISECOND)
                .build())
        .build();
  }

  private static SSLSocket noTls(
      Socket socket, String host, int port, Object attachment, HttpContext context)
      throws IOException {
    throw new IOException("the address is not https");
  }

  /**
   * Sends a GET.
   *
   * @param below its path below the backend's address
   * @param own the headers of this request
   * @param patience the longest silence
   */
  UpstreamReply get(String below, Map<String, String> own, Duration patience)
      throws BackendException {
    return send(request("GET", below, own), patience);
  }

  /**
   * Sends a request.
   *
   * @param below the resource's path below the backend's address
   * @param body the body; may be empty
   * @param own the headers of this request
   * @param patience the longest silence
   */
  UpstreamReply send(
      String method,
      String below,
      byte[] body,
      String contentType,
      Map<String, String> own,
      Duration patience)
      throws BackendException {
    var request = request(method, below, own);
    if (body.length > 0) {
      boolean isJson = contentType.equals(BackendRequest.JSON);
      request.addHeader(isJson ? JSON : new BasicHeader("Content-Type", contentType));
      request.addHeader(new BasicHeader("Content-Length", Integer.toString(body.length)));
      request.setEntity(new ByteArrayEntity(body, isJson ? JSON_TYPE : null));
    }
    return send(request, patience);
  }

  private ClassicHttpRequest request(String method, String below, Map<String, String> own) {
    var request = new BasicClassicHttpRequest(method, path + below);
    for (var header : headers) {
      request.addHeader(header);
    }
    for (var header : own.entrySet()) {
      if (!fixed.contains(header.getKey().toLowerCase(Locale.ROOT))) {
        request.setHeader(new BasicHeader(header.getKey(), header.getValue()));
      }
    }
    return request;
  }

  /**
   * Sends on a kept connection if a usable one exists. A server may close an idle connection just
   * as the request is sent: if the connection had been idle and ends at once, the request is sent
   * again on a fresh one.
   */
  private UpstreamReply send(ClassicHttpRequest request, Duration patience)
      throws BackendException {
    var kept = leased();
    if (!kept.isConnected()) {
      return connectAndSend(request, patience, kept);
    }
    var reply = reply(request, patience, kept);
    long sentNanos = System.nanoTime();
    try {
      return answered(reply, request, kept);
    } catch (StaleException e) {
      // Nothing was sent.
    } catch (IOException | HttpException | RuntimeException e) {
      boolean crossed =
          reply.idleNanos() > CLOSED_AFTER_NANOS
              && System.nanoTime() - sentNanos < CLOSED_WITHIN_NANOS;
      if (!crossed) {
        throw lost(reply, e);
      }
    }
    var fresh = leased();
    fresh.close(CloseMode.IMMEDIATE);
    return connectAndSend(request, patience, fresh);
  }

  private UpstreamReply connectAndSend(
      ClassicHttpRequest request, Duration patience, ConnectionEndpoint endpoint)
      throws BackendException {
    var reply = reply(request, patience, endpoint);
    connect(endpoint, reply.context());
    try {
      return answered(reply, request, endpoint);
    } catch (IOException | HttpException | RuntimeException e) {
      throw lost(reply, e);
    }
  }

  private UpstreamReply reply(
      ClassicHttpRequest request, Duration patience, ConnectionEndpoint endpoint) {
    return new UpstreamReply(request, HttpClientContext.create(), endpoint, pool, stalls, patience);
  }

  private UpstreamReply answered(
      UpstreamReply reply, ClassicHttpRequest request, ConnectionEndpoint endpoint)
      throws IOException, HttpException {
    try {
      reply.answered(endpoint.execute("", request, reply.noting(executor), reply.context()));
      return reply;
    } catch (IOException | HttpException | RuntimeException e) {
      reply.close();
      throw e;
    }
  }

  private static BackendException lost(UpstreamReply reply, Exception e) {
    return reply.isStalled()
        ? new BackendException(Kind.TIMEOUT, "does not answer in time", e)
        : new BackendException(
            Kind.LOST, "ended the connection before it answered (" + kind(e) + ")", e);
  }

  private ConnectionEndpoint leased() throws BackendException {
    try {
      return pool.lease("", route, leaseTimeout, null).get(leaseTimeout);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw unreachable(e);
    } catch (ExecutionException | TimeoutException e) {
      throw unreachable(e);
    }
  }

  private void connect(ConnectionEndpoint endpoint, HttpClientContext context)
      throws BackendException {
    try {
      pool.connect(endpoint, connectTimeout, context);
      if (route.isTunnelled()) {
        tunnel(endpoint, context);
      }
    } catch (IOException | RuntimeException e) {
      UpstreamReply.discard(endpoint, pool);
      throw e instanceof ConnectTimeoutException
          ? new BackendException(Kind.UNREACHABLE, "does not accept the connection in time", e)
          : unreachable(e);
    }
  }

  /** Makes the proxy connect to the backend, and starts TLS with the backend. */
  private void tunnel(ConnectionEndpoint endpoint, HttpClientContext context) throws IOException {
    var request = new BasicClassicHttpRequest("CONNECT", target, target.toHostString());
    request.addHeader(new BasicHeader("Host", target.toHostString()));
    if (!proxyCredentials.isEmpty()) {
      var encoded =
          Base64.getEncoder().encodeToString(proxyCredentials.getBytes(StandardCharsets.UTF_8));
      request.addHeader(new BasicHeader("Proxy-Authorization", "Basic " + encoded, true));
    }
    var exchange = new UpstreamReply(request, context, endpoint, pool, stalls, PROXY_PATIENCE);
    try {
      var answer = endpoint.execute("", request, exchange.noting(executor), context);
      if (answer.getCode() / 100 != 2) {
        throw new ProxyException("the proxy answers with " + answer.getCode());
      }
    } catch (HttpException e) {
      throw new ProxyException("the proxy speaks no HTTP");
    }
    pool.upgrade(endpoint, context);
  }

  /** The proxy refuses to connect to the backend. The message quotes nothing from it. */
  private static final class ProxyException extends IOException {
    private static final long serialVersionUID = 1L;

    ProxyException(String message) {
      super(message);
    }
  }

  private static BackendException unreachable(Exception e) {
    var why =
        e instanceof ProxyException ? e.getMessage() : TlsProblem.of(e).orElseGet(() -> kind(e));
    return new BackendException(Kind.UNREACHABLE, "cannot be reached (" + why + ")", e);
  }

  /** Names only the kind of a failure: the transport's messages may quote data. */
  private static String kind(Exception e) {
    return e.getClass().getSimpleName();
  }

  @Override
  public void close() {
    stalls.close();
    pool.close(CloseMode.IMMEDIATE);
  }
}
