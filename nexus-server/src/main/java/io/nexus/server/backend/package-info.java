/**
 * The backends of this gateway: clients and connections, health, circuits, slots for concurrent
 * requests. Start at {@code BackendRegistry}.
 */
@org.jspecify.annotations.NullMarked
package io.nexus.server.backend;
