package io.nexus.server;

import io.helidon.http.DirectHandler;
import io.helidon.http.DirectHandler.EventType;
import io.helidon.http.DirectHandler.TransportRequest;
import io.helidon.http.DirectHandler.TransportResponse;
import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
import io.helidon.http.Headers;
import io.helidon.http.ServerResponseHeaders;
import io.helidon.http.Status;
import io.helidon.webserver.CloseConnectionException;
import io.helidon.webserver.WebServer;
import io.helidon.webserver.http.DirectHandlers;
import io.helidon.webserver.http.FilterChain;
import io.helidon.webserver.http.HttpRouting;
import io.helidon.webserver.http.RoutingRequest;
import io.helidon.webserver.http.RoutingResponse;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.helidon.webserver.http1.Http1ConnectionSelector;
import io.nexus.config.ServerConfig;
import io.nexus.server.http.ApiException;
import io.nexus.server.http.BodiesInFlight;
import io.nexus.server.http.ClientWatch;
import io.nexus.server.http.ConnectionDeadlines;
import io.nexus.server.http.ContentCodings;
import io.nexus.server.http.DateHeader;
import io.nexus.server.http.Errors;
import io.nexus.server.http.HeadOnly;
import io.nexus.server.http.SiteGuard;
import io.nexus.server.http.WatchedConnections;
import io.nexus.server.routes.FallbackRoute;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/** The HTTP side of the gateway: how connections are served and how failures are answered. */
final class HttpServer {

  private static final Logger LOG = System.getLogger(HttpServer.class.getName());

  private HttpServer() {}

  /**
   * Creates a server; port 0 lets the system choose one.
   *
   * @param certificate null for plain HTTP
   * @param clock for the answers' {@code Date}
   */
  static WebServer create(
      ServerConfig config,
      HttpRouting.Builder routing,
      SiteGuard guard,
      ConnectionDeadlines deadlines,
      @Nullable ServerCertificate certificate,
      InstantSource clock) {
    var date = new DateHeader(clock);
    routing.addFilter(
        (chain, _, response) -> {
          response.header(date.now());
          chain.proceed();
        });
    routing.addFilter(HttpServer::closeWhenAnnounced);
    routing.addFilter(HttpServer::noteRequest);
    routing.addFilter(guard::filter);
    routing.error(ApiException.class, HttpServer::refused);
    routing.error(Throwable.class, HttpServer::failed);
    var http =
        Http1ConnectionSelector.builder()
            .config(http1 -> http1.validateRequestHeaders(true).continueImmediately(false))
            .build();
    var server =
        WebServer.builder()
            .host(config.host())
            .port(config.port())
            // Without it each event of a stream waits for the client's acknowledgement of the
            // previous one.
            .connectionOptions(options -> options.tcpNoDelay(true))
            // A channel keeps two buffers of 8 KB for each connection, a plain socket one.
            .useNio(false)
            .writeQueueLength(0)
            // Answers are written in one piece, and streams have their own buffer.
            .writeBufferSize(0)
            .shutdownHook(false)
            .shutdownGracePeriod(Duration.ofMillis(500))
            .maxTcpConnections(config.maxConnections())
            .addConnectionSelector(
                new WatchedConnections(
                    http, deadlines, new BodiesInFlight(config.maxBodiesBytes())))
            .protocolsDiscoverServices(false)
            .featuresDiscoverServices(false)
            .concurrencyLimitDiscoverServices(false)
            .contentEncoding(new ContentCodings())
            .directHandlers(handlers -> envelopes(handlers, date))
            .addRouting(routing);
    if (certificate != null) {
      server.tls(certificate.tls());
    }
    return server.build();
  }

  /**
   * Listens briefly, because the server itself reports an unavailable address only by a stack
   * trace.
   *
   * @throws ListenException if the address is not available
   */
  static void tryAddress(ServerConfig config) {
    var address = new InetSocketAddress(config.host(), config.port());
    if (address.isUnresolved()) {
      throw new ListenException(
          config.host(), config.port(), "this host is not known: give one of this machine's own");
    }
    try (var socket = new ServerSocket()) {
      socket.setReuseAddress(true);
      socket.bind(address);
    } catch (IOException e) {
      throw new ListenException(config.host(), config.port(), problem(e));
    }
  }

  private static String problem(IOException e) {
    var message = String.valueOf(e.getMessage());
    if (message.contains("in use")) {
      return "is in use: stop what listens there, or choose another with --port or server.port";
    }
    if (message.contains("Permission")) {
      return "is not permitted to this user: choose a port from 1024 on";
    }
    return "cannot be listened on (" + message + "): give an address of this machine";
  }

