package io.nexus.control.spi;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/**
 * A backend's address and connection settings.
 *
 * @param name the backend's name in the configuration
 * @param type its type there
 * @param url its base address, the part before {@code /chat/completions}
 * @param apiKey the key for the backend; empty if it needs none
 * @param timeout the longest wait for the beginning of the answer, and between two pieces of it
 * @param connectTimeout how long a connection may take to open
 * @param maxConnections the largest number of parallel requests
 * @param headers additional headers of every request; may contain secrets
 * @param caFile a PEM file of the certificate authorities to trust; empty for Java's default
 * @param proxy the proxy to use; may contain credentials
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

  /** The default connect timeout. */
  public static final Duration USUAL_CONNECT_TIMEOUT = Duration.ofSeconds(5);

  /** An address with default connection settings. */
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
