/**
 * Assembles the gateway. {@link io.nexus.server.Main} is the process, {@link
 * io.nexus.server.Gateway} one gateway from its configuration, {@code HttpServer} its port, {@code
 * Drain} its end.
 */
@org.jspecify.annotations.NullMarked
package io.nexus.server;
