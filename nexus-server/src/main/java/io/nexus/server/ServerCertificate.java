package io.nexus.server;

import io.helidon.common.configurable.Resource;
import io.helidon.common.pki.Keys;
import io.helidon.common.tls.Tls;
import io.nexus.config.ServerTls;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.time.Instant;
import javax.net.ssl.SSLContext;

/** The server certificate, from files in PEM. Connections keep the one with which they began. */
final class ServerCertificate {

  private static final Logger LOG = System.getLogger(ServerCertificate.class.getName());
  private static final byte[] ANYTHING = {1};

  private final ServerTls files;
  private final ServerTlsContext context;

  /**
   * Reads the files.
   *
   * @throws StartException if they are not valid
   */
  ServerCertificate(ServerTls files) {
    this.files = files;
    this.context = new ServerTlsContext(read(files), files.clientCa().isPresent());
  }

  /** The TLS configuration for the server. */
  Tls tls() {
    return Tls.builder()
        .managerDiscoverServices(false)
        .sslContext(context.asContext())
        // Client certificates are not bound to an address: a client is a program or a proxy.
        .endpointIdentificationAlgorithm(Tls.ENDPOINT_IDENTIFICATION_NONE)
        .build();
  }

  /** Reloads the files; if they are not valid, keeps the previous certificate. */
  void reload() {
    try {
      context.replace(read(files));
      LOG.log(Level.INFO, "New connections are shown the certificate in {0}", files.certificate());
    } catch (StartException e) {
      LOG.log(Level.ERROR, "The certificate stays as it was: {0}", e.getMessage());
    }
  }

  private static SSLContext read(ServerTls files) {
    var own = own(files);
    var tls = Tls.builder().managerDiscoverServices(false).privateKey(own).privateKeyCertChain(own);
    files.clientCa().ifPresent(file -> tls.trust(authorities(file)));
    return tls.build().sslContext();
  }

  private static Keys own(ServerTls files) {
    var key = resource("tls_key_file", files.privateKey());
    var chain = resource("tls_cert_file", files.certificate());
    Keys own;
    try {
      own = Keys.builder().pem(pem -> pem.key(key).certChain(chain)).build();
    } catch (RuntimeException e) {
      throw wrong(
          "tls_cert_file",
          files.certificate(),
          "it and tls_key_file "
              + files.privateKey()
              + " are to be a certificate and a private key without a password, in PEM");
    }
    var certificate =
        own.certChain().stream()
            .findFirst()
            .orElseThrow(
                () -> wrong("tls_cert_file", files.certificate(), "has no certificate in it"));
    var privateKey =
        own.privateKey()
            .orElseThrow(
                () -> wrong("tls_key_file", files.privateKey(), "has no private key in it"));
    if (!belongTogether(privateKey, certificate.getPublicKey())) {
      throw wrong("tls_key_file", files.privateKey(), "is not the key of " + files.certificate());
    }
    if (certificate.getNotAfter().toInstant().isBefore(Instant.now())) {
      LOG.log(
          Level.WARNING,
          "The certificate in {0} has expired: clients will refuse it",
          files.certificate());
    }
    return own;
  }

  private static Keys authorities(Path file) {
    var certificates = resource("tls_client_ca_file", file);
    try {
      var keys = Keys.builder().pem(pem -> pem.certificates(certificates)).build();
      if (!keys.certs().isEmpty()) {
        return keys;
      }
    } catch (RuntimeException e) {
      // Logged below.
    }
    throw wrong("tls_client_ca_file", file, "is to be certificates in PEM");
  }

  private static Resource resource(String key, Path file) {
    if (!Files.isReadable(file)) {
      throw wrong(key, file, "cannot be read");
    }
    return Resource.create(file);
  }

  private static boolean belongTogether(PrivateKey privateKey, PublicKey publicKey) {
    var algorithm =
        switch (privateKey.getAlgorithm()) {
          case "RSA" -> "SHA256withRSA";
          case "EC" -> "SHA256withECDSA";
          default -> privateKey.getAlgorithm();
        };
    try {
      var signature = Signature.getInstance(algorithm);
      signature.initSign(privateKey);
      signature.update(ANYTHING);
      var signed = signature.sign();
      signature.initVerify(publicKey);
      signature.update(ANYTHING);
      return signature.verify(signed);
    } catch (GeneralSecurityException e) {
      return false;
    }
  }

  private static StartException wrong(String key, Path file, String problem) {
    return new StartException("server", key + " " + file, problem);
  }
}
