package io.nexus.control.spi;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/**
 * Where a backend is and how to speak to it.
 *
 * @param name the backend's name in the configuration
 * @param type its type there
 * @param url its base address, the part before {@code /chat/completions}
 * @param apiKey the backend's own key, if it wants one
 * @param timeout how long to wait for the answer's beginning, and between two pieces of it
 * @param connectTimeout how long a connection may take to open
 * @param maxConnections how many requests may be under way at once
 * @param headers what every request carries beside what belongs to the request; may hold secrets
 * @param caFile the authorities, in PEM, of which its certificate has to be; those that Java trusts
 *     if empty
 * @param proxy through which it is reached; may hold credentials
 */
public record BackendAddress(
    String name,
    String type,
    URI url,
    Optional<String> apiKey,
    Duration timeout,
    Duration connectTimeout,
    int maxConnections,
    Map<String, String> headers,
    Optional<Path> caFile,
    Optional<URI> proxy) {

  /** How long a connection may take to open if nobody says so. */
  public static final Duration USUAL_CONNECT_TIMEOUT = Duration.ofSeconds(5);

  /** An address that is reached in the usual way. */
  public BackendAddress(
      String name,
      String type,
      URI url,
      Optional<String> apiKey,
      Duration timeout,
      int maxConnections) {
    this(
        name,
        type,
        url,
        apiKey,
        timeout,
        USUAL_CONNECT_TIMEOUT,
        maxConnections,
        Map.of(),
        Optional.empty(),
        Optional.empty());
  }

  /** Copies the headers. */
  public BackendAddress {
    headers = Map.copyOf(headers);
  }

  /** Leaves out the key, the headers and the proxy. */
  @Override
  public String toString() {
    return name + " (" + type + ") at " + url;
  }
}
