package io.nexus.control.spi;

import java.net.URI;
import java.time.Duration;
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
 */
public record BackendAddress(
    String name,
    String type,
    URI url,
    Optional<String> apiKey,
    Duration timeout,
    int maxConnections) {

  /** Leaves the key out. */
  @Override
  public String toString() {
    return name + " (" + type + ") at " + url;
  }
}
