package io.nexus.config;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * {@code [server]}: what the gateway listens on and how long it is patient.
 *
 * @param host the name or address to listen on
 * @param port the port to listen on; 0 for any free one
 * @param maxRequestBytes the largest body that is read
 * @param maxResponseBytes the largest answer in one piece that is taken from a backend
 * @param maxBodiesBytes what the bodies of all requests under way, and answers in one piece, may
 *     take together; 0 for a quarter of the heap
 * @param maxConnections the most connections of clients at once
 * @param headerTimeout how long the head of a request may take
 * @param bodyTimeout how long the body of a request may take
 * @param writeTimeout how long a client may take to read what was written to it
 * @param requestTimeout for a whole request; for a stream, between two of its chunks
 * @param shutdownGrace how long requests may go on after the gateway was told to stop
 * @param drainDelay how long requests are still taken after the gateway was told to stop and says
 *     that it is not ready, so that balancers learn of it first
 * @param allowAnonymous whether a gateway that other machines reach may do without keys
 * @param watch whether the file is reloaded whenever it changes
 * @param allowedHosts names by which a gateway without keys may be called, beside its own
 * @param corsOrigins the origins of web pages that may call the gateway
 * @param trustedProxies whose {@code X-Forwarded-For} is believed
 * @param tls the certificate that is shown; plain HTTP if empty
 * @param adminKey the key of the admin API; without a value there is no admin API
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
