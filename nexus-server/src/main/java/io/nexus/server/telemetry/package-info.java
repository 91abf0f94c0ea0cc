/**
 * Traces and metrics for a collector of OpenTelemetry, by OTLP over HTTP. Start at {@link
 * io.nexus.server.telemetry.Telemetry}. None of it is loaded unless it is switched on.
 */
@org.jspecify.annotations.NullMarked
package io.nexus.server.telemetry;
