package io.nexus.config;

import java.net.URI;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * {@code [otel]}: the export to an OpenTelemetry collector, by OTLP over HTTP. Omitted keys come
 * from OpenTelemetry's standard variables.
 *
 * @param enabled whether anything is exported
 * @param endpoint the collector's address
 * @param serviceName the gateway's name there
 * @param traces whether requests produce spans
 * @param metrics whether meters are sent
 * @param samplePercent the percentage of requests that produce spans, if the client does not decide
 * @param metricInterval how often meters are sent
 * @param headers headers of each message to the collector
 * @param environment the values that only variables have
 */
public record TelemetryConfig(
    boolean enabled,
    URI endpoint,
    String serviceName,
    boolean traces,
    boolean metrics,
    int samplePercent,
    Duration metricInterval,
    List<NamedValue> headers,
    FromEnvironment environment) {

  private static final String TRACES = "/v1/traces";
  private static final String METRICS = "/v1/metrics";

  /**
   * Values that come from variables only.
   *
   * @param tracesEndpoint the whole address for traces
   * @param metricsEndpoint the whole address for metrics
   * @param headers further headers as a comma-separated list, from the place in the file or
   *     OpenTelemetry's variable
   * @param resource the attributes of this gateway, by name
   */
  public record FromEnvironment(
      Optional<URI> tracesEndpoint,
      Optional<URI> metricsEndpoint,
      Optional<Secret> headers,
      Map<String, String> resource) {

    /** Copies the map. */
    public FromEnvironment {
      resource = Map.copyOf(resource);
    }
  }

  /** Copies the list. */
  public TelemetryConfig {
    headers = List.copyOf(headers);
  }

  /** The address for spans. */
  public URI tracesUrl() {
    return environment.tracesEndpoint.orElseGet(() -> below(TRACES));
  }

  /** The address for meters. */
  public URI metricsUrl() {
    return environment.metricsEndpoint.orElseGet(() -> below(METRICS));
  }

  private URI below(String path) {
    return URI.create(endpoint.toString().replaceFirst("/+$", "") + path);
  }

  /** The headers of each message, with secrets revealed; the file's take precedence. */
  public Map<String, String> allHeaders() {
    var all = new LinkedHashMap<String, String>();
    environment.headers.ifPresent(
        secret -> all.putAll(TelemetryEnvironment.pairs(secret.reveal())));
    headers.forEach(header -> all.put(header.name(), header.value()));
    return all;
  }
}
