package io.nexus.server.backend;

import java.security.cert.CertPathBuilderException;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.util.Optional;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLPeerUnverifiedException;

/** Explains failed TLS handshakes, with a remedy. */
final class TlsProblem {

  private TlsProblem() {}

  /** Empty if the failure is not about TLS. Quotes nothing from the server. */
  static Optional<String> of(Throwable failure) {
    boolean tls = false;
    for (var cause = failure; cause != null; cause = cause.getCause()) {
      switch (cause) {
        case CertificateExpiredException _ -> {
          return Optional.of("its certificate has expired");
        }
        case CertificateNotYetValidException _ -> {
          return Optional.of("its certificate is not valid yet: is this machine's clock right?");
        }
        case SSLPeerUnverifiedException _ -> {
          return Optional.of("its certificate is for another host");
        }
        case CertPathBuilderException _ -> {
          return Optional.of(
              "its certificate is of no authority that is trusted: name that in 'ca_file'");
        }
        case CertPathValidatorException e when e.getCause() == null -> {
          return Optional.of("its certificate is not accepted");
        }
        case SSLException _ -> tls = true;
        default -> {
          // The cause may be more specific.
        }
      }
    }
    return tls ? Optional.of("no TLS can be agreed on: does it speak https?") : Optional.empty();
  }
}
