package io.nexus.control.spi;

import java.util.Set;

/** Makes the clients that speak to backends of one or more types. */
public non-sealed interface BackendClientFactory extends NexusExtension {

  /** The values of a backend's {@code type} in the configuration that it serves. */
  Set<String> types();

  /**
   * Makes the client of one backend. It is kept for the gateway's life.
   *
   * @throws IllegalArgumentException if the backend cannot be served, saying what to change
   */
  BackendClient create(BackendAddress address);
}
