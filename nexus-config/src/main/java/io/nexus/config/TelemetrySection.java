package io.nexus.config;

import java.net.URI;
import java.time.Duration;

/** {@code [otel]}. */
final class TelemetrySection {

  private static final String HEADERS = "headers";
  private static final Key<Boolean> ENABLED = Key.of("enabled", Types.flag(), false);
  private static final Key<URI> ENDPOINT =
      Key.of("endpoint", Addresses.web(), URI.create("http://localhost:4318"));
  private static final Key<String> SERVICE_NAME = Key.of("service_name", Types.text(), "nexus");
  private static final Key<Boolean> TRACES = Key.of("traces", Types.flag(), true);
  private static final Key<Boolean> METRICS = Key.of("metrics", Types.flag(), true);
  private static final Key<Integer> SAMPLE_PERCENT =
      Key.of("sample_percent", Types.whole(0, 100), 100);
  private static final Key<Duration> METRIC_INTERVAL =
      Key.of("metric_interval_seconds", Types.seconds(1, 86_400), Duration.ofMinutes(1));

  private TelemetrySection() {}

  static TelemetryConfig read(TableReader in) {
    boolean named = in.optional(ENDPOINT).isPresent();
    boolean enabled = in.get(ENABLED, named) && !TelemetryEnvironment.isOff(in.environment());
    var environment = new TelemetryEnvironment(in, enabled);
    return new TelemetryConfig(
        enabled,
        in.get(ENDPOINT, environment.endpoint(ENDPOINT.fallback())),
        in.get(SERVICE_NAME, environment.text("OTEL_SERVICE_NAME", SERVICE_NAME.fallback())),
        in.get(TRACES, environment.exports("TRACES")),
        in.get(METRICS, environment.exports("METRICS")),
        in.get(SAMPLE_PERCENT),
        in.get(METRIC_INTERVAL),
        NamedValues.read(in, HEADERS),
        environment.rest(SecretKeys.read(in, HEADERS)));
  }

  static void write(TomlWriter out, TelemetryConfig telemetry) {
    out.table("otel")
        .put(ENABLED, telemetry.enabled())
        .put(ENDPOINT, telemetry.endpoint())
        .put(SERVICE_NAME, telemetry.serviceName())
        .put(TRACES, telemetry.traces())
        .put(METRICS, telemetry.metrics())
        .put(SAMPLE_PERCENT, telemetry.samplePercent())
        .put(METRIC_INTERVAL, telemetry.metricInterval())
        .secret(HEADERS, telemetry.environment().headers());
    NamedValues.write(out, "otel." + HEADERS, telemetry.headers());
  }
}
