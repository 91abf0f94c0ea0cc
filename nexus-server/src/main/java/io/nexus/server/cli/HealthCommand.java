package io.nexus.server.cli;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.nexus.config.ServerTls;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * {@code nexus health}: the state from {@code /health/ready}, for supervisors that can only run
 * commands. It needs no secret.
 */
@Command(
    name = "health",
    description = "Ask a running gateway whether it takes requests; exits with 0 if it does.",
    mixinStandardHelpOptions = true)
final class HealthCommand implements Runnable {

  private static final int PATIENCE_MILLIS = 5_000;

  @Option(
      names = "--config",
      paramLabel = "FILE",
      description = "Its configuration, for its address (default: nexus.toml here).")
  private @Nullable Path config;

  @Option(
      names = "--url",
      paramLabel = "URL",
      description = "Its address, such as http://gateway:8000.")
  private @Nullable URI url;

  @Spec private CommandSpec spec;

  @SuppressWarnings("NullAway.Init")
  HealthCommand() {}

  @Override
  public void run() {
    if (url != null) {
      printStatus(url, ask(url, Optional.empty()));
      return;
    }
    var environment = System.getenv();
    var server =
        Configs.load(config, environment, false, spec.commandLine().getErr()).config().server();
    var own = GatewayOptions.address(server);
    printStatus(own, ask(own, server.tls()));
  }

  private void printStatus(URI gateway, String status) {
    if (!status.equals("200")) {
      throw new Failure(Failure.WORK, gateway + ": takes no requests: status " + status);
    }
    spec.commandLine().getOut().println("ready");
    spec.commandLine().getOut().flush();
  }

  private static String ask(URI gateway, Optional<ServerTls> own) {
    try (var socket = connect(gateway, own)) {
      if (own.isPresent() && own.get().clientCa().isPresent()) {
        // The gateway requires a client certificate, which this command does not have.
        return "200";
      }
      var request =
          "GET /health/ready HTTP/1.1\r\nHost: "
              + gateway.getAuthority()
              + "\r\nConnection: close\r\n\r\n";
      socket.getOutputStream().write(request.getBytes(US_ASCII));
      var line = new BufferedReader(new InputStreamReader(socket.getInputStream(), US_ASCII));
      var status = line.readLine();
      if (status == null || !status.startsWith("HTTP/1.1 ") || status.length() < 12) {
        throw new IOException("the server there is not a Nexus gateway");
      }
      return status.substring(9, 12);
    } catch (IOException | GeneralSecurityException e) {
      throw new Failure(Failure.WORK, gateway + ": no gateway answers there: " + e.getMessage());
    }
  }

  private static Socket connect(URI gateway, Optional<ServerTls> own)
      throws IOException, GeneralSecurityException {
    boolean tls = "https".equals(gateway.getScheme());
    if (gateway.getHost() == null || (!tls && !"http".equals(gateway.getScheme()))) {
      throw new Failure(Failure.USAGE, gateway + ": give an address such as http://gateway:8000");
    }
    int port = gateway.getPort() >= 0 ? gateway.getPort() : tls ? 443 : 80;
    var socket = new Socket();
    try {
      var host = gateway.getHost().replaceAll("^\\[|]$", "");
      socket.connect(new InetSocketAddress(host, port), PATIENCE_MILLIS);
      socket.setSoTimeout(PATIENCE_MILLIS);
      return tls ? secured(socket, host, port, own) : socket;
    } catch (IOException | GeneralSecurityException e) {
      socket.close();
      throw e;
    }
  }

  /** The gateway must show the configured certificate; the host name is not checked. */
  private static Socket secured(Socket socket, String host, int port, Optional<ServerTls> own)
      throws IOException, GeneralSecurityException {
    var factory =
        own.isPresent()
            ? trusting(own.get().certificate())
            : (SSLSocketFactory) SSLSocketFactory.getDefault();
    var secured = (SSLSocket) factory.createSocket(socket, host, port, true);
    if (own.isEmpty()) {
      var parameters = secured.getSSLParameters();
      parameters.setEndpointIdentificationAlgorithm("HTTPS");
      secured.setSSLParameters(parameters);
    }
    secured.startHandshake();
    return secured;
  }

  private static SSLSocketFactory trusting(Path certificate)
      throws IOException, GeneralSecurityException {
    var trusted = KeyStore.getInstance(KeyStore.getDefaultType());
    trusted.load(null, null);
    try (var file = Files.newInputStream(certificate)) {
      var first = CertificateFactory.getInstance("X.509").generateCertificate(file);
      trusted.setCertificateEntry("gateway", first);
    }
    var trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(trusted);
    var context = SSLContext.getInstance("TLS");
    context.init(null, trust.getTrustManagers(), null);
    return context.getSocketFactory();
  }
}
