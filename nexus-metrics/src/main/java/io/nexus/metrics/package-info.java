/**
 * The gateway's meters and the page that Prometheus reads. Start at {@link
 * io.nexus.metrics.GatewayMeters}, which has a group of meters for each part of the gateway.
 */
@org.jspecify.annotations.NullMarked
package io.nexus.metrics;
