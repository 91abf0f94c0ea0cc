package io.nexus.control.spi;

import java.util.Map;
import java.util.Set;

/** Creates sinks of spend records of one or more types. */
public non-sealed interface SpendSinkFactory extends NexusExtension {

  /** The values of {@code type} in {@code [[spend_sinks]]} for which it creates sinks. */
  Set<String> types();

  /**
   * Creates a sink, which is used for the gateway's lifetime. Must not fail because the receiver is
   * unreachable: records wait for it.
   *
   * @param name the sink's name in the configuration
   * @param type one of {@link #types}
   * @param options the other options of its configuration; may contain secrets
   * @throws IllegalArgumentException if the options are wrong, saying what to change
   */
  SpendSink create(String name, String type, Map<String, String> options);
}
