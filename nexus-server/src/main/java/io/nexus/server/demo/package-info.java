/**
 * {@code nexus demo}: a gateway with simulated backends, and a tour of its budget's effects. The
 * launcher's cache learns from {@code Rehearsal}.
 */
@org.jspecify.annotations.NullMarked
package io.nexus.server.demo;
