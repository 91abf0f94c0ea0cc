package io.nexus.control.spi;

import java.net.URI;
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
 * @param maxConnections how many requests may be under way at once
 * @param headers what every request carries beside what belongs to the request; may hold secrets
 */
public record BackendAddress(
    String name,
    String type,
    URI url,
    Optional<String> apiKey,
    Duration timeout,
    int maxConnections,
    Map<String, String> headers) {

  /** An address without headers of its own. */
  public BackendAddress(
      String name,
      String type,
      URI url,
      Optional<String> apiKey,
      Duration timeout,
      int maxConnections) {
    this(name, type, url, apiKey, timeout, maxConnections, Map.of());
  }

  /** Copies the headers. */
  public BackendAddress {
    headers = Map.copyOf(headers);
  }

  /** Leaves the key and the headers out. */
  @Override
  public String toString() {
    return name + " (" + type + ") at " + url;
  }
}
