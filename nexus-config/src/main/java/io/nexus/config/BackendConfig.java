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
 * @param type what it speaks
 * @param provider whose prices count; by the type if empty
 * @param apiKey the backend's own key
 * @param location where it runs
 * @param zone which data it may see
 * @param priority lower first
 * @param tier how good its models are; 1 to 3, 3 is best
 * @param models what it serves; empty if the backend is to be asked
 * @param maxConcurrent how many requests may be under way at once
 * @param headers what every request to it carries beside what the client sends
 * @param probe how the gateway finds out whether it is up
 * @param sendUsageOption whether streams are asked for their usage; learned if empty
 * @param maxTokensField the field for the longest answer; learned if empty
 * @param apis what can be asked of it
 * @param perMinute its provider's quota of requests and of tokens; empty if none is known
 * @param timeout how long to wait for an answer, and between two pieces of it; the server's if
 *     empty
 * @param connectTimeout how long a connection may take to open
 * @param caFile the authorities, in PEM, of which its certificate has to be; those that Java trusts
 *     if empty
 * @param proxy through which it is reached
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

  /** A backend of which nothing else is said. */
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
