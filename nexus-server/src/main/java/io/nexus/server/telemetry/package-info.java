/**
 * Traces and metrics for a collector of OpenTelemetry, by OTLP over HTTP. Start at {@link
 * io.nexus.server.telemetry.Telemetry}. Loaded only if enabled.
 */
@org.jspecify.annotations.NullMarked
package io.nexus.server.telemetry;
