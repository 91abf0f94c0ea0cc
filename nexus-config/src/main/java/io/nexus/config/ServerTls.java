package io.nexus.config;

import java.nio.file.Path;
import java.util.Optional;

/**
 * The {@code tls_} keys of {@code [server]}: clients speak HTTPS. All files are in PEM.
 *
 * @param certificate the gateway's certificate and those between it and its authority's
 * @param privateKey of the certificate, without a password
 * @param clientCa the authorities of which each client has to show a certificate; clients show none
 *     if empty
 */
public record ServerTls(Path certificate, Path privateKey, Optional<Path> clientCa) {}
