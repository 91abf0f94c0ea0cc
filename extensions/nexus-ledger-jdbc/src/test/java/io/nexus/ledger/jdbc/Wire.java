package io.nexus.ledger.jdbc;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** A network between a gateway and its database, which can be cut in several ways. */
final class Wire implements AutoCloseable {

  /** What becomes of what is sent. */
  enum Cut {
    /** It arrives. */
    NONE,
    /** Nothing arrives, and nobody is told. */
    SILENT,
    /** What the gateway sends arrives, and no answer does. */
    ANSWERS_LOST,
    /** Connections are reset. */
    RESET
  }

  private final ServerSocket listener = new ServerSocket(0, 64, InetAddress.getLoopbackAddress());
  private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
  private final int database;
  private volatile Cut cut = Cut.NONE;

  Wire(int database) throws IOException {
    this.database = database;
    Thread.ofVirtual().name("wire").start(this::accept);
  }

  int port() {
    return listener.getLocalPort();
  }

  void cut(Cut how) throws IOException {
    cut = how;
    if (how == Cut.RESET) {
      closeAll();
    }
  }

  /** Forwards again. A connection that has lost something is of no more use, and is closed. */
  void mend() throws IOException {
    closeAll();
    cut = Cut.NONE;
  }

  private void closeAll() throws IOException {
    for (var socket : sockets) {
      reset(socket);
    }
    sockets.clear();
  }

  /** Without lingering, a close sends a reset. */
  private static void reset(Socket socket) throws IOException {
    if (!socket.isClosed()) {
      socket.setSoLinger(true, 0);
      socket.close();
    }
  }

  private void accept() {
    while (!listener.isClosed()) {
      try {
        connect(listener.accept());
      } catch (IOException _) {
        // The test has ended, or the database is not there: the gateway sees its own failure.
      }
    }
  }

  private void connect(Socket gateway) throws IOException {
    if (cut == Cut.RESET) {
      reset(gateway);
      return;
    }
    var server = new Socket(InetAddress.getLoopbackAddress(), database);
    sockets.add(gateway);
    sockets.add(server);
    Thread.ofVirtual().start(() -> forward(gateway, server, false));
    Thread.ofVirtual().start(() -> forward(server, gateway, true));
  }

  private void forward(Socket from, Socket to, boolean answers) {
    var bytes = new byte[8192];
    try (from;
        to) {
      var in = from.getInputStream();
      for (int read = in.read(bytes); read >= 0; read = in.read(bytes)) {
        if (cut == Cut.NONE || (cut == Cut.ANSWERS_LOST && !answers)) {
          to.getOutputStream().write(bytes, 0, read);
        }
      }
    } catch (IOException _) {
      // The other direction is closed too, and the gateway sees it.
    }
  }

  @Override
  public void close() throws IOException {
    listener.close();
    closeAll();
  }
}
