package io.nexus.config;

import io.nexus.control.limit.Unit;
import io.nexus.control.routing.Api;
import io.nexus.control.routing.Location;
import io.nexus.control.routing.Zone;
import io.nexus.control.spi.BackendAddress;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * One of {@code [[backends]]}.
 *
 * @param name unique among the backends
 * @param url its base address, without a slash at its end, credentials or a query
 * @param type the kind of server
 * @param provider the provider whose prices apply; determined by host and type if empty
 * @param apiKey the backend's own key
 * @param location where it runs
 * @param zone which data it may see
 * @param priority lower values are preferred
 * @param tier the quality of its models, 1 to 3; 3 is best
 * @param models the models that it serves; empty to ask the backend
 * @param maxConcurrent the largest number of parallel requests
 * @param headers additional headers of every request
 * @param probe how the gateway finds out whether it is up
 * @param sendUsageOption whether to request usage in streams; learned if empty
 * @param maxTokensField the field for the output limit; learned if empty
 * @param apis the APIs that it serves
 * @param perMinute its provider's quotas of requests and tokens per minute; empty if not known
 * @param timeout the longest wait for an answer, and between two pieces of it; the server's if
 *     empty
 * @param connectTimeout the longest time to open a connection
 * @param caFile a PEM file of the certificate authorities to trust; Java's default if empty
 * @param proxy the proxy to use
 */
public record BackendConfig(
    String name,
    URI url,
    BackendType type,
    Optional<String> provider,
    Optional<Secret> apiKey,
    Location location,
    Zone zone,
    int priority,
    int tier,
    List<String> models,
    int maxConcurrent,
    List<NamedValue> headers,
    Probe probe,
    Optional<Boolean> sendUsageOption,
    Optional<MaxTokensField> maxTokensField,
    Set<Api> apis,
    Map<Unit, Long> perMinute,
    Optional<Duration> timeout,
    Duration connectTimeout,
    Optional<Path> caFile,
    Optional<URI> proxy) {

  /** A backend with defaults for everything else. */
  public BackendConfig(
      String name,
      URI url,
      BackendType type,
      Optional<String> provider,
      Optional<Secret> apiKey,
      Location location,
      Zone zone,
      int priority,
      int tier,
      List<String> models,
      int maxConcurrent) {
    this(
        name,
        url,
        type,
        provider,
        apiKey,
        location,
        zone,
        priority,
        tier,
        models,
        maxConcurrent,
        List.of(),
        Probe.MODELS,
        Optional.empty(),
        Optional.empty(),
        Set.of(),
        Map.of(),
        Optional.empty(),
        BackendAddress.USUAL_CONNECT_TIMEOUT,
        Optional.empty(),
        Optional.empty());
  }

  /** Copies the lists. */
  public BackendConfig {
    models = List.copyOf(models);
    headers = List.copyOf(headers);
    perMinute = Map.copyOf(perMinute);
    apis = apis.isEmpty() ? type.apis() : Set.copyOf(apis);
  }
}
