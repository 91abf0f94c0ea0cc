package io.nexus.server.backend;

import java.io.IOException;
import java.net.Proxy;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import org.apache.hc.client5.http.DnsResolver;
import org.apache.hc.client5.http.SchemePortResolver;
import org.apache.hc.client5.http.impl.io.DefaultHttpClientConnectionOperator;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManagerBuilder;
import org.apache.hc.client5.http.io.HttpClientConnectionOperator;
import org.apache.hc.client5.http.ssl.TlsSocketStrategy;
import org.apache.hc.core5.http.config.RegistryBuilder;
import org.jspecify.annotations.Nullable;

/**
 * Looks at a kept connection before it is used again. Servers close those after a while, and one
 * that was closed must be found out before anything is sent on it: later nobody can tell it from a
 * server that has taken the request and died of it.
 */
final class KeptConnection {

  /** The connection was closed, or has bytes that nobody asked for. Nothing was sent on it. */
  static final class StaleException extends IOException {
    private static final long serialVersionUID = 1L;

    StaleException() {
      super("the kept connection is of no more use");
    }
  }

  private KeptConnection() {}

  /** Connections whose sockets have channels, which can be read without waiting. */
  static PoolingHttpClientConnectionManagerBuilder pool() {
    return new PoolingHttpClientConnectionManagerBuilder() {
      @Override
      protected HttpClientConnectionOperator createConnectionOperator(
          SchemePortResolver ports, DnsResolver names, TlsSocketStrategy tls) {
        return new DefaultHttpClientConnectionOperator(
            KeptConnection::socket,
            ports,
            names,
            RegistryBuilder.<TlsSocketStrategy>create().register("https", tls).build());
      }
    };
  }

  @SuppressWarnings("AddressSelection") // no address is chosen here
  private static Socket socket(Proxy proxy) throws IOException {
    return proxy == null || proxy.type() == Proxy.Type.DIRECT
        ? SocketChannel.open().socket()
        : new Socket(proxy);
  }

  /**
   * Fails unless the connection is open and silent. Takes one call of the system.
   *
   * @throws StaleException if it is not
   */
  static void check(@Nullable Socket socket) throws StaleException {
    var channel = socket == null ? null : socket.getChannel();
    if (channel == null) {
      return;
    }
    try {
      channel.configureBlocking(false);
      try {
        if (channel.read(ByteBuffer.allocate(1)) == 0) {
          return;
        }
      } finally {
        channel.configureBlocking(true);
      }
    } catch (IOException e) {
      // Closed by the other side, as the read of an end is.
    }
    throw new StaleException();
  }
}
