package io.nexus.control.spi;

import java.util.Set;

/** Creates clients of backends of one or more types. */
public non-sealed interface BackendClientFactory extends NexusExtension {

  /** The values of a backend's {@code type} in the configuration for which it creates clients. */
  Set<String> types();

  /**
   * Creates the client of one backend. It is used for the gateway's lifetime.
   *
   * @throws IllegalArgumentException if the backend cannot be served, saying what to change
   */
  BackendClient create(BackendAddress address);
}
