package io.nexus.server.backend;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonToken;
import io.nexus.control.spi.BackendAddress;
import io.nexus.control.spi.BackendClient;
import io.nexus.control.spi.BackendException;
import io.nexus.control.spi.BackendException.Kind;
import io.nexus.control.spi.BackendReply;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.hc.client5.http.ConnectTimeoutException;
import org.apache.hc.client5.http.classic.methods.HttpGet;
import org.apache.hc.client5.http.classic.methods.HttpPost;
import org.apache.hc.client5.http.classic.methods.HttpUriRequestBase;
import org.apache.hc.client5.http.config.ConnectionConfig;
import org.apache.hc.client5.http.config.RequestConfig;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClients;
import org.apache.hc.client5.http.impl.io.ManagedHttpClientConnectionFactory;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManagerBuilder;
import org.apache.hc.client5.http.io.ManagedHttpClientConnection;
import org.apache.hc.client5.http.protocol.HttpClientContext;
import org.apache.hc.core5.http.ClassicHttpRequest;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.ContentType;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.http.config.Http1Config;
import org.apache.hc.core5.http.impl.io.HttpRequestExecutor;
import org.apache.hc.core5.http.io.HttpClientConnection;
import org.apache.hc.core5.http.io.HttpResponseInformationCallback;
import org.apache.hc.core5.http.io.SocketConfig;
import org.apache.hc.core5.http.io.entity.ByteArrayEntity;
import org.apache.hc.core5.http.protocol.HttpContext;
import org.apache.hc.core5.io.CloseMode;
import org.apache.hc.core5.pool.PoolConcurrencyPolicy;
import org.apache.hc.core5.pool.PoolReusePolicy;
import org.apache.hc.core5.util.TimeValue;
import org.apache.hc.core5.util.Timeout;

/** Speaks to a backend in OpenAI's dialect over HTTP/1.1, on connections that are kept. */
final class OpenAiClient implements BackendClient {

  private static final Timeout CONNECT = Timeout.ofSeconds(5);
  private static final Duration CONNECTION_CHECK = Duration.ofSeconds(2);

  /**
   * Each connection has three such buffers, of 32 KB by default: 84 KB saved for each open stream.
   * Large bodies pass them by.
   */
  private static final int BUFFER_BYTES = 4096;

  private static final int MAX_MODELS_BYTES = 8 << 20;
  private static final JsonFactory JSON = new JsonFactory();
  private static final String SOCKET = "nexus.socket";

  /** A backend that was told to stop and sends nothing for so long has stopped. */
  private static final int STOPPING_MILLIS = 500;

  private final BackendAddress address;
  private final URI chat;
  private final URI models;
  private final CloseableHttpClient http;

  OpenAiClient(BackendAddress address) {
    this.address = address;
    this.chat = URI.create(address.url() + "/chat/completions");
    this.models = URI.create(address.url() + "/models");
    var timeout = Timeout.of(address.timeout());
    var pool =
        PoolingHttpClientConnectionManagerBuilder.create()
            .setPoolConcurrencyPolicy(PoolConcurrencyPolicy.LAX)
            .setConnPoolPolicy(PoolReusePolicy.LIFO)
            .setConnectionFactory(
                ManagedHttpClientConnectionFactory.builder()
                    .http1Config(Http1Config.custom().setBufferSize(BUFFER_BYTES).build())
                    .build())
            .setMaxConnPerRoute(address.maxConnections())
            .setMaxConnTotal(address.maxConnections())
            .setDefaultSocketConfig(
                SocketConfig.custom().setTcpNoDelay(true).setSoTimeout(timeout).build())
            .setDefaultConnectionConfig(
                ConnectionConfig.custom()
                    .setConnectTimeout(CONNECT)
                    .setSocketTimeout(timeout)
                    .setValidateAfterInactivity(TimeValue.of(CONNECTION_CHECK))
                    .build())
            .build();
    this.http =
        HttpClients.custom()
            .setConnectionManager(pool)
            .setDefaultRequestConfig(
                RequestConfig.custom()
                    .setResponseTimeout(timeout)
                    .setConnectionRequestTimeout(timeout)
                    .setExpectContinueEnabled(false)
                    .build())
            .setRequestExecutor(new NotingSocket())
            .setUserAgent("Nexus")
            .disableAutomaticRetries()
            .disableRedirectHandling()
            .disableCookieManagement()
            .disableAuthCaching()
            .disableContentCompression()
            .build();
  }

  @Override
  public BackendReply chat(byte[] body) throws BackendException {
    var request = new HttpPost(chat);
    request.setEntity(new ByteArrayEntity(body, ContentType.APPLICATION_JSON));
    var context = HttpClientContext.create();
    return new Reply(request, context, send(request, context));
  }

