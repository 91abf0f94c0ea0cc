package io.nexus.server.http;

import io.helidon.common.buffers.BufferData;
import io.helidon.common.buffers.DataReader;
import io.helidon.common.buffers.DataWriter;
import io.helidon.common.concurrency.limits.Limit;
import io.helidon.common.socket.HelidonSocket;
import io.helidon.common.socket.PeerInfo;
import io.helidon.webserver.ConnectionContext;
import io.helidon.webserver.ListenerContext;
import io.helidon.webserver.ProxyProtocolData;
import io.helidon.webserver.Router;
import io.helidon.webserver.spi.ServerConnection;
import io.helidon.webserver.spi.ServerConnectionSelector;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Semaphore;

/** HTTP/1.1 connections, each with a {@link ClientWatch} over its client. */
public final class WatchedConnections implements ServerConnectionSelector {

  private final ServerConnectionSelector http;
  private final ConnectionDeadlines deadlines;
  private final BodiesInFlight bodies;

  /**
   * Wraps the connections of the given selector.
   *
   * @param deadlines of their clients
   * @param bodies bounds the heap taken by bodies
   */
  public WatchedConnections(
      ServerConnectionSelector http, ConnectionDeadlines deadlines, BodiesInFlight bodies) {
    this.http = http;
    this.deadlines = deadlines;
    this.bodies = bodies;
  }

  @Override
  public int bytesToIdentifyConnection() {
    return http.bytesToIdentifyConnection();
  }

  @Override
  public Support supports(BufferData data) {
    return http.supports(data);
  }

  @Override
  public Set<String> supportedApplicationProtocols() {
    return http.supportedApplicationProtocols();
  }

  @Override
  public ServerConnection connection(ConnectionContext context) {
    var deadline = deadlines.of(context.serverSocket());
    var watch =
        new ClientWatch(context.dataReader(), context.serverSocket(), deadline, bodies.share());
    var writer = new TimedWriter(context.dataWriter(), deadline);
    return new Connection(
        http.connection(
            new Context(context, new UnchainedReader(watch, watch::firstLineIsDue), writer)),
        watch);
  }

  private record Connection(ServerConnection http, ClientWatch watch) implements ServerConnection {

    @Override
    public void handle(Limit limit) throws InterruptedException {
      try {
        ClientWatch.bind(watch)
            .<Boolean, InterruptedException>call(
                () -> {
                  http.handle(limit);
                  return true;
                });
      } finally {
        watch.requestEnded();
        watch.deadline().forget();
      }
    }

    @Override
    @SuppressWarnings("removal") // the interface still requires it
    public void handle(Semaphore requests) throws InterruptedException {
      throw new UnsupportedOperationException("connections are limited by Limit");
    }

    @Override
    public Duration idleTime() {
      return http.idleTime();
    }

    @Override
    public void close(boolean interrupt) {
      http.close(interrupt);
    }
  }

  /** Writes within the time that a client may take to read. */
  private record TimedWriter(DataWriter inner, ConnectionDeadlines.Deadline deadline)
      implements DataWriter {

    @Override
    public void write(BufferData... buffers) {
      deadline.write();
      inner.write(buffers);
      deadline.met();
    }

    @Override
    public void write(BufferData buffer) {
      deadline.write();
      inner.write(buffer);
      deadline.met();
    }

    @Override
    public void writeNow(BufferData... buffers) {
      deadline.write();
      inner.writeNow(buffers);
      deadline.met();
    }

    @Override
    public void writeNow(BufferData buffer) {
      deadline.write();
      inner.writeNow(buffer);
      deadline.met();
    }

    @Override
    public void flush() {
      inner.flush();
    }

    @Override
    public void close() {
      inner.close();
    }
  }

  /** The connection's context, reading through the watch and writing within the deadline. */
  private record Context(ConnectionContext inner, DataReader dataReader, DataWriter dataWriter)
      implements ConnectionContext {

    @Override
    public ListenerContext listenerContext() {
      return inner.listenerContext();
    }

    @Override
    public ExecutorService executor() {
      return inner.executor();
    }

    @Override
    public Router router() {
      return inner.router();
    }

    @Override
    public Optional<ProxyProtocolData> proxyProtocolData() {
      return inner.proxyProtocolData();
    }

    @Override
    public HelidonSocket serverSocket() {
      return inner.serverSocket();
    }

    @Override
    public PeerInfo remotePeer() {
      return inner.remotePeer();
    }

    @Override
    public PeerInfo localPeer() {
      return inner.localPeer();
    }

    @Override
    public boolean isSecure() {
      return inner.isSecure();
    }

    @Override
    public String socketId() {
      return inner.socketId();
    }

    @Override
    public String childSocketId() {
      return inner.childSocketId();
    }
  }
}
