package io.nexus.server;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import javax.net.ssl.SSLContext;

/** Speaks TLS for a server that does not. */
final class TlsRelay implements AutoCloseable {

  private final ServerSocket listener;

  private TlsRelay(ServerSocket listener) {
    this.listener = listener;
  }

  /** Before the server on that port of this machine. */
  static TlsRelay start(SSLContext context, int port) throws IOException {
    var listener =
        context
            .getServerSocketFactory()
            .createServerSocket(0, 50, InetAddress.getLoopbackAddress());
    Thread.ofVirtual()
        .start(
            () -> {
              try {
                while (true) {
                  join(listener.accept(), new Socket(InetAddress.getLoopbackAddress(), port));
                }
              } catch (IOException e) {
                // Closed.
              }
            });
    return new TlsRelay(listener);
  }

  int port() {
    return listener.getLocalPort();
  }

  /** Passes on what comes, both ways, until one of them ends. */
  static void join(Socket one, Socket other) {
    Thread.ofVirtual().start(() -> copy(one, other));
    Thread.ofVirtual().start(() -> copy(other, one));
  }

  private static void copy(Socket from, Socket to) {
    try (from;
        to) {
      from.getInputStream().transferTo(to.getOutputStream());
    } catch (IOException e) {
      // One of them has gone.
    }
  }

  @Override
  public void close() throws IOException {
    listener.close();
  }
}
