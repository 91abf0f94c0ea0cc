package io.nexus.config;

import java.net.URI;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * {@code [otel]}: what is sent to a collector of OpenTelemetry, by OTLP over HTTP. What the file
 * leaves out comes from the variables that OpenTelemetry's specification names.
 *
 * @param enabled whether anything is
 * @param endpoint the collector's address
 * @param serviceName what the gateway is called there
 * @param traces whether requests leave spans
 * @param metrics whether meters are sent
 * @param samplePercent how many of a hundred requests leave spans whose clients do not say
 * @param metricInterval how often meters are sent
 * @param headers what each message to the collector carries
 * @param environment the rest, which variables say
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
   * What variables say.
   *
   * @param tracesEndpoint the whole address for traces
   * @param metricsEndpoint the whole address for metrics
   * @param headers further headers, as a list with commas, in the place that the file names or in
   *     OpenTelemetry's variable
   * @param resource what is said of this gateway, by name
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

  /** Where spans go. */
  public URI tracesUrl() {
    return environment.tracesEndpoint.orElseGet(() -> below(TRACES));
  }

  /** Where meters go. */
  public URI metricsUrl() {
    return environment.metricsEndpoint.orElseGet(() -> below(METRICS));
  }

  private URI below(String path) {
    return URI.create(endpoint.toString().replaceFirst("/+$", "") + path);
  }

  /** The headers of each message, secrets revealed; those of the file go before. */
  public Map<String, String> allHeaders() {
    var all = new LinkedHashMap<String, String>();
    environment.headers.ifPresent(
        secret -> all.putAll(TelemetryEnvironment.pairs(secret.reveal())));
    headers.forEach(header -> all.put(header.name(), header.value()));
    return all;
  }
}
