package io.nexus.server.backend;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** TLS with given certificate authorities. */
final class TrustedAuthorities {

  private TrustedAuthorities() {}

  /**
   * A context that trusts the authorities in the file and no others.
   *
   * @param file certificates in PEM
   * @throws IllegalArgumentException if it contains none; the message names the file
   */
  static SSLContext of(Path file) {
    try (var in = Files.newInputStream(file)) {
      var trusted = KeyStore.getInstance(KeyStore.getDefaultType());
      trusted.load(null, null);
      for (var certificate : CertificateFactory.getInstance("X.509").generateCertificates(in)) {
        trusted.setCertificateEntry("authority-" + trusted.size(), certificate);
      }
      if (trusted.size() == 0) {
        throw new IllegalArgumentException("ca_file " + file + " has no certificate in it");
      }
      var trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      trust.init(trusted);
      var context = SSLContext.getInstance("TLS");
      context.init(null, trust.getTrustManagers(), null);
      return context;
    } catch (IOException e) {
      throw new IllegalArgumentException("ca_file " + file + " cannot be read", e);
    } catch (GeneralSecurityException e) {
      throw new IllegalArgumentException("ca_file " + file + " is not a certificate in PEM", e);
    }
  }
}
