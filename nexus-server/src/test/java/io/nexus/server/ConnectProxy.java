package io.nexus.server;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** A proxy that connects to the requested address, or refuses. */
final class ConnectProxy implements AutoCloseable {

  private final ServerSocket listener;
  private final int status;
  private final List<String> asked = new CopyOnWriteArrayList<>();

  private ConnectProxy(ServerSocket listener, int status) {
    this.listener = listener;
    this.status = status;
  }

  /** One that answers so. */
  static ConnectProxy start(int status) throws IOException {
    var proxy = new ConnectProxy(new ServerSocket(0, 50, InetAddress.getLoopbackAddress()), status);
    Thread.ofVirtual().start(proxy::accept);
    return proxy;
  }

  int port() {
    return listener.getLocalPort();
  }

  /** The first lines of the requests that came. */
  List<String> asked() {
    return List.copyOf(asked);
  }

  private void accept() {
    try {
      while (true) {
        var client = listener.accept();
        Thread.ofVirtual().start(() -> serve(client));
      }
    } catch (IOException e) {
      // Closed.
    }
  }

  private void serve(Socket client) {
    try {
      var head = new StringBuilder();
      while (head.indexOf("\r\n\r\n") < 0) {
        head.append((char) client.getInputStream().read());
      }
      var line = head.substring(0, head.indexOf("\r\n"));
      asked.add(line);
      client.getOutputStream().write(("HTTP/1.1 " + status + " Answer\r\n\r\n").getBytes(US_ASCII));
      if (status == 200) {
        var port = Integer.parseInt(line.substring(line.indexOf(':') + 1, line.indexOf(" HTTP")));
        TlsRelay.join(client, new Socket(InetAddress.getLoopbackAddress(), port));
      } else {
        client.close();
      }
    } catch (IOException e) {
      // The client has gone.
    }
  }

  @Override
  public void close() throws IOException {
    listener.close();
  }
}
