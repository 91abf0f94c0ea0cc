package io.nexus.config;

import java.time.Duration;

/**
 * {@code [server]}: what the gateway listens on and how long it is patient.
 *
 * @param host the name or address to listen on
 * @param port the port to listen on; 0 for any free one
 * @param maxRequestBytes the largest body that is read
 * @param requestTimeout for a whole request; for a stream, between two of its chunks
 * @param shutdownGrace how long requests may go on after the gateway was told to stop
 * @param allowAnonymous whether a gateway that other machines reach may do without keys
 * @param adminKey the key of the admin API; without a value there is no admin API
 */
public record ServerConfig(
    String host,
    int port,
    long maxRequestBytes,
    Duration requestTimeout,
    Duration shutdownGrace,
    boolean allowAnonymous,
    Secret adminKey) {}
