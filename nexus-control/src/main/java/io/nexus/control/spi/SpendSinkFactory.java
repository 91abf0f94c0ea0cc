package io.nexus.control.spi;

import java.util.Map;
import java.util.Set;

/** Makes sinks of spend records of one or more types. */
public non-sealed interface SpendSinkFactory extends NexusExtension {

  /** The values of {@code type} in {@code [[spend_sinks]]} that it serves. */
  Set<String> types();

  /**
   * Makes a sink. It is kept for the gateway's life. A receiver that cannot be reached is no reason
   * to fail: records wait for it.
   *
   * @param name the sink's name in the configuration
   * @param type one of {@link #types}
   * @param options what the configuration says beside; may hold secrets
   * @throws IllegalArgumentException if the options are wrong, saying what to change
   */
  SpendSink create(String name, String type, Map<String, String> options);
}