  @Override
  public List<String> models(Duration timeout) throws BackendException {
    var request = new HttpGet(models);
    request.setConfig(
        RequestConfig.custom()
            .setResponseTimeout(Timeout.of(timeout))
            .setConnectionRequestTimeout(Timeout.of(timeout))
            .build());
    var context = HttpClientContext.create();
    try (var reply = new Reply(request, context, send(request, context))) {
      return switch (reply.status()) {
        case 200 -> ids(reply.body().readNBytes(MAX_MODELS_BYTES));
        // A server that is up and has no such list: the configuration says what it serves.
        case 404, 405 -> List.of();
        case 401, 403 ->
            throw new BackendException(
                Kind.UNREACHABLE, "refuses its API key (status " + reply.status() + ")");
        default ->
            throw new BackendException(Kind.UNREACHABLE, "answers with status " + reply.status());
      };
    } catch (IOException e) {
      throw failure(e);
    }
  }

  private ClassicHttpResponse send(HttpUriRequestBase request, HttpClientContext context)
      throws BackendException {
    address.apiKey().ifPresent(key -> request.setHeader("Authorization", "Bearer " + key));
    try {
      return http.executeOpen(null, request, context);
    } catch (IOException e) {
      throw failure(e);
    }
  }

  /** Only the kind of a failure is told: messages of the transport may quote what was sent. */
  private static BackendException failure(IOException e) {
    if (e instanceof ConnectTimeoutException) {
      return new BackendException(Kind.UNREACHABLE, "does not accept the connection in time", e);
    }
    return e instanceof SocketTimeoutException
        ? new BackendException(Kind.TIMEOUT, "does not answer in time", e)
        : new BackendException(
            Kind.UNREACHABLE, "cannot be reached (" + e.getClass().getSimpleName() + ")", e);
  }

  private static List<String> ids(byte[] body) throws IOException {
    var ids = new ArrayList<String>();
    try (var json = JSON.createParser(body)) {
      if (json.nextToken() != JsonToken.START_OBJECT) {
        return ids;
      }
      while (json.nextToken() == JsonToken.FIELD_NAME) {
        if (!json.currentName().equals("data") || json.nextToken() != JsonToken.START_ARRAY) {
          json.nextToken();
          json.skipChildren();
          continue;
        }
        while (json.nextToken() == JsonToken.START_OBJECT) {
          while (json.nextToken() == JsonToken.FIELD_NAME) {
            boolean id = json.currentName().equals("id");
            if (json.nextToken() == JsonToken.VALUE_STRING && id) {
              ids.add(json.getText());
            }
            json.skipChildren();
          }
        }
      }
    }
    return ids;
  }

  @Override
  public void close() {
    http.close(CloseMode.IMMEDIATE);
  }

  /** Notes in a request's context which connection it runs on. */
  private static final class NotingSocket extends HttpRequestExecutor {
    @Override
    public ClassicHttpResponse execute(
        ClassicHttpRequest request,
        HttpClientConnection connection,
        HttpResponseInformationCallback information,
        HttpContext context)
        throws IOException, HttpException {
      if (connection instanceof ManagedHttpClientConnection managed) {
        context.setAttribute(SOCKET, managed.getSocket());
      }
      return super.execute(request, connection, information, context);
    }
  }

  /** An answer; cutting it cancels the request, so that the backend stops. */
  private static final class Reply implements BackendReply {

    private final HttpUriRequestBase request;
    private final HttpClientContext context;
    private final ClassicHttpResponse response;
    private final InputStream body;
    private volatile boolean ended;

    Reply(HttpUriRequestBase request, HttpClientContext context, ClassicHttpResponse response)
        throws BackendException {
      this.request = request;
      this.context = context;
      this.response = response;
      try {
        var entity = response.getEntity();
        this.body = entity == null ? InputStream.nullInputStream() : counted(entity.getContent());
      } catch (IOException e) {
        throw failure(e);
      }
    }

    @Override
    public int status() {
      return response.getCode();
    }

    @Override
    public String contentType() {
      var header = response.getFirstHeader("Content-Type");
      return header == null ? "" : header.getValue();
    }

    @Override
    public Optional<String> retryAfter() {
      return Optional.ofNullable(response.getFirstHeader("Retry-After")).map(Header::getValue);
    }

    @Override
    public InputStream body() {
      return body;
    }

    /** Closes this side of the connection only, which servers take for a client that has left. */
    @Override
    public void stop() {
      try {
        if (context.getAttribute(SOCKET) instanceof Socket socket) {
          socket.setSoTimeout(STOPPING_MILLIS);
          socket.shutdownOutput();
        } else {
          close();
        }
      } catch (IOException e) {
        close();
      }
    }

    @Override
    public void close() {
      try {
        if (!ended) {
          request.cancel();
        }
        response.close();
      } catch (IOException e) {
        // The exchange is over either way, and its connection is not used again.
      }
    }

    private InputStream counted(InputStream content) {
      return new FilterInputStream(content) {
        @Override
        public int read() throws IOException {
          return noted(super.read());
        }

        @Override
        public int read(byte[] to, int from, int length) throws IOException {
          return noted(super.read(to, from, length));
        }

        private int noted(int read) {
          ended |= read < 0;
          return read;
        }
      };
    }
  }
}