  private static void refused(ServerRequest request, ServerResponse response, ApiException error) {
    Errors.send(HeadOnly.response(request, response), error);
  }

  private static void failed(ServerRequest request, ServerResponse response, Throwable problem) {
    LOG.log(
        Level.ERROR,
        () -> "A request to " + request.path().path() + " failed within the gateway",
        problem);
    Errors.send(
        HeadOnly.response(request, response),
        ApiException.unavailable(
            500, "internal_error", "internal_error", "The gateway failed on this request."));
  }

  /** Tells the client's connection when the head of a request is complete, and when it ends. */
  private static void noteRequest(
      FilterChain chain, RoutingRequest request, RoutingResponse response) {
    var client = ClientWatch.current();
    client.requestBegan();
    try {
      chain.proceed();
    } finally {
      client.requestEnded();
    }
  }

  /**
   * Closes a connection after an answer with {@code Connection: close}, which Helidon 4.5.0 leaves
   * to the client (helidon-io/helidon#12324). Refusals of filters are answered here, because
   * Helidon would answer them after all filters.
   */
  private static void closeWhenAnnounced(
      FilterChain chain, RoutingRequest request, RoutingResponse response) {
    try {
      chain.proceed();
    } catch (ApiException e) {
      refused(request, response, e);
    } catch (CloseConnectionException e) {
      throw e;
    } catch (RuntimeException e) {
      failed(request, response, e);
    }
    if (closes(response.headers())) {
      readRest(request);
      throw new CloseConnectionException("closed as the answer says");
    }
  }

  /**
   * Reads the rest of the request of a client that asked for the end, because closing with unread
   * bytes could discard the answer. A body that was refused is left, and one that the client holds
   * back until it is asked for.
   */
  private static void readRest(RoutingRequest request) {
    var client = ClientWatch.current();
    if (!closes(request.headers())
        || client.refusedBody()
        || request.content().consumed()
        || (request.headers().containsToken(HeaderValues.EXPECT_100) && !request.continueSent())) {
      return;
    }
    client.awaitBody();
    try {
      request.content().consume();
    } catch (RuntimeException e) {
      LOG.log(Level.DEBUG, "The rest of an answered request could not be read", e);
    } finally {
      client.bodyArrived();
    }
  }

  private static boolean closes(Headers headers) {
    if (!headers.contains(HeaderNames.CONNECTION)) {
      return false;
    }
    var said = headers.get(HeaderNames.CONNECTION);
    // The fast path for the usual header: parsing it costs more than all of this.
    boolean stays = said.valueCount() == 1 && said.get().equalsIgnoreCase("keep-alive");
    return !stays && headers.containsToken(HeaderValues.CONNECTION_CLOSE);
  }

  /**
   * Answers requests that never reach a route, such as malformed ones, in the error envelope too.
   */
  private static void envelopes(DirectHandlers.Builder handlers, DateHeader date) {
    for (var event : EventType.values()) {
      handlers.addHandler(event, new Envelope(date));
    }
  }

  private record Envelope(DateHeader date) implements DirectHandler {
    @Override
    public TransportResponse handle(
        TransportRequest request,
        EventType event,
        Status status,
        ServerResponseHeaders headers,
        String message) {
      return TransportResponse.builder()
          .status(status)
          .headers(headers)
          .header(date.now())
          .header(HeaderNames.CONTENT_TYPE, "application/json")
          .entity(Errors.text(error(status.code()), FallbackRoute.form(request.path())))
          .keepAlive(event.keepAlive())
          .build();
    }

    private static ApiException error(int status) {
      if (status == Status.HTTP_VERSION_NOT_SUPPORTED_505.code()) {
        return ApiException.invalid(
            status,
            null,
            "The gateway speaks HTTP/1.1: for a proxy before it, say so (nginx: proxy_http_version"
                + " 1.1).");
      }
      if (status == 431) {
        return ApiException.invalid(
            status, null, "The request's headers are longer than the 16384 bytes that are read.");
      }
      if (status == Status.REQUEST_URI_TOO_LONG_414.code()) {
        return ApiException.invalid(
            status, null, "The request's path is longer than this gateway reads.");
      }
      return status < 500
          ? ApiException.invalid(status, null, "The HTTP request is malformed.")
          : ApiException.unavailable(
              status, "internal_error", null, "The gateway failed on this request.");
    }
  }
}
