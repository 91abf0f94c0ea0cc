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
 * Checks a kept connection before reuse. Servers close idle connections, and that must be detected
 * before sending: afterwards it cannot be distinguished from a server that took the request and
 * failed.
 */
final class KeptConnection {

  /** The connection was closed, or has unexpected bytes. Nothing was sent on it. */
  static final class StaleException extends IOException {
    private static final long serialVersionUID = 1L;

    StaleException() {
      super("the kept connection is of no more use");
    }
  }

  private KeptConnection() {}

  /** A pool whose sockets have channels, which can be read without blocking. */
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

  @SuppressWarnings("AddressSelection") // no address selection here
  private static Socket socket(Proxy proxy) throws IOException {
    return proxy == null || proxy.type() == Proxy.Type.DIRECT
        ? SocketChannel.open().socket()
        : new Socket(proxy);
  }

  /**
   * Fails unless the connection is open and has no unread bytes. Takes one system call.
   *
   * @throws StaleException if it is closed or has unread bytes
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
      // Closed by the other side, like an end of input.
    }
    throw new StaleException();
  }
}
