package io.nexus.server;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.security.KeyManagementException;
import java.security.SecureRandom;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLContextSpi;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLServerSocketFactory;
import javax.net.ssl.SSLSessionContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManager;

/**
 * A TLS context whose certificate can be replaced, and which requires client certificates: on plain
 * sockets Helidon 4.5.0 does not request them, whatever its configuration says.
 */
final class ServerTlsContext extends SSLContextSpi {

  private final boolean asksClients;
  private volatile SSLContext current;

  ServerTlsContext(SSLContext first, boolean asksClients) {
    this.current = first;
    this.asksClients = asksClients;
  }

  /** Uses another context for new connections. */
  void replace(SSLContext next) {
    current = next;
  }

  /** This context as a platform object. */
  SSLContext asContext() {
    return new SSLContext(this, current.getProvider(), current.getProtocol()) {};
  }

  @Override
  protected void engineInit(KeyManager[] keys, TrustManager[] trust, SecureRandom random)
      throws KeyManagementException {
    throw new KeyManagementException("it is ready");
  }

  @Override
  protected SSLSocketFactory engineGetSocketFactory() {
    return new Sockets(current.getSocketFactory(), asksClients);
  }

  @Override
  protected SSLServerSocketFactory engineGetServerSocketFactory() {
    return current.getServerSocketFactory();
  }

  @Override
  protected SSLEngine engineCreateSSLEngine() {
    return current.createSSLEngine();
  }

  @Override
  protected SSLEngine engineCreateSSLEngine(String host, int port) {
    return current.createSSLEngine(host, port);
  }

  @Override
  protected SSLSessionContext engineGetServerSessionContext() {
    return current.getServerSessionContext();
  }

  @Override
  protected SSLSessionContext engineGetClientSessionContext() {
    return current.getClientSessionContext();
  }

  /** Sockets over accepted connections; the server creates no others. */
  private static final class Sockets extends SSLSocketFactory {

    private final SSLSocketFactory inner;
    private final boolean asksClients;

    Sockets(SSLSocketFactory inner, boolean asksClients) {
      this.inner = inner;
      this.asksClients = asksClients;
    }

    @Override
    public Socket createSocket(Socket accepted, java.io.InputStream consumed, boolean autoClose)
        throws IOException {
      var socket = inner.createSocket(accepted, consumed, autoClose);
      if (asksClients && socket instanceof SSLSocket secure) {
        secure.setNeedClientAuth(true);
      }
      return socket;
    }

    @Override
    public String[] getDefaultCipherSuites() {
      return inner.getDefaultCipherSuites();
    }

    @Override
    public String[] getSupportedCipherSuites() {
      return inner.getSupportedCipherSuites();
    }

    @Override
    public Socket createSocket(Socket socket, String host, int port, boolean autoClose)
        throws IOException {
      throw new IOException("a server does not connect");
    }

    @Override
    public Socket createSocket(String host, int port) throws IOException {
      throw new IOException("a server does not connect");
    }

    @Override
    public Socket createSocket(String host, int port, InetAddress local, int localPort)
        throws IOException {
      throw new IOException("a server does not connect");
    }

    @Override
    public Socket createSocket(InetAddress host, int port) throws IOException {
      throw new IOException("a server does not connect");
    }

    @Override
    public Socket createSocket(InetAddress address, int port, InetAddress local, int localPort)
        throws IOException {
      throw new IOException("a server does not connect");
    }
  }
}
