package io.nexus.config;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * {@code [server]}: the HTTP server and its timeouts.
 *
 * @param host the name or address to listen on
 * @param port the port to listen on; 0 for any free one
 * @param maxRequestBytes the largest request body, in bytes
 * @param maxResponseBytes the largest answer in one piece from a backend, in bytes
 * @param maxBodiesBytes the largest sum of all request bodies and answers in one piece in memory,
 *     in bytes; 0 for a quarter of the heap
 * @param maxConnections the largest number of client connections
 * @param headerTimeout how long the head of a request may take
 * @param bodyTimeout how long the body of a request may take
 * @param writeTimeout how long a client may take to read what was written to it
 * @param requestTimeout the longest time for a request; for a stream, between two chunks
 * @param shutdownGrace how long requests may run after the gateway is asked to stop
 * @param drainDelay how long the gateway still accepts requests, while it reports that it is not
 *     ready, after it is asked to stop, so that load balancers notice first
 * @param allowAnonymous whether a gateway that other machines can reach may run without keys
 * @param watch whether the file is reloaded when it changes
 * @param allowedHosts additional host names under which a gateway without keys may be called
 * @param corsOrigins the origins of web pages that may call the gateway
 * @param trustedProxies the proxies whose {@code X-Forwarded-For} is trusted
 * @param tls the certificate; plain HTTP if empty
 * @param adminKey the key of the admin API; if it is unset there is no admin API
 */
public record ServerConfig(
    String host,
    int port,
    long maxRequestBytes,
    long maxResponseBytes,
    long maxBodiesBytes,
    int maxConnections,
    Duration requestTimeout,
    Duration headerTimeout,
    Duration bodyTimeout,
    Duration writeTimeout,
    Duration shutdownGrace,
    Duration drainDelay,
    boolean allowAnonymous,
    boolean watch,
    List<String> allowedHosts,
    List<String> corsOrigins,
    List<AddressRange> trustedProxies,
    Optional<ServerTls> tls,
    Secret adminKey) {

  /** Copies the lists. */
  public ServerConfig {
    allowedHosts = List.copyOf(allowedHosts);
    corsOrigins = List.copyOf(corsOrigins);
    trustedProxies = List.copyOf(trustedProxies);
  }
}
