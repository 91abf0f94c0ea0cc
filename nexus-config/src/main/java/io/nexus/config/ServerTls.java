package io.nexus.config;

import java.nio.file.Path;
import java.util.Optional;

/**
 * The {@code tls_} keys of {@code [server]}: HTTPS for clients. All files are in PEM.
 *
 * @param certificate the gateway's certificate chain
 * @param privateKey its private key, without a password
 * @param clientCa the authorities of required client certificates; none are required if empty
 */
public record ServerTls(Path certificate, Path privateKey, Optional<Path> clientCa) {}
